import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { steps } from "../../../../approvals/door-setup.ts";
import type { Fault } from "../../../../src/emulators/google/faults.ts";
import type { FileDoor, FileLife } from "./file-door.ts";
import type { FileSample } from "./samples.ts";

type OpenDoor = () => Promise<FileDoor>;
type Wrong = Pick<Fault, "when" | "do">;
const wrongs: Wrong[] = (["before", "after"] as const).flatMap((when) =>
  (["drop", "status", "garbage"] as const).map((kind) => ({ when, do: kind })),
);

/** One approved card with one fault after the yes, and perhaps a death. `wrong` is null when it ended as it must. */
async function live(open: OpenDoor, sample: FileSample, fault: Fault, death: (typeof steps)[number] | null = null) {
  const door = await open();
  try {
    const { seen } = await door.propose(sample.action, sample.ask);
    await door.approve(seen);
    door.life.world.faults.add(fault);
    door.dieAt = death;
    const { state, reason } = await door.live(seen.cardId);
    const count = sample.count(door);
    const isRight = state === "done" ? count === 1 : state === "failed" && count === 0;
    const told = `${fault.when} ${fault.do} ${fault.status} ${fault.match} ${fault.nth} ${death}: ${state}, ${count}, ${reason}`;
    return { state, wrong: isRight ? null : told };
  } finally {
    await door.close();
  }
}

/** The requests of a run where nothing goes wrong, after the yes. */
async function requestsOf(open: OpenDoor, sample: FileSample): Promise<string[]> {
  const door = await open();
  const { seen } = await door.propose(sample.action, sample.ask);
  await door.approve(seen);
  door.requests = [];
  await door.live(seen.cardId);
  await door.close();
  return door.requests;
}

/** What has to hold for every action whatever goes wrong on its way; of those in `thorough`, at every request. */
export function describeFaults(given: {
  begin(): Promise<FileLife>;
  open(life: FileLife): Promise<FileDoor>;
  samples: readonly FileSample[];
  thorough: readonly string[];
}): void {
  let life: FileLife;
  beforeAll(async () => {
    life = await given.begin();
  });
  afterAll(() => life.end());
  const open: OpenDoor = () => given.open(life);
  for (const sample of given.samples) describeFaultsOf(sample, open, given.thorough.includes(sample.action));
}

function describeFaultsOf(sample: FileSample, open: OpenDoor, isThorough: boolean): void {
  describe(`a fault at any request of ${sample.action}`, () => {
    const isWrite = (request: string): boolean => !request.startsWith("GET") && !request.startsWith("POST /token");

    it("leaves it done exactly once", async () => {
      const came: Awaited<ReturnType<typeof live>>[] = [];
      for (const [index, request] of (await requestsOf(open, sample)).entries()) {
        const faults = isWrite(request) ? wrongs : isThorough ? wrongs.slice(0, 3) : [];
        for (const wrong of faults)
          came.push(await live(open, sample, { ...wrong, match: /./, nth: index + 1, status: 503 }));
      }
      expect(came.flatMap(({ wrong }) => wrong ?? [])).toEqual([]);
      // One fault is never too much: all of them end well.
      expect(new Set(came.map(({ state }) => state))).toEqual(new Set(["done"]));
    });

    it("that refuses it leaves it done once or not at all", async () => {
      const came: string[] = [];
      for (const [index, request] of (await requestsOf(open, sample)).entries()) {
        const statuses = sample.effect.test(request) ? [401, 403, 404, 409, 412, 429] : isThorough ? [403, 429] : [];
        for (const status of statuses) {
          const refusal = { when: "before", do: "status", match: /./, nth: index + 1, status } as const;
          came.push((await live(open, sample, refusal)).wrong ?? "");
        }
      }
      // A version that moved voids the card: nothing was done.
      expect(came.filter((one) => one !== "" && !one.includes(": superseded, 0, "))).toEqual([]);
    });

    it("that comes with a death at any step ends the same way", async () => {
      const wrong: (string | null)[] = [];
      for (const death of steps) {
        for (const fault of wrongs.filter((one) => one.do === "drop")) {
          wrong.push((await live(open, sample, { ...fault, match: sample.effect, nth: 1 }, death)).wrong);
        }
      }
      expect(wrong.filter((one) => one !== null)).toEqual([]);
    });
  });
}
