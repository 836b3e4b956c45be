import { z } from "zod";
import { badRequest } from "../google-error.ts";
import { eventTypes } from "./check-event.ts";

const text = z.string().exactOptional();
const flag = z.boolean().exactOptional();
const time = z.object({ date: text, dateTime: text, timeZone: text });
const person = z.object({ email: text, displayName: text, id: text, self: flag });
const pairs = z.record(z.string(), z.string()).exactOptional();

const attendee = z.object({
  email: text,
  displayName: text,
  responseStatus: z.enum(["needsAction", "declined", "tentative", "accepted"]).exactOptional(),
  optional: flag,
  resource: flag,
  organizer: flag,
  self: flag,
  comment: text,
  additionalGuests: z.number().exactOptional(),
});

const conference = z.object({
  conferenceId: text,
  createRequest: z
    .object({
      requestId: text,
      conferenceSolutionKey: z.object({ type: text }).exactOptional(),
      status: z.object({ statusCode: text }).exactOptional(),
    })
    .exactOptional(),
  entryPoints: z.array(z.object({ entryPointType: text, uri: text, label: text })).exactOptional(),
  conferenceSolution: z.object({ name: text, key: z.object({ type: text }).exactOptional() }).exactOptional(),
});

const workingPlace = z.object({
  type: text,
  homeOffice: z.unknown().exactOptional(),
  customLocation: z.object({ label: text }).exactOptional(),
  officeLocation: z.object({ label: text, buildingId: text }).exactOptional(),
});

/** What may be written into an event. Google ignores what it does not know, and reads nothing of its own making. */
export const eventSchema = z.object({
  id: text,
  iCalUID: text,
  status: z.enum(["confirmed", "tentative", "cancelled"]).exactOptional(),
  summary: text,
  description: text,
  location: text,
  colorId: text,
  start: time.exactOptional(),
  end: time.exactOptional(),
  endTimeUnspecified: flag,
  recurrence: z.array(z.string()).exactOptional(),
  recurringEventId: text,
  originalStartTime: time.exactOptional(),
  transparency: z.enum(["opaque", "transparent"]).exactOptional(),
  visibility: z.enum(["default", "public", "private", "confidential"]).exactOptional(),
  sequence: z.number().exactOptional(),
  attendees: z.array(attendee).exactOptional(),
  attendeesOmitted: flag,
  organizer: person.exactOptional(),
  extendedProperties: z.object({ private: pairs, shared: pairs }).exactOptional(),
  conferenceData: conference.exactOptional(),
  reminders: z
    .object({
      useDefault: flag,
      overrides: z.array(z.object({ method: text, minutes: z.number().exactOptional() })).exactOptional(),
    })
    .exactOptional(),
  guestsCanInviteOthers: flag,
  guestsCanModify: flag,
  guestsCanSeeOtherGuests: flag,
  anyoneCanAddSelf: flag,
  source: z.object({ title: text, url: text }).exactOptional(),
  eventType: z.enum(eventTypes).exactOptional(),
  focusTimeProperties: z.object({ autoDeclineMode: text, declineMessage: text, chatStatus: text }).exactOptional(),
  outOfOfficeProperties: z.object({ autoDeclineMode: text, declineMessage: text }).exactOptional(),
  workingLocationProperties: workingPlace.exactOptional(),
  birthdayProperties: z.object({ type: text, contact: text, customTypeName: text }).exactOptional(),
});
export type EventBody = z.output<typeof eventSchema>;

/** A JSON object as it came, with nulls: what a patch takes away. Errors: 400. */
export function readObject(body: string): Record<string, unknown> {
  const value = parse(body);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badRequest("Parse Error", "parseError");
  return Object.fromEntries(Object.entries(value));
}

/** The event that a written object stands for; nulls count as left out. Errors: 400 for a wrong type or value. */
export function readEventBody(given: Record<string, unknown>): EventBody {
  const parsed = eventSchema.safeParse(withoutNulls(given));
  if (parsed.success) return parsed.data;
  const { path = [] } = parsed.error.issues[0] ?? {};
  throw badRequest(`Invalid value for: ${path.join(".")}`, "invalid");
}

/**
 * A patch upon an event: objects are merged, null takes away, arrays are replaced as a whole.
 * Source: https://developers.google.com/workspace/calendar/api/guides/performance#patch
 */
export function mergePatch(before: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(before) ? { ...before } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutNulls(inner)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw badRequest("Parse Error", "parseError");
  }
}
