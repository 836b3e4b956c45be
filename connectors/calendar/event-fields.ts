import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { emailIdentity, hasUnseen, isPlainMailbox } from "../../src/core/identity.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import { eventTime } from "./event-time.ts";
import { type LiveEvent, type LiveGuest, timeOf } from "./live-event.ts";
import { type InsertBody, type PatchBody, type WrittenGuest, writtenGuest } from "./write-event.ts";

const line = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => cleanLine(text) === text, "One line without hidden characters.");
const several = z
  .string()
  .max(8_000)
  .refine((text) => cleanText(text) === text, "Text without hidden characters.");

/** What can be written into an event, as it is approved. */
export const newFields = {
  title: line(300).min(1),
  start: eventTime,
  end: eventTime,
  location: line(500),
  description: several,
  /** Whether its time is shown as free. */
  free: z.boolean(),
  visibility: z.enum(["default", "public", "private"]),
};

const visibility = z.enum(["default", "public", "private", "confidential"]);

/** An event's fields as they are, whoever wrote them. */
export const eventFields = z.strictObject({
  title: z.string(),
  start: eventTime,
  end: eventTime,
  location: z.string(),
  description: z.string(),
  free: z.boolean(),
  visibility,
  guests: z.array(writtenGuest),
});
export type EventFields = z.output<typeof eventFields>;

/** Those that change; what is absent stays. */
export const eventChanges = z.strictObject({
  title: newFields.title.optional(),
  start: eventTime.optional(),
  end: eventTime.optional(),
  location: newFields.location.optional(),
  description: newFields.description.optional(),
  free: z.boolean().optional(),
  visibility: visibility.optional(),
  guests: z.array(writtenGuest).max(200).optional(),
});
export type EventChanges = z.output<typeof eventChanges>;

/** Contract: pure. Errors: `wrong_kind` for an event without times. */
export function fieldsOf(event: LiveEvent, calendarZone: string): EventFields {
  const start = timeOf(event.start, calendarZone);
  const end = timeOf(event.end, calendarZone);
  if (start === null || end === null) throw new StewardError("wrong_kind", "The event has no times that can be read.");
  return {
    title: event.summary,
    start,
    end,
    location: event.location,
    description: event.description,
    free: event.transparency === "transparent",
    visibility: event.visibility,
    guests: event.attendees.flatMap((guest) => toWrittenGuest(guest) ?? []),
  };
}

/** As it has to be written for the guest to stay what they are; null for one that has no address. */
export function toWrittenGuest({ self: _self, ...guest }: LiveGuest): WrittenGuest | null {
  return writtenGuest.safeParse(guest).data ?? null;
}

/** Whether the list can be written: Google replaces it as a whole, and shows guests only a part of some. */
export function isListWhole(event: LiveEvent): boolean {
  return !event.attendeesOmitted && event.attendees.every((guest) => toWrittenGuest(guest) !== null);
}

/** The body of a new event. */
export function toInsert(
  id: string,
  fields: EventFields,
  more: { meetKey?: string; recurrence?: string[] },
): InsertBody {
  const { title, start, end, location, description, free, visibility, guests } = fields;
  const { meetKey, recurrence = [] } = more;
  return {
    id,
    summary: title,
    location,
    description,
    start,
    end,
    ...(recurrence.length === 0 ? {} : { recurrence }),
    ...(guests.length === 0 ? {} : { attendees: guests }),
    transparency: free ? "transparent" : "opaque",
    visibility,
    ...(meetKey === undefined
      ? {}
      : { conferenceData: { createRequest: { requestId: meetKey, conferenceSolutionKey: { type: "hangoutsMeet" } } } }),
  };
}

/** The fields that the body of a new event carries. Contract: the inverse of `toInsert`. */
export function fromInsert(body: InsertBody): EventFields & { meet: boolean; recurrence: string[] } {
  return {
    title: body.summary,
    start: body.start,
    end: body.end,
    location: body.location,
    description: body.description,
    free: body.transparency === "transparent",
    visibility: body.visibility,
    guests: body.attendees ?? [],
    meet: body.conferenceData !== undefined,
    recurrence: body.recurrence ?? [],
  };
}

/** The body that changes an event, with the mark by which it is found to have come through. */
export function toPatch(changes: EventChanges, mark: string): PatchBody {
  const { title, start, end, location, description, free, visibility: shown, guests } = changes;
  return {
    ...(title === undefined ? {} : { summary: title }),
    ...(location === undefined ? {} : { location }),
    ...(description === undefined ? {} : { description }),
    ...(start === undefined ? {} : { start: toPatchedTime(start) }),
    ...(end === undefined ? {} : { end: toPatchedTime(end) }),
    ...(free === undefined ? {} : { transparency: free ? "transparent" : "opaque" }),
    ...(shown === undefined ? {} : { visibility: shown }),
    ...(guests === undefined ? {} : { attendees: guests }),
    extendedProperties: { private: { stewardAction: mark } },
  };
}

/** Contract: the inverse of `toPatch`. */
export function fromPatch(body: PatchBody): EventChanges {
  const { summary, start, end, location, description, transparency, visibility: shown, attendees } = body;
  return {
    ...(summary === undefined ? {} : { title: summary }),
    ...(start === undefined ? {} : { start: fromPatchedTime(start) }),
    ...(end === undefined ? {} : { end: fromPatchedTime(end) }),
    ...(location === undefined ? {} : { location }),
    ...(description === undefined ? {} : { description }),
    ...(transparency === undefined ? {} : { free: transparency === "transparent" }),
    ...(shown === undefined ? {} : { visibility: shown }),
    ...(attendees === undefined ? {} : { guests: attendees }),
  };
}

type PatchedTime = NonNullable<PatchBody["start"]>;

function toPatchedTime(time: z.output<typeof eventTime>): PatchedTime {
  return "date" in time ? { date: time.date, dateTime: null, timeZone: null } : { date: null, ...time };
}

function fromPatchedTime(time: PatchedTime): z.output<typeof eventTime> {
  return time.date === null ? { dateTime: time.dateTime, timeZone: time.timeZone } : { date: time.date };
}

/** One line, with nothing in it that cannot be seen. */
export function cleanLine(text: string): string {
  return forScreen(text).trim();
}

export function cleanText(text: string): string {
  return forScreen(text, { multiline: true }).trim();
}

/** One name and one address; nothing outside of quotes separates. */
const named = /^(?:"[^"\\\p{Cc}]*"|[^"<>,;:@\\\p{Cc}]*)<([^<>\s]+)>$/u;

/** The address of a guest that was asked for. Errors: `usage` for what is none, several, or holds what nobody sees. */
export function guestAddress(text: string): string {
  const bare = named.exec(text.trim())?.[1] ?? text;
  const address = hasUnseen(bare) ? "" : (emailIdentity(bare)?.value ?? "");
  if (isPlainMailbox(address) && writtenGuest.shape.email.safeParse(address).success) return address;
  throw new StewardError("usage", `"${forScreen(text)}" is no address.`, {
    cure: "Name each guest by one e-mail address.",
  });
}
