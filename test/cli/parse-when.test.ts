import { describe, expect, it } from "vitest";
import { parseWhen } from "../../src/cli/parse-when.ts";

// A Saturday, 09:12 in Berlin.
const nowMs = Date.parse("2026-11-14T08:12:00Z");
const at = (text: string, direction: "past" | "future", zone = "Europe/Berlin"): string =>
  new Date(parseWhen(text, { zone, nowMs, direction })).toISOString();

describe("what people type for a moment", () => {
  it("looks back for --since", () => {
    expect(at("2d", "past")).toBe("2026-11-12T08:12:00.000Z");
    expect(at("90min", "past")).toBe("2026-11-14T06:42:00.000Z");
    expect(at("yesterday", "past")).toBe("2026-11-12T23:00:00.000Z");
    expect(at("today", "past")).toBe("2026-11-13T23:00:00.000Z");
    expect(at("mon", "past")).toBe("2026-11-08T23:00:00.000Z");
    expect(at("Saturday", "past")).toBe("2026-11-13T23:00:00.000Z");
    expect(at("2026-10-25", "past")).toBe("2026-10-24T22:00:00.000Z");
    expect(at("2026-11-01 18:30", "past")).toBe("2026-11-01T17:30:00.000Z");
    expect(at("2026-11-01T18:30:00Z", "past")).toBe("2026-11-01T18:30:00.000Z");
    expect(at("10:00", "past")).toBe("2026-11-13T09:00:00.000Z");
  });

  it("looks ahead for snooze, to the morning of a day", () => {
    expect(at("3h", "future")).toBe("2026-11-14T11:12:00.000Z");
    expect(at("tomorrow", "future")).toBe("2026-11-15T07:00:00.000Z");
    expect(at("monday", "future")).toBe("2026-11-16T07:00:00.000Z");
    expect(at("saturday", "future")).toBe("2026-11-21T07:00:00.000Z");
    expect(at("18:30", "future")).toBe("2026-11-14T17:30:00.000Z");
    expect(at("08:00", "future")).toBe("2026-11-15T07:00:00.000Z");
    expect(at("1w", "future", "Asia/Tokyo")).toBe("2026-11-21T08:12:00.000Z");
  });

  it("refuses what it does not understand and what has passed", () => {
    for (const text of ["soon", "", "25:00", "2026-13-01", "99", "m"]) {
      expect(() => parseWhen(text, { zone: "UTC", nowMs, direction: "past" }), text).toThrow(/not a moment/);
    }
    expect(() => parseWhen("yesterday", { zone: "UTC", nowMs, direction: "future" })).toThrow(/not in the future/);
  });
});
