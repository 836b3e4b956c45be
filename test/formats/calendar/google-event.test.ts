import fc from "fast-check";
import ICAL from "ical.js";
import { describe, expect, test } from "vitest";
import { type DraftItem, eventSchema } from "../../../src/core/item.ts";
import type { ParsedRecord, RawRecord } from "../../../src/core/record.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { expandEvent } from "../../../src/formats/calendar/expand-event.ts";
import type { GoogleEventHints } from "../../../src/formats/calendar/google-event-schema.ts";
import { parseGoogleEvent } from "../../../src/formats/calendar/parse-google-event.ts";
import { parseIcs } from "../../../src/formats/calendar/parse-ics.ts";

const primary: GoogleEventHints["calendar"] = {
  summary: "clara@weiss.example",
  zone: "Europe/Berlin",
  account: "clara@weiss.example",
  accessRole: "owner",
  primary: true,
};

const parse = (event: unknown, hints: Partial<GoogleEventHints> = {}): Promise<ParsedRecord> =>
  parseText(JSON.stringify(event), hints);

function parseText(text: string, hints: Partial<GoogleEventHints> = {}): Promise<ParsedRecord> {
  const record: RawRecord = {
    format: "google_event",
    externalId: "cal/e1",
    bytes: new TextEncoder().encode(text),
    hints: { format: { calendar: primary, series: null, ...hints } },
    locator: { path: "google-calendar:cal", offset: null },
  };
  return parseGoogleEvent(record);
}

async function only(event: unknown, hints: Partial<GoogleEventHints> = {}): Promise<DraftItem> {
  const { items, problems } = await parse(event, hints);
  const [item] = items;
  if (item === undefined || items.length > 1 || problems.length > 0) throw new Error("expected one event");
  return item;
}

async function fromFile(...lines: string[]): Promise<DraftItem> {
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", ...lines, "END:VEVENT", "END:VCALENDAR", ""].join(
    "\r\n",
  );
  const { items } = await parseIcs({
    format: "ics",
    externalId: "x",
    bytes: new TextEncoder().encode(text),
    hints: { zone: "Europe/Berlin" },
    locator: { path: "x.ics", offset: 0 },
  });
  const [item] = items;
  if (item === undefined) throw new Error("no event in the file");
  return item;
}

const times = {
  start: { dateTime: "2026-07-01T09:00:00+02:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-07-01T10:00:00+02:00", timeZone: "Europe/Berlin" },
};
const meeting = {
  kind: "calendar#event",
  id: "e1",
  iCalUID: "a1@google.com",
  status: "tentative",
  summary: "Lunch, again",
  description: "First line<br>second &amp; last",
  location: "Café",
  ...times,
  sequence: 3,
  updated: "2026-06-20T08:00:00.123Z",
  transparency: "transparent",
  hangoutLink: "https://meet.google.com/abc",
  organizer: { email: "Paul@Example.org", displayName: "Paul Adler" },
  attendees: [
    { email: "clara@weiss.example", self: true, responseStatus: "tentative" },
    { email: "tom@example.org", displayName: "Tom", responseStatus: "needsAction" },
    { email: "room@resource.calendar.google.com", resource: true, responseStatus: "accepted" },
  ],
  attachments: [{ title: "Agenda", mimeType: "application/pdf", fileUrl: "https://drive.google.com/x" }],
};

