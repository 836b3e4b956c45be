import { execFileSync } from "node:child_process";
import fc from "fast-check";
import ICAL from "ical.js";
import { describe, expect, test } from "vitest";
import type { EventDetails } from "../../../src/core/item.ts";
import { expandEvent } from "../../../src/formats/calendar/expand-event.ts";
import { plainEvent } from "../../support/event-facts.ts";

function event(fields: Partial<EventDetails>): EventDetails {
  return {
    ...plainEvent,
    startsAt: "2026-03-02T09:00:00.000Z",
    endsAt: "2026-03-02T10:00:00.000Z",
    zone: "UTC",
    ...fields,
  };
}

const at = (text: string): number => Date.parse(text);
const starts = (e: EventDetails, from: string, to: string, overrides: EventDetails[] = [], limit = 1000): string[] =>
  expandEvent(e, overrides, at(from), at(to), limit).occurrences.map((o) => o.startsAt.replace(":00.000Z", "Z"));

describe("expandEvent", () => {
  test("gives an event without a rule once, when it overlaps the window", () => {
    expect(starts(event({}), "2026-03-02T09:30Z", "2026-03-03")).toEqual(["2026-03-02T09:00Z"]);
    expect(starts(event({}), "2026-03-02T10:00Z", "2026-03-03")).toEqual([]);
    expect(starts(event({}), "2026-03-01", "2026-03-02T09:00Z")).toEqual([]);
  });

  test("keeps a meeting at nine when the clocks change, in spring and in autumn", () => {
    const weekly = event({
      startsAt: "2026-03-02T14:00:00.000Z",
      endsAt: null,
      zone: "America/New_York",
      rrule: "FREQ=WEEKLY",
    });
    expect(starts(weekly, "2026-03-01", "2026-03-20")).toEqual([
      "2026-03-02T14:00Z",
      "2026-03-09T13:00Z",
      "2026-03-16T13:00Z",
    ]);
    expect(starts(weekly, "2026-10-24", "2026-11-10")).toEqual([
      "2026-10-26T13:00Z",
      "2026-11-02T14:00Z",
      "2026-11-09T14:00Z",
    ]);
  });

  test("reads a skipped clock time with the offset before the change and a doubled one as the first", () => {
    const spring = event({
      startsAt: "2027-03-13T07:30:00.000Z",
      endsAt: null,
      zone: "America/New_York",
      rrule: "FREQ=DAILY;COUNT=3",
    });
    expect(starts(spring, "2027-03-01", "2027-04-01")).toEqual([
      "2027-03-13T07:30Z",
      "2027-03-14T07:30Z",
      "2027-03-15T06:30Z",
    ]);
    const autumn = event({
      startsAt: "2027-11-06T05:30:00.000Z",
      endsAt: null,
      zone: "America/New_York",
      rrule: "FREQ=DAILY;COUNT=3",
    });
    expect(starts(autumn, "2027-11-01", "2027-12-01")).toEqual([
      "2027-11-06T05:30Z",
      "2027-11-07T05:30Z",
      "2027-11-08T06:30Z",
    ]);
  });

  test("leaves out excluded times, and whole days when the exclusion is a date", () => {
    const daily = event({ rrule: "FREQ=DAILY;COUNT=4", exdates: ["2026-03-03T09:00:00.000Z", "2026-03-05"] });
    expect(starts(daily, "2026-03-01", "2026-04-01")).toEqual(["2026-03-02T09:00Z", "2026-03-04T09:00Z"]);
  });

  test("puts a moved time in place of its original, also from outside the window, and drops a cancelled one", () => {
    const daily = event({ rrule: "FREQ=DAILY;COUNT=4" });
    const moved = event({
      recurrenceId: "2026-03-03T09:00:00.000Z",
      startsAt: "2026-03-20T12:00:00.000Z",
      endsAt: null,
    });
    const gone = event({
      recurrenceId: "2026-03-04T09:00:00.000Z",
      startsAt: "2026-03-04T09:00:00.000Z",
      status: "cancelled",
    });
    expect(starts(daily, "2026-03-01", "2026-03-10", [moved, gone])).toEqual([
      "2026-03-02T09:00Z",
      "2026-03-05T09:00Z",
    ]);
    const later = expandEvent(daily, [moved, gone], at("2026-03-19"), at("2026-03-21"), 10).occurrences;
    expect(later).toMatchObject([{ startsAt: "2026-03-20T12:00:00.000Z", recurrenceId: "2026-03-03T09:00:00.000Z" }]);
  });

  test("takes the override with the higher sequence when two claim the same time", () => {
    const one = { recurrenceId: "2026-03-03T09:00:00.000Z", endsAt: null };
    const newer = event({ ...one, startsAt: "2026-03-03T11:00:00.000Z", sequence: 2 });
    const older = event({ ...one, startsAt: "2026-03-03T10:00:00.000Z", sequence: 1 });
    const daily = event({ rrule: "FREQ=DAILY;COUNT=2" });
    expect(starts(daily, "2026-03-03", "2026-03-04", [newer, older])).toEqual(["2026-03-03T11:00Z"]);
  });

  test("repeats all-day events by date, whatever the zone", () => {
    const yearly = event({
      allDay: true,
      zone: null,
      startsAt: "2024-02-29T00:00:00.000Z",
      endsAt: "2024-03-01T00:00:00.000Z",
      rrule: "FREQ=YEARLY",
    });
    expect(starts(yearly, "2024-01-01", "2033-01-01")).toEqual([
      "2024-02-29T00:00Z",
      "2028-02-29T00:00Z",
      "2032-02-29T00:00Z",
    ]);
  });

  test("follows UNTIL as an instant, as a date and as clock time, and adds RDATE lines", () => {
    const until = (text: string) =>
      starts(event({ rrule: `FREQ=DAILY;UNTIL=${text}` }), "2026-03-01", "2026-04-01").length;
    expect([until("20260304T090000Z"), until("20260304T085959Z"), until("20260304"), until("20260304T090000")]).toEqual(
      [3, 2, 3, 3],
    );
    const dated = event({ rrule: "FREQ=DAILY;COUNT=1\nRDATE=2026-03-09T09:00:00.000Z" });
    expect(starts(dated, "2026-03-01", "2026-04-01")).toEqual(["2026-03-02T09:00Z", "2026-03-09T09:00Z"]);
  });

  test("says that it is not complete when the limit, a bad rule or the bound on work cut it short", () => {
    const daily = event({ rrule: "FREQ=DAILY" });
    expect(expandEvent(daily, [], at("2026-03-01"), at("2027-03-01"), 5)).toMatchObject({ complete: false });
    expect(expandEvent(daily, [], at("2026-03-01"), at("2027-03-01"), 5).occurrences).toHaveLength(5);
    const scaled = event({ rrule: "RSCALE=CHINESE;FREQ=YEARLY" });
    expect(expandEvent(scaled, [], at("2026-03-01"), at("2027-03-01"), 5)).toMatchObject({
      complete: false,
      occurrences: [{}],
    });
    expect(expandEvent(daily, [], at("2026-03-01"), at("2026-03-04"), 5).complete).toBe(true);
  });
});

