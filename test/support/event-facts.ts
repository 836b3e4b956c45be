import type { EventDetails } from "../../src/core/item.ts";
import { untrusted } from "../../src/core/untrusted.ts";

/** An event in which nothing is said but that it takes place, at nine in Berlin, for an hour. */
export const plainEvent: EventDetails = {
  uid: "u1",
  recurrenceId: null,
  sequence: 0,
  method: null,
  status: "confirmed",
  startsAt: "2026-11-24T08:00:00.000Z",
  endsAt: "2026-11-24T09:00:00.000Z",
  allDay: false,
  zone: "Europe/Berlin",
  rrule: null,
  exdates: [],
  location: untrusted(""),
  organizer: null,
  attendees: [],
  transparent: false,
  type: "default",
  ownAnswer: null,
  ownCalendar: true,
  updatedAt: null,
  conference: untrusted(""),
};
