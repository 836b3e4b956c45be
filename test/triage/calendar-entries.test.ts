import { describe, expect, it } from "vitest";
import type { EventAnswer, EventDetails, EventType } from "../../src/core/item.ts";
import type { ItemView } from "../../src/core/thread.ts";
import { untrusted } from "../../src/core/untrusted.ts";
import { expandEvent } from "../../src/formats/calendar/expand-event.ts";
import { endOf, newestEntries, takesTime } from "../../src/triage/calendar-entries.ts";
import { judgeThread } from "../../src/triage/judge-thread.ts";
import type { OpenEvent } from "../../src/triage/triage-context.ts";
import { createZoneClock } from "../../src/triage/zone-clock.ts";
import { plainEvent } from "../support/event-facts.ts";
import { contextAt, mailItem, marta, owner, thread, thursday } from "./views.ts";

const me = "clara@weiss.example";
const mine: ReadonlySet<string> = new Set([me]);
const guests = (answer: EventAnswer): EventDetails["attendees"] => [{ address: me, name: untrusted(""), answer }];
const lunch: OpenEvent = {
  threadId: 9,
  uid: "lunch",
  title: "Lunch",
  startsAt: "2026-11-24T08:30:00.000Z",
  endsAt: "2026-11-24T09:30:00.000Z",
};

function entry(event: Partial<EventDetails>, more: Partial<ItemView> = {}): ItemView {
  const details = { ...plainEvent, organizer: "marta@lang.example", ...event };
  return {
    ...mailItem({ ...marta, text: "", event: details }),
    kind: "event",
    channel: "calendar",
    mail: null,
    ...more,
  };
}
const invitation = (event: Partial<EventDetails> = {}): ItemView =>
  mailItem({
    ...marta,
    subject: "Planning",
    event: {
      ...plainEvent,
      method: "REQUEST",
      organizer: "marta@lang.example",
      attendees: guests("needs_action"),
      ...event,
    },
  });
const judge = (item: ItemView, more: Parameters<typeof contextAt>[1] = {}) =>
  judgeThread(thread([item]), contextAt(thursday, more));

describe("what keeps the owner busy", () => {
  const cases: [string, Partial<EventDetails>, boolean][] = [
    ["a meeting they accepted", { attendees: guests("accepted") }, true],
    ["an invitation they have not answered", { attendees: guests("needs_action") }, true],
    ["an entry of their own", {}, true],
    ["focus time", { type: "focus_time" }, true],
    ["being out of office", { type: "out_of_office" }, true],
    ["a flight that was found in a mail", { type: "from_gmail" }, true],
    ["a meeting they declined, as the guest list says", { attendees: guests("declined") }, false],
    ["a meeting they declined, as their calendar says", { ownAnswer: "declined" }, false],
    ["what they show as free", { transparent: true }, false],
    ["where they work", { type: "working_location" }, false],
    ["a birthday", { type: "birthday" }, false],
    ["a cancelled meeting", { status: "cancelled" }, false],
    ["a meeting in somebody else's calendar", { ownCalendar: false }, false],
    ["a whole day", { allDay: true }, false],
  ];
  it.each(cases)("%s", (_name, event, busy) => {
    expect(takesTime({ ...plainEvent, ...event }, mine)).toBe(busy);
  });

  it("is what an invitation clashes with, and what leaves them free is not", () => {
    const reasons = (busy: boolean) =>
      judge(invitation(), { openEvents: [{ ...lunch, busy }] }).signals.map(({ name }) => name);
    expect(reasons(true)).toContain("event_clash");
    expect(reasons(false)).not.toContain("event_clash");
  });
});

describe("what of a calendar is news", () => {
  it("an invitation without an answer is", () => {
    expect(judge(entry({ attendees: guests("needs_action") })).class).toBe("event");
    expect(judge(entry({ ownAnswer: "needs_action" })).class).toBe("event");
  });

  const asking = { subject: untrusted("Please confirm by tomorrow"), text: untrusted("Can you confirm by tomorrow?") };
  it.each<EventType>([
    "working_location",
    "focus_time",
    "out_of_office",
    "birthday",
    "from_gmail",
  ])("an entry of the kind %s is not, whatever it says", (type) => {
    expect(judge(entry({ type, ownAnswer: "needs_action" }, asking)).class).toBe("ignore");
  });
  it("what the owner declined is not, nor what lies in somebody else's calendar", () => {
    expect(judge(entry({ ownAnswer: "declined" }, asking)).class).toBe("ignore");
    expect(judge(entry({ ownCalendar: false, attendees: guests("needs_action") }, asking)).class).toBe("ignore");
  });
  it("the removed times of a series are not, however many; the invitation to it still is", () => {
    const removed = Array.from({ length: 20 }, (_, week) =>
      entry(
        {
          status: "cancelled",
          organizer: null,
          recurrenceId: new Date(Date.parse("2026-11-24T08:00:00Z") + week * 7 * 86_400_000).toISOString(),
        },
        { id: 2 + week },
      ),
    );
    const series = entry({ rrule: "FREQ=WEEKLY", attendees: guests("needs_action") });
    expect(judgeThread(thread([series, ...removed]), contextAt(thursday))).toMatchObject({
      class: "event",
      lineItemId: 1,
    });
  });
  it("an invitation to a series that has ended is not", () => {
    const attendees = guests("needs_action");
    const until = (date: string) => judge(entry({ rrule: `FREQ=WEEKLY;UNTIL=${date}`, attendees })).class;
    expect(until("20261118T225959Z")).toBe("ignore");
    expect(until("20261119")).toBe("event");
  });
});

