import { describe, expect, it } from "vitest";
import { PollSchedule, type PollTarget } from "../../src/daemon/poll-schedule.ts";

const startMs = Date.parse("2026-11-21T10:00:00Z");
const hourMs = 3_600_000;

function target(id: string, more: Partial<PollTarget> = {}): PollTarget {
  return { id, lane: id, laneLimit: 1, intervalMs: 15_000, state: "ok", retryAtMs: null, ...more };
}

const newSchedule = (): PollSchedule => new PollSchedule(() => 0.5);
const started = (schedule: PollSchedule, targets: PollTarget[], nowMs: number): string[] =>
  schedule.turn(targets, nowMs).start.map(({ id }) => id);

describe("the schedule", () => {
  it("reads a source at once, then again when its interval is over, never while it is being read", () => {
    const schedule = newSchedule();
    const gmail = target("gmail");
    expect(started(schedule, [gmail], startMs)).toEqual(["gmail"]);
    expect(started(schedule, [gmail], startMs + hourMs)).toEqual([]);
    expect(schedule.ended(gmail, startMs + hourMs)).toBe(startMs + hourMs + 15_000);
    expect(started(schedule, [gmail], startMs + hourMs + 14_999)).toEqual([]);
    expect(started(schedule, [gmail], startMs + hourMs + 15_000)).toEqual(["gmail"]);
  });

  it("spreads sources that began together", () => {
    const random = [0, 1];
    const schedule = new PollSchedule(() => random.shift() ?? 0);
    const sources = [target("a"), target("b")];
    schedule.turn(sources, startMs);
    const next = sources.map((one) => schedule.ended(one, startMs) - startMs);
    expect(next).toEqual([14_250, 15_750]);
  });

  it("reads no more sources of one lane at a time than it allows, the longest due first", () => {
    const schedule = newSchedule();
    const files = ["a", "b", "c"].map((id) => target(id, { lane: "files" }));
    const account = ["d", "e"].map((id) => target(id, { lane: "clara", laneLimit: 4 }));
    expect(started(schedule, [...files, ...account], startMs)).toEqual(["a", "d", "e"]);
    schedule.ended(target("a", { lane: "files" }), startMs + 1000);
    expect(started(schedule, [...files, ...account], startMs + 20_000)).toEqual(["b"]);
  });

  it("waits as long as was asked after a failure, but never longer than an hour", () => {
    const schedule = newSchedule();
    schedule.turn([target("a")], startMs);
    expect(schedule.ended(target("a", { retryAtMs: startMs + 120_000 }), startMs)).toBe(startMs + 120_000);
    expect(schedule.ended(target("a", { retryAtMs: startMs + 9e9 }), startMs)).toBe(startMs + hourMs);
  });

  it("keeps waiting after a restart, unless the wait is one that nobody ever sets", () => {
    const waiting = target("a", { retryAtMs: startMs + 600_000 });
    const schedule = newSchedule();
    expect(started(schedule, [waiting], startMs)).toEqual([]);
    expect(started(schedule, [waiting], startMs + 600_000)).toEqual(["a"]);
    expect(started(newSchedule(), [target("a", { retryAtMs: startMs + 5 * hourMs })], startMs)).toEqual(["a"]);
  });

  it("never starts a source that needs a sign-in, and does at once when it has it", () => {
    const schedule = newSchedule();
    const out = target("a", { state: "needs_reauth" });
    for (let hours = 0; hours < 100; hours += 1) {
      expect(started(schedule, [out], startMs + hours * hourMs)).toEqual([]);
    }
    expect(started(schedule, [target("a")], startMs + 100 * hourMs + 1)).toEqual(["a"]);
    schedule.ended(out, startMs + 100 * hourMs + 2);
    expect(started(schedule, [target("a")], startMs + 100 * hourMs + 3)).toEqual(["a"]);
  });

  it("reads once, not once for every interval missed, when a laptop slept", () => {
    const schedule = newSchedule();
    const one = target("a");
    schedule.turn([one], startMs);
    schedule.ended(one, startMs);
    const wakeMs = startMs + 9 * hourMs;
    expect(started(schedule, [one], wakeMs)).toEqual(["a"]);
    schedule.ended(one, wakeMs + 500);
    expect(started(schedule, [one], wakeMs + 1000)).toEqual([]);
    expect(started(schedule, [one], wakeMs + 15_500)).toEqual(["a"]);
  });

  it("neither stalls nor storms when the clock is set back", () => {
    const schedule = newSchedule();
    const one = target("a");
    schedule.turn([one], startMs);
    schedule.ended(one, startMs);
    const backMs = startMs - 5 * hourMs;
    const at: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      const nowMs = backMs + second * 1000;
      if (schedule.turn([one], nowMs).start.length > 0) {
        at.push(second);
        schedule.ended(one, nowMs);
      }
    }
    expect(at).toEqual([15, 30, 45]);
  });

  it("gives up the reading of a source that is registered no more, and reads it anew when it comes back", () => {
    const schedule = newSchedule();
    schedule.turn([target("a"), target("b")], startMs);
    expect(schedule.turn([target("b")], startMs + 1000)).toEqual({ start: [], abandon: ["a"] });
    schedule.forget("a");
    expect(schedule.turn([target("b")], startMs + 2000)).toEqual({ start: [], abandon: [] });
    expect(started(schedule, [target("a"), target("b")], startMs + 3000)).toEqual(["a"]);
  });
});
