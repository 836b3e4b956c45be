import { describe, expect, it } from "vitest";
import type { CalendarDoorClient } from "../../../../connectors/calendar/door-client.ts";
import { type LiveEvent, liveEvent } from "../../../../connectors/calendar/live-event.ts";
import { type CalendarLook, pickEvent } from "../../../../connectors/calendar/pick-event.ts";
import type { LookItem } from "../../../../src/core/action.ts";
import { type EventDetails, eventSchema } from "../../../../src/core/item.ts";
import { untrusted } from "../../../../src/core/untrusted.ts";
import { clara } from "../../../emulators/google/google-fixture.ts";
import { plainLook, plainThread } from "../../../support/plain-look.ts";

const details = (uid: string): EventDetails =>
  eventSchema.parse({
    uid,
    recurrenceId: null,
    sequence: 0,
    method: null,
    status: "confirmed",
    startsAt: null,
    endsAt: null,
    allDay: false,
    zone: null,
    rrule: null,
    exdates: [],
    location: "",
    organizer: null,
    attendees: [],
    transparent: false,
  });

/** An item with an event, known to those calendars as those ids; as an invitation in a mail when to none. */
function item(id: number, uid: string, externalIds: string[], account = clara): LookItem {
  return {
    id,
    threadId: 7,
    channel: "calendar",
    externalIds: externalIds.map((externalId) => ({ sourceId: "c", connector: "calendar", account, externalId })),
    messageId: null,
    references: [],
    sentAt: null,
    fromOwner: false,
    parties: [],
    subject: untrusted(""),
    text: untrusted(""),
    labels: [],
    event: details(uid),
    authentication: null,
    automatic: false,
  };
}

const live = (id: string, more: object = {}): LiveEvent => liveEvent.parse({ id, etag: '"1"', ...more });
const never = (): never => {
  throw new Error("nobody asks that");
};

/** A calendar that has these events, and a conversation with these items. */
function lookAt(items: LookItem[], events: LiveEvent[]): CalendarLook {
  const client: CalendarDoorClient = {
    email: clara,
    event: async (calendar, id) => (calendar === clara ? (events.find((one) => one.id === id) ?? null) : null),
    byUid: async (_calendar, uid) => events.filter(({ iCalUID }) => iCalUID === uid),
    between: never,
    times: never,
    insert: never,
    patch: never,
    remove: never,
  };
  const look = plainLook("/nowhere", client, { threads: [plainThread(7, "Invitation", items)] });
  return { ...look, account: clara, item: async (id) => items.find((one) => one.id === id) ?? null };
}

describe("the event that is meant", () => {
  it("is the one of the conversation, as the calendar that acts knows it", async () => {
    const elsewhere = item(1, "u1", ["ben@weiss.example/e1"], "ben@weiss.example");
    const look = lookAt([elsewhere, item(2, "u1", [`${clara}/e1`])], [live("e1")]);
    expect(await pickEvent({ thread: 7 }, look)).toMatchObject({ calendar: clara, event: { id: "e1" }, itemIds: [2] });
  });

  it("is the series where a conversation holds it and its changed times", async () => {
    const look = lookAt(
      [item(1, "u1", [`${clara}/e1`]), item(2, "u1", [`${clara}/e1_20261124T180000Z`])],
      [live("e1", { recurrence: ["RRULE:FREQ=WEEKLY"] })],
    );
    expect(await pickEvent({ thread: 7 }, look)).toMatchObject({ event: { id: "e1" }, isSeries: true });
  });

  it("is asked for when there are several, and named by its item", async () => {
    const look = lookAt([item(1, "u1", [`${clara}/e1`]), item(2, "u2", [`${clara}/e2`])], [live("e1"), live("e2")]);
    await expect(pickEvent({ thread: 7 }, look)).rejects.toMatchObject({ code: "usage" });
    expect(await pickEvent({ item: 2 }, look)).toMatchObject({ event: { id: "e2" } });
  });

  it("of an invitation that was read in the mail alone is found by its uid", async () => {
    const look = lookAt([item(1, "u1@corp", [])], [live("e9", { iCalUID: "u1@corp" })]);
    expect(await pickEvent({ thread: 7 }, look)).toMatchObject({ calendar: clara, event: { id: "e9" }, threadId: 7 });
    const none = lookAt([item(1, "u1@corp", [])], []);
    await expect(pickEvent({ thread: 7 }, none)).rejects.toMatchObject({ code: "not_found" });
    const removed = lookAt([item(1, "u1", [])], [live("e9", { iCalUID: "u1", status: "cancelled" })]);
    await expect(pickEvent({ thread: 7 }, removed)).rejects.toMatchObject({ code: "not_found" });
  });

  it("is gone when Google says so, none where there is no event, and nothing without being named", async () => {
    const removed = lookAt([item(1, "u1", [`${clara}/e1`])], [live("e1", { status: "cancelled" })]);
    await expect(pickEvent({ thread: 7 }, removed)).rejects.toMatchObject({ code: "gone" });
    await expect(pickEvent({ event: "e2" }, removed)).rejects.toMatchObject({ code: "gone" });
    await expect(pickEvent({ thread: 7 }, lookAt([], []))).rejects.toMatchObject({ code: "not_found" });
    await expect(pickEvent({}, removed)).rejects.toMatchObject({ code: "usage" });
  });
});