const bombs: [string, Partial<EventDetails>][] = [
  ["every second from the year 1", { startsAt: "0001-01-01T00:00:00.000Z", endsAt: null, rrule: "FREQ=SECONDLY" }],
  ["a million times, counted", { rrule: "FREQ=SECONDLY;COUNT=1000000" }],
  [
    "a million weeks by day, counted",
    { rrule: "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=1000000", startsAt: "0001-01-01T00:00:00.000Z" },
  ],
  ["a date that never comes", { rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=5" }],
  ["a date that never comes, by the second", { rrule: "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31" }],
  ["every second of chosen hours", { rrule: "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=7;BYSECOND=9" }],
  [
    "all BY-parts at once",
    { rrule: `FREQ=YEARLY;BYHOUR=${count(24)};BYMINUTE=${count(60)};BYSECOND=${count(60)};BYSETPOS=-1` },
  ],
  ["a huge interval", { rrule: "FREQ=MONTHLY;INTERVAL=999999999;BYDAY=1MO" }],
  ["to the year 9999", { rrule: "FREQ=DAILY;BYDAY=MO;UNTIL=99991231T235959Z" }],
  [
    "an event that lasts for ever",
    { endsAt: "9999-12-31T00:00:00.000Z", rrule: "FREQ=MINUTELY", zone: "Europe/Berlin" },
  ],
];

function count(to: number): string {
  return Array.from({ length: to }, (_, index) => index).join(",");
}

test.each(bombs)("bounds its work and its answer for %s", (_, fields) => {
  for (const [from, to] of [
    ["2026-03-01", "2026-04-01"],
    ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"],
  ] as const) {
    const before = performance.now();
    const found = expandEvent(event({ zone: "America/New_York", ...fields }), [], at(from), at(to), 1000);
    const tookMs = performance.now() - before;
    expect(found.occurrences.length).toBeLessThanOrEqual(1000);
    // 200 ms is the promise; a loaded machine gets some more here.
    expect(tookMs).toBeLessThan(600);
  }
});

test("finds today's time of an event that repeats every minute since 1970", () => {
  const minutely = event({
    startsAt: "1970-01-01T00:00:00.000Z",
    endsAt: null,
    zone: "Europe/Berlin",
    rrule: "FREQ=MINUTELY",
  });
  expect(starts(minutely, "2026-11-20T10:00Z", "2026-11-20T10:02Z")).toEqual([
    "2026-11-20T10:00Z",
    "2026-11-20T10:01Z",
  ]);
});

const listOf = (values: readonly (string | number)[], most: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most }).map((list) => list.join(","));
const weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const nthWeekdays = ["1MO", "2TU", "-1FR", "3SU", "-2WE"];
const rules = fc.oneof(
  fc
    .tuple(fc.constantFrom("DAILY", "WEEKLY"), fc.integer({ min: 1, max: 4 }), listOf(weekdays, 3))
    .map(([freq, interval, days]) => `FREQ=${freq};INTERVAL=${interval};BYDAY=${days}`),
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), listOf([1, 13, 15, 28, 30, 31, -1, -3], 3))
    .map(([interval, days]) => `FREQ=MONTHLY;INTERVAL=${interval};BYMONTHDAY=${days}`),
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), listOf(nthWeekdays, 2))
    .map(([interval, days]) => `FREQ=MONTHLY;INTERVAL=${interval};BYDAY=${days}`),
  fc
    .tuple(listOf([1, 2, 5, 9, 12], 3), listOf(nthWeekdays, 2))
    .map(([months, days]) => `FREQ=YEARLY;BYMONTH=${months};BYDAY=${days}`),
  fc.constantFrom("-1", "1", "2").map((position) => `FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=${position}`),
  fc.constantFrom("FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU"),
);

