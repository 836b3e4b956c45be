import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DraftItem, eventSchema } from "../../../src/core/item.ts";
import type { ParsedRecord, RawRecord } from "../../../src/core/record.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { parseIcs } from "../../../src/formats/calendar/parse-ics.ts";
import { dataFolder } from "../../support/data-folder.ts";

function record(
  text: string | Uint8Array,
  hints: RawRecord["hints"] = { zone: "Europe/Lisbon", region: "PT" },
): RawRecord {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return { format: "ics", externalId: "x", bytes, hints, locator: { path: "/tmp/x.ics", offset: null } };
}

const calendar = (...lines: string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
const vevent = (...lines: string[]): string => ["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n");

async function only(text: string, hints?: RawRecord["hints"]): Promise<DraftItem> {
  const { items } = await parseIcs(record(text, hints));
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one event, got ${items.length}`);
  return item;
}

describe("parseIcs", () => {
  test("reads who, when, where and what of an event", async () => {
    const item = await only(
      calendar(
        "METHOD:REQUEST",
        vevent(
          "UID:a1",
          "SEQUENCE:3",
          "DTSTART;TZID=Europe/Berlin:20260701T090000",
          "DTEND;TZID=Europe/Berlin:20260701T100000",
          "SUMMARY:Lunch\\, again",
          "DESCRIPTION:First line\\nsecond",
          " folded",
          "LOCATION:Café",
          "STATUS:TENTATIVE",
          "TRANSP:TRANSPARENT",
          "CATEGORIES:Work,Food",
          'ORGANIZER;CN="Paul Adler":mailto:Paul@Example.org',
          "ATTENDEE;CN=Clara;PARTSTAT=ACCEPTED:MAILTO:clara@weiss.example",
          "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:tom@example.org",
        ),
      ),
    );
    expect(item).toMatchObject({
      kind: "event",
      channel: "calendar",
      externalId: "a1",
      providerId: null,
      threadKeys: ["uid:a1"],
      sentAt: "2026-07-01T07:00:00.000Z",
      subject: "Lunch, again",
      text: "First line\nsecondfolded",
      labels: ["Work", "Food"],
      partial: false,
      event: {
        uid: "a1",
        sequence: 3,
        method: "REQUEST",
        status: "tentative",
        startsAt: "2026-07-01T07:00:00.000Z",
        endsAt: "2026-07-01T08:00:00.000Z",
        zone: "Europe/Berlin",
        location: "Café",
        organizer: "paul@example.org",
        transparent: true,
      },
    });
    expect(item.event?.attendees.map(({ answer }) => answer)).toEqual(["accepted", "needs_action"]);
    expect(item.parties.map(({ role, identity }) => [role, identity.value])).toEqual([
      ["organizer", "paul@example.org"],
      ["attendee", "clara@weiss.example"],
      ["attendee", "tom@example.org"],
    ]);
    expect(eventSchema.safeParse(item.event).success).toBe(true);
  });

  test("reads all-day events as dates with an exclusive end", async () => {
    const item = await only(calendar(vevent("UID:d", "DTSTART;VALUE=DATE:20260301", "SUMMARY:Day off")));
    expect(item.event).toMatchObject({
      allDay: true,
      zone: null,
      startsAt: "2026-03-01T00:00:00.000Z",
      endsAt: "2026-03-02T00:00:00.000Z",
    });
  });

  test("reads a duration of days on the wall and of hours as they pass", async () => {
    const day = await only(calendar(vevent("UID:d", "DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P1D")));
    expect(day.event?.endsAt).toBe("2026-03-29T10:00:00.000Z");
    const hours = await only(calendar(vevent("UID:d", "DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:PT24H")));
    expect(hours.event?.endsAt).toBe("2026-03-29T11:00:00.000Z");
  });

  test.each([
    ["W. Europe Standard Time", "Europe/Berlin"],
    ["/freeassociation.sourceforge.net/Tzfile/America/New_York", "America/New_York"],
    ["europe/paris", "Europe/Paris"],
    ['"Pacific Standard Time"', "America/Los_Angeles"],
  ])("knows the time zone %s", async (tzid, zone) => {
    const item = await only(calendar(vevent("UID:z", `DTSTART;TZID=${tzid}:20260701T090000`)));
    expect(item.event?.zone).toBe(zone);
    expect(item.problems).toEqual([]);
  });

  test("reads times without a zone in the owner's", async () => {
    const item = await only(calendar(vevent("UID:f", "DTSTART:20260701T090000")), { zone: "Asia/Tokyo" });
    expect(item.event).toMatchObject({ zone: "Asia/Tokyo", startsAt: "2026-07-01T00:00:00.000Z" });
  });

  test("finds the zone of a definition that only has rules", async () => {
    const definition = [
      "BEGIN:VTIMEZONE",
      "TZID:Customized Time Zone 1",
      "BEGIN:STANDARD",
      "DTSTART:16010101T030000",
      "TZOFFSETFROM:+0200",
      "TZOFFSETTO:+0100",
      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
      "END:STANDARD",
      "BEGIN:DAYLIGHT",
      "DTSTART:16010101T020000",
      "TZOFFSETFROM:+0100",
      "TZOFFSETTO:+0200",
      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
      "END:DAYLIGHT",
      "END:VTIMEZONE",
    ];
    const text = calendar(...definition, vevent("UID:c", "DTSTART;TZID=Customized Time Zone 1:20260701T090000"));
    const item = await only(text);
    expect(item.event?.startsAt).toBe("2026-07-01T07:00:00.000Z");
    expect(item.event?.zone).toBe("Europe/Berlin");
  });

  test("says so when nobody knows the zone", async () => {
    const item = await only(calendar(vevent("UID:c", "DTSTART;TZID=Nowhere/Middle:20260701T090000")));
    expect(item).toMatchObject({ partial: true, problems: [expect.stringContaining("Nowhere/Middle")] });
  });

  test("keeps repeats as text, with exclusions and added dates as instants", async () => {
    const item = await only(
      calendar(
        vevent(
          "UID:r",
          "DTSTART;TZID=Europe/Berlin:20260701T090000",
          "RRULE:FREQ=WEEKLY;BYDAY=WE",
          "EXDATE;TZID=Europe/Berlin:20260708T090000,20260715T090000",
          "EXDATE;VALUE=DATE:20260722",
          "RDATE;TZID=Europe/Berlin:20260702T090000",
        ),
      ),
    );
    expect(item.event?.rrule).toBe("FREQ=WEEKLY;BYDAY=WE\nRDATE=2026-07-02T07:00:00.000Z");
    expect(item.event?.exdates).toEqual(["2026-07-08T07:00:00.000Z", "2026-07-15T07:00:00.000Z", "2026-07-22"]);
  });

  test("gives a changed time of a repeating event its own id in the same thread", async () => {
    const text = calendar(
      vevent("UID:r", "DTSTART:20260701T090000Z", "RRULE:FREQ=DAILY"),
      vevent("UID:r", "RECURRENCE-ID:20260702T090000Z", "DTSTART:20260702T110000Z"),
    );
    const { items } = await parseIcs(record(text));
    expect(items.map(({ externalId }) => externalId)).toEqual(["r", "r/2026-07-02T09:00:00.000Z"]);
    expect(new Set(items.flatMap(({ threadKeys }) => threadKeys))).toEqual(new Set(["uid:r"]));
  });

  test("takes METHOD:CANCEL as cancelled", async () => {
    const item = await only(calendar("METHOD:CANCEL", vevent("UID:c", "DTSTART:20260701T090000Z")));
    expect(item.event?.status).toBe("cancelled");
  });

  test("reads vCalendar 1.0 with its own repeats and quoted-printable", async () => {
    const text = [
      "BEGIN:VCALENDAR",
      "VERSION:1.0",
      "BEGIN:VEVENT",
      "UID:old",
      "DTSTART:20260701T090000Z",
      "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Caf=E9 und=",
      " mehr",
      "RRULE:W2 MO WE 20261231T000000Z",
      "END:VEVENT",
      "END:VCALENDAR",
    ].join("\r\n");
    const item = await only(text);
    expect(item.event?.rrule).toBe("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261231T000000Z");
    expect(rawText(item.subject)).toBe("Café und mehr");
  });

  test("one bad event does not lose the others, and is named", async () => {
    const text = calendar(
      vevent("UID:1", "DTSTART:20260701T090000Z"),
      vevent("%%%%", "no colon here"),
      vevent("UID:2", "DTSTART:not a date", "SUMMARY:Kept"),
      "BEGIN:VEVENT\r\nUID:3\r\nDTSTART:20260703T090000Z",
      vevent("UID:4", "DTSTART:20260704T090000Z"),
    );
    const { items, problems } = await parseIcs(record(text));
    expect(items.map(({ externalId, partial }) => [externalId, partial])).toEqual([
      ["1", false],
      ["2", true],
      ["3", true],
      ["4", false],
    ]);
    expect(problems.map(({ reason }) => reason)).toEqual(["Event 2 of the calendar has no readable line."]);
  });

  test("a quote that is never closed in a parameter does not cost the line", async () => {
    const item = await only(calendar(vevent("UID:q", "DTSTART:20260701T090000Z", 'SUMMARY;X="open:Kept')));
    expect(item).toMatchObject({ subject: "Kept", partial: false });
  });

  test("an event without a UID keeps the same id when it is read again", async () => {
    const text = calendar(vevent("DTSTART:20260701T090000Z", "SUMMARY:x"));
    expect((await only(text)).externalId).toBe((await only(text)).externalId);
  });

  test("dates outside 1970 to 2200 sort nowhere but stay readable", async () => {
    const item = await only(calendar(vevent("UID:y", "DTSTART:00010101T000000Z")));
    expect(item.sentAt).toBeNull();
    expect(item.event?.startsAt).toBe("0001-01-01T00:00:00.000Z");
  });

  test("says what is wrong with a file that is no calendar", async () => {
    const { items, problems } = await parseIcs(record("<html>Sign in</html>"));
    expect(items).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  test("keeps at most 200 KB of a description and no NUL", async () => {
    const item = await only(
      calendar(vevent("UID:l", "DTSTART:20260701T090000Z", `DESCRIPTION:\u0000${"x".repeat(300_000)}`)),
    );
    expect(rawText(item.text)).toHaveLength(200_000);
    expect(item.partial).toBe(true);
    expect(rawText(item.text)).not.toContain("\u0000");
  });

  test("never throws, whatever the bytes", async () => {
    const words = [
      "BEGIN:VEVENT",
      "END:VEVENT",
      "BEGIN:VCALENDAR",
      "DTSTART;TZID=",
      ":",
      ";",
      '"',
      "\r\n ",
      "20260101T",
      "RRULE:FREQ=",
      "=",
      "\\",
      "BEGIN:",
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.constantFrom(...words), fc.string(), fc.constant("\n"))), async (parts) => {
        const parsed: ParsedRecord = await parseIcs(record(parts.join("")));
        for (const item of parsed.items) expect(eventSchema.safeParse(item.event).success).toBe(true);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test("a line of quotes and colons is read in time that grows with its length", async () => {
    const before = performance.now();
    await parseIcs(record(calendar(vevent(`X${'":'.repeat(400_000)}`, `DTSTART${";a=b".repeat(200_000)}:1`))));
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

const folder = dataFolder("collected calendars");
const data = join(folder ?? "", "exports/ics.tar.gz");
test.skipIf(folder === null)("finds every event of the collected calendars", async () => {
  const names = execFileSync("tar", ["tzf", data])
    .toString()
    .split("\n")
    .filter((name) => name.endsWith(".ics"));
  const files = execFileSync("tar", ["xzOf", data, ...names.slice(0, 60)], { maxBuffer: 200_000_000 });
  const naive = files.toString("latin1").match(/^BEGIN:VEVENT\s*$/gim)?.length ?? 0;
  const { items } = await parseIcs(record(files));
  expect(items.length).toBe(naive);
});
