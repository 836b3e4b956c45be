import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { steps } from "../../../../approvals/door-setup.ts";
import type { Fault } from "../../../../src/emulators/google/faults.ts";
import { liveSample, type WritingLife, type WritingSample } from "../../../support/writing-life.ts";
import { beginCalendar, calendarSamples } from "./samples.ts";

let life: WritingLife;
beforeAll(async () => {
  life = await beginCalendar();
});
afterAll(() => life.end());

const faults = (["before", "after"] as const).flatMap((when) =>
  (["drop", "status", "garbage"] as const).map((kind): Pick<Fault, "when" | "do"> => ({ when, do: kind })),
);

/** The requests of a run where nothing goes wrong, after the yes. */
async function requestsOf(sample: WritingSample): Promise<string[]> {
  const door = await life.open();
  const { seen } = await door.propose(sample.action, sample.ask);
  await door.approve(seen);
  door.requests = [];
  const { state } = await door.live(seen.cardId);
  expect([sample.name, state, sample.count(door)]).toEqual([sample.name, "done", 1]);
  await door.close();
  return door.requests;
}

function isRight({ state, count }: { state: string; count: number }): boolean {
  if (state === "done") return count === 1;
  return state === "unknown" ? count <= 1 : state === "failed" && count === 0;
}

describe("a fault at any request", () => {
  for (const sample of calendarSamples) {
    it(`of ${sample.name}: ${sample.action} is done once, and nobody is mailed twice`, async () => {
      const requests = await requestsOf(sample);
      expect(requests.filter((one) => sample.effect.test(one))).toHaveLength(1);
      const wrong: string[] = [];
      for (const [index, request] of requests.entries()) {
        for (const fault of sample.effect.test(request) ? faults : faults.slice(0, 3)) {
          const came = await liveSample(life, sample, {
            fault: { ...fault, match: /./, nth: index + 1 },
            death: null,
          });
          if (!isRight(came) || came.state !== "done")
            wrong.push(`${JSON.stringify(fault)} ${request}: ${JSON.stringify(came)}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  }

  it("that comes with a death at any step, on a service that lags, ends the same way", async () => {
    const wrong: string[] = [];
    for (const sample of calendarSamples.filter(({ name }) => ["an invitation", "an answer"].includes(name))) {
      for (const death of steps) {
        for (const fault of [
          { when: "before", do: "drop" },
          { when: "after", do: "drop" },
        ] as const) {
          const came = await liveSample(life, sample, {
            fault: { ...fault, match: sample.effect, nth: 1 },
            death,
            lagging: true,
          });
          if (!isRight(came)) wrong.push(`${sample.name} ${death} ${JSON.stringify(fault)}: ${JSON.stringify(came)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