test("agrees with another library on the starts of random rules", () => {
  fc.assert(
    fc.property(rules, fc.integer({ min: 0, max: 800 }), (rrule, dayOffset) => {
      const startMs = at("2024-01-03T09:00:00Z") + dayOffset * 86_400_000;
      const start = new Date(startMs).toISOString();
      const time = ICAL.Time.fromDateTimeString(start.slice(0, 19));
      const iterator = ICAL.Recur.fromString(rrule).iterator(time);
      const theirs: string[] = [];
      for (let index = 0; index < 25; index += 1) {
        const next = iterator.next();
        if (next !== null) theirs.push(`${next.toString()}.000Z`);
      }
      const mine = expandEvent(
        event({ startsAt: start, endsAt: null, rrule }),
        [],
        startMs,
        at("2200-01-01"),
        60,
      ).occurrences;
      const ours = mine.map((o) => o.startsAt).filter((text) => text !== start || theirs[0] === start);
      expect(ours.slice(0, theirs.length)).toEqual(theirs);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test("jumping to a window finds what walking from the start finds", () => {
  fc.assert(
    fc.property(rules, fc.integer({ min: 0, max: 4000 }), (rrule, dayOffset) => {
      const e = event({ startsAt: "2020-01-31T23:30:00.000Z", endsAt: null, zone: "Europe/Lisbon", rrule });
      const fromMs = at("2020-01-01") + dayOffset * 86_400_000;
      const toMs = fromMs + 90 * 86_400_000;
      const all = expandEvent(e, [], 0, toMs, 100_000).occurrences.map((o) => o.startsAt);
      const jumped = expandEvent(e, [], fromMs, toMs, 100_000).occurrences.map((o) => o.startsAt);
      expect(jumped).toEqual(all.filter((text) => at(text) >= fromMs));
    }),
    { numRuns: 150, seed: 11 },
  );
});

test("never throws for rules and dates made of rubbish", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.array(fc.string()),
      fc.constantFrom("x/y", "Europe/Berlin", null),
      (rrule, end, exdates, zone) => {
        const odd = event({ rrule: `FREQ=DAILY;${rrule}`, endsAt: end, exdates, zone });
        expandEvent(odd, [event({ recurrenceId: end })], 0, 1e12, 10);
      },
    ),
    { numRuns: 300, seed: 3 },
  );
});

test.each(["America/New_York", "Asia/Kolkata", "Pacific/Apia"])("gives the same answer in a process in %s", (zone) => {
  const script = `
    import { expandEvent } from ${JSON.stringify(new URL("../../../src/formats/calendar/expand-event.ts", import.meta.url).href)};
    import { parseIcs } from ${JSON.stringify(new URL("../../../src/formats/calendar/parse-ics.ts", import.meta.url).href)};
    const text = "BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nUID:a\\nDTSTART;TZID=Europe/Berlin:20260328T093000\\nRRULE:FREQ=DAILY;COUNT=3\\nEND:VEVENT\\n" +
      "BEGIN:VEVENT\\nUID:b\\nDTSTART:20260328T093000\\nEND:VEVENT\\nEND:VCALENDAR\\n";
    const record = { format: "ics", externalId: "x", bytes: new TextEncoder().encode(text), hints: { zone: "Europe/Lisbon" }, locator: { path: "x", offset: null } };
    const { items } = await parseIcs(record);
    console.log(new Date(2026, 0, 1).getTimezoneOffset() === 0 ? "utc" : "elsewhere");
    for (const item of items) console.log(expandEvent(item.event, [], 0, 4e12, 9).occurrences.map((o) => o.startsAt).join(" "));
  `;
  const out = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, TZ: zone },
  });
  expect(out.toString().trim().split("\n")).toEqual([
    "elsewhere",
    "2026-03-28T08:30:00.000Z 2026-03-29T07:30:00.000Z 2026-03-30T07:30:00.000Z",
    "2026-03-28T09:30:00.000Z",
  ]);
});
