// Holds R7.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { steps } from "../../../../approvals/door-setup.ts";
import type { Fault } from "../../../../src/emulators/google/faults.ts";
import { MailLife } from "./mail-door.ts";
import { type MailSample, mailSamples } from "./samples.ts";

let life: MailLife;
beforeAll(async () => {
  life = await new MailLife().begin();
});
afterAll(() => life.end());

type Wrong = Pick<Fault, "when" | "do">;
const before: Wrong[] = (["drop", "status", "garbage"] as const).map((kind) => ({ when: "before", do: kind }));
const after: Wrong[] = (["drop", "status", "garbage"] as const).map((kind) => ({ when: "after", do: kind }));

/** One approved card with one fault at the nth request after the yes, and perhaps a death. Null when all was right. */
async function live(sample: MailSample, fault: Omit<Fault, "status">, death: (typeof steps)[number] | null = null) {
  const door = await life.open();
  try {
    const { seen } = await door.propose(sample.action, await sample.ask(door));
    await door.approve(seen);
    life.setup.world.faults.add({ ...fault, status: 503 });
    door.dieAt = death;
    const { state, reason } = await door.live(seen.cardId);
    const count = sample.count(door);
    const isRight =
      state === "done" ? count === 1 : state === "unknown" ? count <= 1 : state === "failed" && count === 0;
    const drafts = life.state.drafts.size;
    const told = `${fault.when} ${fault.do} ${fault.match} ${fault.nth} ${death}: ${state}, ${count}, ${drafts} drafts, ${reason}`;
    return { state, wrong: isRight && drafts <= (state === "done" ? 0 : 1) ? null : told };
  } finally {
    await door.close();
  }
}

/** The requests of a run where nothing goes wrong, after the yes. */
async function requestsOf(sample: MailSample): Promise<string[]> {
  const door = await life.open();
  const { seen } = await door.propose(sample.action, await sample.ask(door));
  await door.approve(seen);
  door.requests = [];
  await door.live(seen.cardId);
  await door.close();
  return door.requests;
}

describe("a fault at any request", () => {
  for (const sample of mailSamples) {
    it(`of ${sample.action}: it is done once, or the owner is asked with at most one`, async () => {
      const requests = await requestsOf(sample);
      expect(requests.filter((one) => sample.effect.test(one))).toHaveLength(1);
      const wrong: (string | null)[] = [];
      const states = new Map<string, number>();
      for (const [index, request] of requests.entries()) {
        const writes = request.startsWith("POST /gmail");
        const thorough = sample.action === "gmail.reply" || sample.action === "gmail.archive";
        for (const fault of writes ? [...before, ...after] : thorough ? before : []) {
          const came = await live(sample, { ...fault, match: /./, nth: index + 1 });
          wrong.push(came.wrong);
          states.set(came.state, (states.get(came.state) ?? 0) + 1);
        }
      }
      expect(wrong.filter((one) => one !== null)).toEqual([]);
      // One fault is never too much: all of them end well.
      expect([...states.keys()]).toEqual(["done"]);
    });
  }

  it("that comes with a death at any step ends the same way", async () => {
    const wrong: (string | null)[] = [];
    for (const sample of mailSamples.filter(({ action }) => action === "gmail.reply" || action === "gmail.archive")) {
      for (const death of steps) {
        for (const fault of [...before, ...after]) {
          wrong.push((await live(sample, { ...fault, match: sample.effect, nth: 1 }, death)).wrong);
        }
      }
    }
    expect(wrong.filter((one) => one !== null)).toEqual([]);
  });
});
