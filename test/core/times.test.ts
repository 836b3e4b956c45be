import { describe, expect, it } from "vitest";
import { age, dayOf, duration, fullMoment, moment } from "../../src/core/times.ts";

const nowMs = Date.parse("2026-11-14T08:12:00Z");

describe("times on screen", () => {
  it("are in the owner's zone, as near as a person would say them", () => {
    const berlin = (instant: string): string => moment(instant, "Europe/Berlin", nowMs);
    expect(berlin("2026-11-14T06:00:00Z")).toBe("07:00");
    expect(berlin("2026-11-12T17:04:00Z")).toBe("Thu 18:04");
    expect(berlin("2026-10-01T17:04:00Z")).toBe("1 Oct 19:04");
    expect(berlin("2024-10-01T17:04:00Z")).toBe("1 Oct 2024");
    expect(berlin("not a date")).toBe("no date");
    expect(moment("2026-11-14T06:00:00Z", "Europe/Berlin", nowMs, { weekday: true })).toBe("Sat 07:00");
    expect(moment("2026-11-14T06:00:00Z", "America/Los_Angeles", nowMs, { weekday: true })).toBe("Fri 22:00");
    expect(dayOf("2026-11-12T23:30:00Z", "Europe/Berlin", nowMs)).toBe("Fri 13 Nov");
    expect(fullMoment("2026-09-12T17:04:00Z", "Europe/Berlin")).toBe("Sat 12 Sep 2026, 19:04");
    expect(fullMoment(null, "UTC")).toBe("no date");
  });

  it("say how long ago in a few characters", () => {
    const ago = (ms: number): string => age(new Date(nowMs - ms).toISOString(), nowMs);
    expect([0, 59_000, 60_000, 3_599_000, 3_600_000, 86_399_000, 86_400_000].map(ago)).toEqual([
      "now",
      "now",
      "1 min",
      "59 min",
      "1 h",
      "23 h",
      "1 d",
    ]);
    expect(ago(89 * 86_400_000)).toBe("89 d");
    expect(ago(200 * 86_400_000)).toBe("6 mo");
    expect(ago(800 * 86_400_000)).toBe("2 y");
    expect(ago(-5000)).toBe("now");
    expect([300, 12_000, 185_000, 3_725_000].map(duration)).toEqual(["0.3 s", "12 s", "3 min 05 s", "1 h 02 min"]);
  });
});
