import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventIdOf } from "../../../../connectors/calendar/change-event.ts";
import { instantOf, readSpan } from "../../../../connectors/calendar/event-time.ts";
import { whenWords } from "../../../../connectors/calendar/when-words.ts";

const berlin = "Europe/Berlin";

describe("a time that is asked for", () => {
  it("is the owner's, with its offset and zone, and takes an hour unless something else is said", () => {
    expect(readSpan({ start: "2026-11-24T14:00" }, berlin)).toEqual({
      start: { dateTime: "2026-11-24T14:00:00+01:00", timeZone: berlin },
      end: { dateTime: "2026-11-24T15:00:00+01:00", timeZone: berlin },
    });
    const { end } = readSpan({ start: "2026-11-24T14:00", durationMinutes: 25 }, berlin);
    expect(end).toEqual({ dateTime: "2026-11-24T14:25:00+01:00", timeZone: berlin });
  });

  it("is exact with an offset, and another zone's where one is named", () => {
    const lisbon = readSpan({ start: "2026-11-24T14:00", zone: "Europe/Lisbon" }, berlin);
    expect(lisbon.start).toEqual({ dateTime: "2026-11-24T14:00:00+00:00", timeZone: "Europe/Lisbon" });
    const exact = readSpan({ start: "2026-11-24T14:00Z" }, berlin);
    expect(exact.start).toEqual({ dateTime: "2026-11-24T15:00:00+01:00", timeZone: berlin });
  });

  it("keeps its length across a change of the clocks", () => {
    const { start, end } = readSpan({ start: "2027-03-28T01:30", durationMinutes: 60 }, berlin);
    expect([start, end]).toEqual([
      { dateTime: "2027-03-28T01:30:00+01:00", timeZone: berlin },
      { dateTime: "2027-03-28T03:30:00+02:00", timeZone: berlin },
    ]);
  });

  it("of whole days ends on the day after the last, which is what Google wants", () => {
    expect(readSpan({ start: "2026-11-24" }, berlin)).toEqual({
      start: { date: "2026-11-24" },
      end: { date: "2026-11-25" },
    });
    expect(readSpan({ start: "2026-12-30", end: "2027-01-02" }, berlin).end).toEqual({ date: "2027-01-03" });
  });

  it("is refused when it is none, ends before it begins, or says its end twice", () => {
    for (const asked of [
      { start: "tomorrow" },
      { start: "2026-02-30" },
      { start: "2026-11-24T25:00" },
      { start: "2026-11-24T14:00", end: "2026-11-24T14:00" },
      { start: "2026-11-24", end: "2026-11-23" },
      { start: "2026-11-24", durationMinutes: 30 },
      { start: "2026-11-24T14:00", end: "2026-11-24T15:00", durationMinutes: 60 },
      { start: "2026-11-24T14:00", zone: "Moon/Base" },
    ]) {
      expect(() => readSpan(asked, berlin), JSON.stringify(asked)).toThrow(expect.objectContaining({ code: "usage" }));
    }
  });

  it("is the same instant read back, whatever the zone", () => {
    const zones = ["UTC", berlin, "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e9 }),
        fc.constantFrom(...zones),
        fc.integer({ min: 1, max: 600 }),
        (s, zone, n) => {
          const at = new Date(s * 1000).toISOString();
          const { start, end } = readSpan({ start: at, durationMinutes: n, zone }, berlin);
          expect(instantOf(start, zone)).toBe(s * 1000);
          expect(instantOf(end, zone) - instantOf(start, zone)).toBe(n * 60_000);
        },
      ),
    );
  });
});

describe("a time in words", () => {
  const timed = (start: string, end: string, timeZone: string) => ({
    start: { dateTime: start, timeZone },
    end: { dateTime: end, timeZone },
  });

  it("is the owner's, with the event's own zone where that shows another", () => {
    const own = timed("2026-11-24T14:00:00+01:00", "2026-11-24T15:00:00+01:00", berlin);
    expect(whenWords(own, berlin)).toBe("Tue 24 Nov 2026, 14:00 to 15:00");
    expect(whenWords(own, "Europe/Lisbon")).toBe(
      "Tue 24 Nov 2026, 13:00 to 14:00 (Tue 24 Nov 2026, 14:00 to 15:00 in Europe/Berlin)",
    );
    const night = timed("2026-11-24T23:00:00+01:00", "2026-11-25T01:00:00+01:00", berlin);
    expect(whenWords(night, berlin)).toBe("Tue 24 Nov 2026, 23:00 to Wed 25 Nov 2026, 01:00");
  });

  it("of whole days names the last one, not the day after it, in every zone", () => {
    expect(whenWords({ start: { date: "2026-11-24" }, end: { date: "2026-11-25" } }, "Pacific/Apia")).toBe(
      "Tue 24 Nov 2026, all day",
    );
    expect(whenWords({ start: { date: "2026-12-30" }, end: { date: "2027-01-03" } }, berlin)).toBe(
      "Wed 30 Dec 2026 to Sat 2 Jan 2027, whole days",
    );
  });
});

describe("the id of a new event", () => {
  it("has only letters that Google takes, is the same for one approval and another for the next (C12)", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-f0-9]{32}$/), fc.stringMatching(/^[a-f0-9]{32}$/), (one, other) => {
        expect(eventIdOf(one)).toMatch(/^[a-v0-9]{52}$/);
        expect(eventIdOf(one) === eventIdOf(other)).toBe(one === other);
      }),
    );
    // sha256("abc") in base32hex, by Python's base64.b32hexencode.
    expect(eventIdOf("abc")).toBe("n9s1dfsf077ukga183f5rbh24eo06od3iobnl75k23vm3sg02mmg");
  });
});
