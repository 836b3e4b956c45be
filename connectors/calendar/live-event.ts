import { z } from "zod";
import type { EventTime } from "./event-time.ts";

const text = z.string().default("");
const time = z.object({ date: z.string().nullish(), dateTime: z.string().nullish(), timeZone: z.string().nullish() });

/** A guest as Google keeps them; all of it goes back when the list is written, which is written as a whole. */
const liveGuest = z.object({
  email: text,
  displayName: z.string().optional(),
  responseStatus: z.enum(["needsAction", "declined", "tentative", "accepted"]).default("needsAction"),
  optional: z.boolean().optional(),
  resource: z.boolean().optional(),
  comment: z.string().optional(),
  additionalGuests: z.number().optional(),
  self: z.boolean().default(false),
});
export type LiveGuest = z.output<typeof liveGuest>;

/**
 * An event as Google has it now, with the fields that are used here. A removed one has little more than its id.
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/events
 */
export const liveEvent = z.object({
  id: z.string().regex(/^[\w-]{1,1100}$/),
  etag: text,
  status: z.string().default("confirmed"),
  iCalUID: text,
  summary: text,
  description: text,
  location: text,
  start: time.optional(),
  end: time.optional(),
  originalStartTime: time.optional(),
  recurrence: z.array(z.string()).default([]),
  recurringEventId: z.string().optional(),
  transparency: z.enum(["opaque", "transparent"]).default("opaque"),
  visibility: z.enum(["default", "public", "private", "confidential"]).default("default"),
  attendees: z.array(liveGuest).default([]),
  attendeesOmitted: z.boolean().default(false),
  organizer: z
    .object({ email: text, displayName: text, self: z.boolean().default(false) })
    .default({ email: "", displayName: "", self: true }),
  guestsCanModify: z.boolean().default(false),
  eventType: z.string().default("default"),
  conferenceData: z.unknown().optional(),
  extendedProperties: z.object({ private: z.record(z.string(), z.string()).default({}) }).default({ private: {} }),
});
export type LiveEvent = z.output<typeof liveEvent>;

/** What steward leaves on an event that it changed, so that it can tell whether a change came through. */
export const markName = "stewardAction";

export function markOf(event: LiveEvent): string | null {
  return event.extendedProperties.private[markName] ?? null;
}

/** Google gives a time in the calendar's zone when it has none of its own. Null for what is no time. Pure. */
export function timeOf(given: z.output<typeof time> | undefined, calendarZone: string): EventTime | null {
  if (typeof given?.dateTime === "string") {
    return { dateTime: given.dateTime, timeZone: given.timeZone ?? calendarZone };
  }
  return typeof given?.date === "string" ? { date: given.date } : null;
}

/** Whoever it reaches when it changes: guests and the organiser, lower case, without rooms and the account itself. Pure. */
export function othersOf(event: Pick<LiveEvent, "attendees" | "organizer">, account: string): string[] {
  const guests = event.attendees.filter(({ self, resource }) => !self && resource !== true).map(({ email }) => email);
  // A calendar of one's own that is not the first organises its events under an address of Google's.
  const host = event.organizer.self || event.organizer.email.endsWith(".calendar.google.com");
  const all = [...(host ? [] : [event.organizer.email]), ...guests].map((address) => address.trim().toLowerCase());
  return [...new Set(all)].filter((address) => address !== "" && address !== account);
}