describe("an invitation in a mail", () => {
  const answered = (event: Partial<EventDetails>) => ({
    entries: [{ itemId: 77, event: { ...plainEvent, organizer: "marta@lang.example", ...event } }],
  });
  it("is answered where the owner's calendar says so", () => {
    expect(judge(invitation()).class).toBe("event");
    expect(judge(invitation(), answered({ ownAnswer: "accepted" })).class).not.toBe("event");
    expect(judge(invitation(), answered({ ownAnswer: "declined" })).class).not.toBe("event");
    expect(judge(invitation(), answered({ ownAnswer: "needs_action" })).class).toBe("event");
  });
  it("is open again when it came after that answer", () => {
    expect(judge(invitation({ sequence: 1 }), answered({ ownAnswer: "accepted" })).class).toBe("event");
  });
  it("of a stranger who wrote a known uid is not", () => {
    const copied = invitation({ organizer: "mallory@else.example" });
    expect(judge(copied, answered({ ownAnswer: "accepted" })).class).toBe("event");
  });
  it("to a series clashes with any of its times", () => {
    const weekly = { rrule: "FREQ=WEEKLY", startsAt: "2026-11-20T08:00:00.000Z", endsAt: "2026-11-20T09:00:00.000Z" };
    const second = { ...lunch, startsAt: "2026-11-27T08:30:00.000Z", endsAt: "2026-11-27T09:00:00.000Z" };
    const times = expandEvent({ ...plainEvent, ...weekly }, [], thursday, thursday + 30 * 86_400_000, 40).occurrences;
    const own = times.map(({ startsAt, endsAt }) => ({
      ...lunch,
      threadId: 1,
      uid: "u1",
      startsAt,
      endsAt,
      busy: false,
    }));
    const verdict = judge(invitation(weekly), { openEvents: [second, ...own] });
    expect(verdict.signals.map(({ reason }) => reason)).toContain("clashes with “Lunch”");
  });
});

describe("an event that several sources have", () => {
  const at = (itemId: number, event: Partial<EventDetails>) => ({ itemId, event: { ...plainEvent, ...event } });
  it("counts as the one that was changed last has it", () => {
    const old = at(2, { updatedAt: "2026-11-01T00:00:00.000Z", sequence: 1 });
    const moved = at(1, { updatedAt: "2026-11-02T00:00:00.000Z", startsAt: "2026-11-25T08:00:00.000Z" });
    expect(newestEntries([moved, old])).toEqual([moved]);
    expect(newestEntries([old, moved])).toEqual([moved]);
  });
  it("counts as the owner's own calendar has it", () => {
    const shared = at(2, { ownCalendar: false, updatedAt: "2026-11-09T00:00:00.000Z" });
    const own = at(1, { updatedAt: "2026-11-02T00:00:00.000Z" });
    expect(newestEntries([shared, own])).toEqual([own]);
  });
  it("says nothing with its older version", () => {
    const old = entry({ attendees: guests("needs_action") }, { id: 5 });
    const entries = [{ itemId: 6, event: { ...plainEvent, startsAt: "2026-11-25T08:00:00.000Z" } }];
    expect(judge(old, { entries }).signals.map(({ name }) => name)).not.toContain("invitation");
  });
});

describe("a whole day", () => {
  const day = {
    ...plainEvent,
    allDay: true,
    zone: null,
    startsAt: "2026-11-19T00:00:00.000Z",
    endsAt: "2026-11-20T00:00:00.000Z",
  };
  it("ends at midnight where the owner is", () => {
    expect(endOf(day, createZoneClock("America/New_York"))).toBe(Date.parse("2026-11-20T05:00:00.000Z"));
    expect(endOf(day, createZoneClock("Pacific/Auckland"))).toBe(Date.parse("2026-11-19T11:00:00.000Z"));
  });
  it("is not over in New York when it is in London", () => {
    const item = entry({ ...day, attendees: guests("needs_action") });
    const late = "2026-11-20T03:00:00.000Z";
    const names = (zone: string) =>
      judgeThread(thread([item]), contextAt(late, { owner: { ...owner, zone } })).signals.map(({ name }) => name);
    expect(names("America/New_York")).not.toContain("event_past");
    expect(names("Europe/London")).toContain("event_past");
  });
});