describe("parseGoogleEvent", () => {
  test("reads who, when, where and what of an event", async () => {
    const item = await only(meeting);
    expect(item).toMatchObject({
      kind: "event",
      channel: "calendar",
      externalId: "cal/e1",
      threadKeys: ["uid:a1@google.com"],
      sentAt: "2026-07-01T07:00:00.000Z",
      subject: "Lunch, again",
      text: "First line\nsecond & last",
      partial: false,
      event: {
        uid: "a1@google.com",
        recurrenceId: null,
        sequence: 3,
        method: null,
        status: "tentative",
        startsAt: "2026-07-01T07:00:00.000Z",
        endsAt: "2026-07-01T08:00:00.000Z",
        allDay: false,
        zone: "Europe/Berlin",
        location: "Café",
        organizer: "paul@example.org",
        transparent: true,
        type: "default",
        ownAnswer: "tentative",
        ownCalendar: true,
        updatedAt: "2026-06-20T08:00:00.000Z",
        conference: "https://meet.google.com/abc",
      },
    });
    expect(item.event?.attendees.map(({ answer }) => answer)).toEqual(["tentative", "needs_action", "accepted"]);
    expect(item.parties.map(({ role, identity }) => [role, identity.value])).toEqual([
      ["organizer", "paul@example.org"],
      ["attendee", "clara@weiss.example"],
      ["attendee", "tom@example.org"],
    ]);
    expect(item.attachments).toMatchObject([{ name: "Agenda", mediaType: "application/pdf", sha256: null }]);
    expect(eventSchema.safeParse(item.event).success).toBe(true);
  });

  test("reads all-day events as dates with an exclusive end, wherever the calendar is", async () => {
    const days = { id: "d", iCalUID: "d", summary: "Trip", start: { date: "2026-03-28" }, end: { date: "2026-03-31" } };
    for (const zone of ["America/Los_Angeles", "Pacific/Auckland"]) {
      const item = await only(days, { calendar: { ...primary, zone } });
      expect(item.event).toMatchObject({
        allDay: true,
        zone: null,
        startsAt: "2026-03-28T00:00:00.000Z",
        endsAt: "2026-03-31T00:00:00.000Z",
      });
    }
  });

  test.each([
    ["birthday", "birthday"],
    ["focusTime", "focus_time"],
    ["fromGmail", "from_gmail"],
    ["outOfOffice", "out_of_office"],
    ["workingLocation", "working_location"],
    ["default", "default"],
    ["somethingNew", "default"],
  ])("knows entries of the kind %s", async (eventType, type) => {
    expect((await only({ ...meeting, eventType })).event?.type).toBe(type);
  });

  test("tells the owner's calendars from those that others share", async () => {
    const shared = await only(meeting, {
      calendar: { ...primary, primary: false, accessRole: "reader", summary: "Tom" },
    });
    expect(shared.event).toMatchObject({ ownCalendar: false, ownAnswer: null });
    expect(shared.labels).toEqual(["Tom"]);
    const second = await only(meeting, { calendar: { ...primary, primary: false, summary: "Family" } });
    expect(second.event).toMatchObject({ ownCalendar: true, ownAnswer: "tentative" });
  });

  test("names the owner as organizer of what their second calendar organizes, and nobody of what has no guests", async () => {
    const organizer = { email: "x@group.calendar.google.com", self: true };
    const second = { calendar: { ...primary, primary: false, summary: "Family" } };
    expect((await only({ ...meeting, organizer }, second)).event?.organizer).toBe("clara@weiss.example");
    expect((await only({ ...meeting, organizer, attendees: [] }, second)).event?.organizer).toBeNull();
  });

  test("reads the removed time of a series from its name alone", async () => {
    const originalStartTime = { dateTime: "2026-07-08T09:00:00+02:00", timeZone: "Europe/Berlin" };
    const removed = { id: "e1_20260708T070000Z", status: "cancelled", recurringEventId: "e1", originalStartTime };
    const item = await only(removed, { series: { uid: "a1@google.com", summary: "Weekly" } });
    expect(item).toMatchObject({ subject: "Weekly", threadKeys: ["uid:a1@google.com"], partial: false });
    expect(item.event).toMatchObject({
      uid: "a1@google.com",
      status: "cancelled",
      recurrenceId: "2026-07-08T07:00:00.000Z",
      startsAt: "2026-07-08T07:00:00.000Z",
    });
  });

  test("names fields that are not as documented, and reads the rest", async () => {
    const item = await only({ ...meeting, attendees: "many", summary: 7 });
    expect(item.partial).toBe(true);
    expect(item.problems.join(" ")).toMatch(/attendees.*summary|summary.*attendees/);
    expect(item.event?.startsAt).toBe("2026-07-01T07:00:00.000Z");
  });

  test.each([
    "",
    "{",
    "[1]",
    "null",
    '{"summary":"no id"}',
    "[".repeat(200_000),
  ])("reports what is no event", async (text) => {
    const { items, problems } = await parseText(text);
    expect(items).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  test("keeps nothing that a text of ours may not hold", async () => {
    const text = '{"id":"e","iCalUID":"u","summary":"a\\u0000b\\ud800c","start":{"date":"2026-01-01"}}';
    const { items } = await parseText(text);
    expect(items.map(({ subject }) => rawText(subject))).toEqual(["ab\ufffdc"]);
  });

  test("never throws, whatever the fields hold", async () => {
    const fields = fc.record({
      id: fc.string({ minLength: 1 }),
      start: fc.oneof(
        fc.constant(times.start),
        fc.record({ date: fc.string() }),
        fc.record({ dateTime: fc.string() }),
        fc.anything(),
      ),
      end: fc.anything(),
      recurrence: fc.oneof(fc.array(fc.string()), fc.anything()),
      originalStartTime: fc.anything(),
      attendees: fc.oneof(fc.array(fc.record({ email: fc.string(), responseStatus: fc.string() })), fc.anything()),
      sequence: fc.double(),
      updated: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(fields, async (event) => {
        const { items } = await parse(event);
        for (const item of items) expect(eventSchema.safeParse(item.event).success).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the same event from Google and from a file", () => {
  const same = async (google: unknown, lines: string[], hints: Partial<GoogleEventHints> = {}): Promise<void> => {
    const live = await only(google, hints);
    const file = await fromFile(...lines);
    expect(live.fingerprint).toBe(file.fingerprint);
    expect(live.threadKeys).toEqual(file.threadKeys);
    const { startsAt, endsAt, rrule, exdates, recurrenceId, allDay } = live.event ?? {};
    expect({ startsAt, endsAt, rrule, exdates, recurrenceId, allDay }).toMatchObject({
      startsAt: file.event?.startsAt,
      endsAt: file.event?.endsAt,
      rrule: file.event?.rrule,
      exdates: file.event?.exdates,
      recurrenceId: file.event?.recurrenceId,
      allDay: file.event?.allDay,
    });
  };
  const zoned = (name: string, value: string): string => `${name};TZID=Europe/Berlin:${value}`;

  test("is one item, though the file has no organizer, another zone and Google's words on how to join", () =>
    same({ ...meeting, organizer: { email: "clara@weiss.example", self: true }, attendees: undefined }, [
      "UID:a1@google.com",
      "DTSTART:20260701T070000Z",
      "DTEND:20260701T080000Z",
      "SUMMARY:Lunch\\, again",
      "DESCRIPTION:First line<br>second &amp\\; last\\n\\n-::~:~::~:~:~:~:~:~:~:~:~:~:~::~:~::-\\nJoin with Google Meet: https://meet.google.com/abc\\nPlease do not edit this section.\\n-::~:~::~:~:~:~:~:~:~:~:~:~:~::~:~::-",
    ]));

  test("is another item than an event that only says the same", async () => {
    const other = await only({ ...meeting, iCalUID: "other@google.com" });
    expect(other.fingerprint).not.toBe((await only(meeting)).fingerprint);
  });

  test("is one series, with the same rule, added and removed dates", () =>
    same(
      {
        ...meeting,
        description: undefined,
        recurrence: [
          "RRULE:FREQ=WEEKLY;BYDAY=WE",
          "EXDATE;TZID=Europe/Berlin:20260708T090000",
          "RDATE;TZID=Europe/Berlin:20260710T090000",
        ],
      },
      [
        "UID:a1@google.com",
        zoned("DTSTART", "20260701T090000"),
        zoned("DTEND", "20260701T100000"),
        "RRULE:FREQ=WEEKLY;BYDAY=WE",
        zoned("EXDATE", "20260708T090000"),
        zoned("RDATE", "20260710T090000"),
        "SUMMARY:Lunch\\, again",
      ],
    ));

  test("is one changed time of a series, and another item than the series that starts with it", async () => {
    const changed = {
      ...meeting,
      id: "e1_20260701T070000Z",
      description: undefined,
      recurringEventId: "e1",
      originalStartTime: times.start,
    };
    await same(changed, [
      "UID:a1@google.com",
      zoned("RECURRENCE-ID", "20260701T090000"),
      zoned("DTSTART", "20260701T090000"),
      zoned("DTEND", "20260701T100000"),
      "SUMMARY:Lunch\\, again",
    ]);
    const series = await only({ ...meeting, description: undefined, recurrence: ["RRULE:FREQ=DAILY"] });
    expect((await only(changed)).fingerprint).not.toBe(series.fingerprint);
  });

  test("is one all-day event", () =>
    same(
      {
        id: "d",
        iCalUID: "d",
        summary: "Trip",
        start: { date: "2026-03-28" },
        end: { date: "2026-03-30" },
        recurrence: ["RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20270328"],
      },
      [
        "UID:d",
        "DTSTART;VALUE=DATE:20260328",
        "DTEND;VALUE=DATE:20260330",
        "RRULE:FREQ=YEARLY",
        "EXDATE;VALUE=DATE:20270328",
        "SUMMARY:Trip",
      ],
    ));
});

describe("a series of Google's, expanded", () => {
  async function starts(event: unknown, from: string, to: string, overrides: unknown[] = []): Promise<string[]> {
    const master = await only(event);
    const changed = await Promise.all(
      overrides.map((one) => only(one, { series: { uid: "a1@google.com", summary: "" } })),
    );
    if (master.event === null) return [];
    const facts = changed.flatMap(({ event: details }) => details ?? []);
    return expandEvent(master.event, facts, Date.parse(from), Date.parse(to), 100).occurrences.map(
      ({ startsAt }) => startsAt,
    );
  }
  const weekly = {
    ...meeting,
    start: { dateTime: "2026-10-20T09:00:00+02:00", timeZone: "Europe/Berlin" },
    end: { dateTime: "2026-10-20T10:00:00+02:00", timeZone: "Europe/Berlin" },
    recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=TU"],
  };

  test("stays at nine in Berlin when the clocks change", async () => {
    expect(await starts(weekly, "2026-10-19", "2026-11-04")).toEqual([
      "2026-10-20T07:00:00.000Z",
      "2026-10-27T08:00:00.000Z",
      "2026-11-03T08:00:00.000Z",
    ]);
  });

  test("misses the time that was removed and has the one that was moved elsewhere", async () => {
    const original = (day: string) => ({ dateTime: `2026-${day}T09:00:00+01:00`, timeZone: "Europe/Berlin" });
    const removed = {
      id: "e1_20261027T080000Z",
      status: "cancelled",
      recurringEventId: "e1",
      originalStartTime: original("10-27"),
    };
    const moved = {
      ...meeting,
      id: "e1_20261103T080000Z",
      recurringEventId: "e1",
      originalStartTime: original("11-03"),
      start: { dateTime: "2026-11-05T15:00:00+01:00", timeZone: "Europe/Berlin" },
      end: { dateTime: "2026-11-05T16:00:00+01:00", timeZone: "Europe/Berlin" },
    };
    expect(await starts(weekly, "2026-10-19", "2026-11-11", [removed, moved])).toEqual([
      "2026-10-20T07:00:00.000Z",
      "2026-11-05T14:00:00.000Z",
      "2026-11-10T08:00:00.000Z",
    ]);
  });

  test("takes place when another library says so", async () => {
    const rules = fc.record({
      rule: fc.constantFrom(
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=DAILY;COUNT=40",
        "FREQ=DAILY;INTERVAL=3;UNTIL=20261231T225959Z",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
      ),
      day: fc.integer({ min: 0, max: 300 }),
      hour: fc.integer({ min: 4, max: 22 }),
    });
    await fc.assert(
      fc.asyncProperty(rules, async ({ rule, day, hour }) => {
        const date = new Date(Date.UTC(2026, 0, 1 + day, hour)).toISOString().slice(0, 19);
        const [first = date] = walls(date, rule);
        const { offset } = Temporal.PlainDateTime.from(first).toZonedDateTime("Europe/Berlin");
        const at = { dateTime: `${first}${offset}`, timeZone: "Europe/Berlin" };
        const series = { ...meeting, start: at, end: at, recurrence: [`RRULE:${rule}`] };
        const ours = await starts(series, "2026-01-01", "2027-06-01");
        const theirs = walls(first, rule).map(instantOf);
        expect(ours).toEqual(theirs.filter((instant) => instant < "2027-06-01").slice(0, 100));
      }),
      { numRuns: 60 },
    );
  });

  /** ical.js walks the wall clock; the zone is applied afterwards. */
  function walls(from: string, rule: string): string[] {
    const local = rule.replace("UNTIL=20261231T225959Z", "UNTIL=20261231T235959");
    const walk = ICAL.Recur.fromString(local).iterator(ICAL.Time.fromDateTimeString(from));
    const found: string[] = [];
    for (let next = walk.next(); next !== null && next !== undefined && found.length < 600; next = walk.next()) {
      found.push(next.toString());
    }
    return found;
  }

  function instantOf(wall: string): string {
    const { epochMilliseconds } = Temporal.PlainDateTime.from(wall).toZonedDateTime("Europe/Berlin");
    return new Date(epochMilliseconds).toISOString();
  }
});
