import { expect, test } from "vitest";
import { createCallGate } from "../../../connectors/google-account/call-gate.ts";
import { createTokenBucket } from "../../../connectors/google-account/token-bucket.ts";

const never = new AbortController().signal;

/** A clock that a test moves; sleeping moves it, too, unless it stands still. */
function handClock(stands = false) {
  const clock = {
    ms: 1_000_000,
    slept: [] as number[],
    now: () => clock.ms,
    sleep: async (ms: number) => {
      clock.slept.push(ms);
      if (!stands) clock.ms += ms;
    },
  };
  return clock;
}

test("a pause of one service leaves the others alone", async () => {
  const clock = handClock();
  const gate = createCallGate({ clock, mostInFlight: 4, patienceMs: 60_000 });
  gate.closed("gmail", 30_000);
  await gate.enter("drive", never);
  expect(clock.slept).toEqual([]);
  await gate.enter("gmail", never);
  expect(clock.slept).toEqual([30_000]);
});

test("after a pause one call asks first, then several", async () => {
  const clock = handClock();
  const gate = createCallGate({ clock, mostInFlight: 4, patienceMs: 60_000 });
  gate.closed("gmail", 1000);
  const entered: number[] = [];
  const calls = [1, 2, 3].map(async (n) => {
    await gate.enter("gmail", never);
    entered.push(n);
  });
  await Promise.race(calls);
  await new Promise((resolve) => setImmediate(resolve));
  expect(entered).toHaveLength(1);
  gate.opened("gmail");
  gate.leave("gmail");
  await Promise.all(calls);
  expect(entered.sort()).toEqual([1, 2, 3]);
});

test("who waits for a place stops when told to", async () => {
  const gate = createCallGate({ clock: handClock(), mostInFlight: 1, patienceMs: 60_000 });
  await gate.enter("gmail", never);
  const stop = new AbortController();
  const waiting = gate.enter("gmail", stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: "interrupted" });
});

test("a bucket is neither blocked by a clock that jumps or stands still, nor emptied at once by it", async () => {
  for (const jumpMs of [-86_400_000, 0, 86_400_000]) {
    const clock = handClock(jumpMs === 0);
    const bucket = createTokenBucket(clock, 600);
    for (let n = 0; n < 100; n += 1) {
      if (n === 50) clock.ms += jumpMs;
      await bucket.take(10, never);
    }
    const sleptMs = clock.slept.reduce((sum, ms) => sum + ms, 0);
    // 1,000 units at 10 a second, less a bucketful or two.
    expect(sleptMs).toBeGreaterThan(70_000);
    expect(sleptMs).toBeLessThan(101_000);
  }
});

test("a call dearer than the bucket is let through and paid for afterwards", async () => {
  const clock = handClock();
  const bucket = createTokenBucket(clock, 600);
  await bucket.take(500, never);
  await bucket.take(1, never);
  expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(36_000);
});
