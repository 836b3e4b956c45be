import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FreeTimeQuestion, findFreeTime } from "../../../src/agent/tools/find-free-time.ts";
import { createZoneClock } from "../../../src/triage/zone-clock.ts";

const minuteMs = 60_000;
const at = (text: string): number => Date.parse(text);
const monday: FreeTimeQuestion = {
  busy: [],
  window: { fromMs: at("2026-11-16T00:00+01:00"), toMs: at("2026-11-17T00:00+01:00") },
  nowMs: at("2026-11-14T09:00+01:00"),
  minutes: 60,
  between: [9 * 60, 18 * 60],
  weekends: false,
  zone: "Europe/Berlin",
};
const starts = (question: FreeTimeQuestion): string[] =>
  findFreeTime(question).map(({ fromMs }) => new Date(fromMs).toISOString().slice(11, 16));

describe("free time", () => {
  test("begins with the working day and goes around what is busy", () => {
    const busy = [
      { fromMs: at("2026-11-16T09:30+01:00"), toMs: at("2026-11-16T10:10+01:00") },
      { fromMs: at("2026-11-16T11:15+01:00"), toMs: at("2026-11-16T16:00+01:00") },
    ];
    expect(starts({ ...monday, busy })).toEqual(["09:15", "15:00", "16:00"]);
  });

  test("leaves weekends out unless hours are named, and the past always", () => {
    const saturday = { fromMs: at("2026-11-14T00:00+01:00"), toMs: at("2026-11-16T00:00+01:00") };
    expect(starts({ ...monday, window: saturday })).toEqual([]);
    const nowMs = at("2026-11-14T15:20+01:00");
    expect(starts({ ...monday, window: saturday, weekends: true, nowMs }).slice(0, 2)).toEqual(["14:30", "15:30"]);
  });

  test("is within the hours of each day, on quarters, long enough, and meets nothing busy, over clock changes too", () => {
    const span = fc
      .tuple(fc.integer({ min: 0, max: 14 * 96 }), fc.integer({ min: 1, max: 40 }))
      .map(([start, length]) => ({
        fromMs: startMs + start * 15 * minuteMs + 60_000,
        toMs: startMs + (start + length) * 15 * minuteMs,
      }));
    const startMs = at("2026-10-19T00:00+02:00");
    const window = { fromMs: startMs, toMs: startMs + 14 * 86_400_000 };
    const clock = createZoneClock("Europe/Berlin");
    fc.assert(
      fc.property(fc.array(span, { maxLength: 60 }), fc.integer({ min: 5, max: 300 }), (busy, minutes) => {
        const slots = findFreeTime({ ...monday, busy, window, nowMs: startMs, minutes });
        for (const [index, slot] of slots.entries()) {
          const from = clock.local(slot.fromMs);
          const to = clock.local(slot.toMs);
          expect(slot.toMs - slot.fromMs).toBe(minutes * minuteMs);
          expect(from.minute % 15).toBe(0);
          expect(from.hour).toBeGreaterThanOrEqual(9);
          expect(to.hour * 60 + to.minute).toBeLessThanOrEqual(18 * 60);
          expect([0, 6]).not.toContain(from.weekday);
          expect(busy.some((one) => one.fromMs < slot.toMs && one.toMs > slot.fromMs)).toBe(false);
          expect(slot.fromMs).toBeGreaterThanOrEqual(slots[index - 1]?.toMs ?? 0);
        }
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
