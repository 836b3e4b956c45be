import { z } from "zod";

/** `date` for a whole day, else `dateTime` as RFC 3339 with an offset and `timeZone` as an IANA name. */
const when = z.object({
  date: z.string().nullish(),
  dateTime: z.string().nullish(),
  timeZone: z.string().nullish(),
});
export type GoogleWhen = z.output<typeof when>;

const person = {
  email: z.string().nullish(),
  displayName: z.string().nullish(),
  self: z.boolean().nullish(),
};

/**
 * What is used of an event of Google's Calendar API v3.
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/events
 */
export const googleEventSchema = z.object({
  id: z.string(),
  iCalUID: z.string().nullish(),
  recurringEventId: z.string().nullish(),
  originalStartTime: when.nullish(),
  status: z.string().nullish(),
  eventType: z.string().nullish(),
  summary: z.string().nullish(),
  description: z.string().nullish(),
  location: z.string().nullish(),
  start: when.nullish(),
  end: when.nullish(),
  recurrence: z.array(z.string()).nullish(),
  transparency: z.string().nullish(),
  sequence: z.number().nullish(),
  updated: z.string().nullish(),
  organizer: z.object(person).nullish(),
  attendees: z
    .array(z.object({ ...person, responseStatus: z.string().nullish(), resource: z.boolean().nullish() }))
    .nullish(),
  hangoutLink: z.string().nullish(),
  conferenceData: z
    .object({
      entryPoints: z.array(z.object({ entryPointType: z.string().nullish(), uri: z.string().nullish() })).nullish(),
    })
    .nullish(),
  attachments: z.array(z.object({ title: z.string().nullish(), mimeType: z.string().nullish() })).nullish(),
});
export type GoogleEvent = z.output<typeof googleEventSchema>;

/** The calendar an event was read from, as the connector hands it over in `hints.format`. */
export const googleEventHints = z.strictObject({
  calendar: z.strictObject({
    summary: z.string(),
    zone: z.string().nullable(),
    /** The address of the account that reads it. */
    account: z.string(),
    /** Google's word for what the account may do there: `owner`, `writer`, `reader`, `freeBusyReader` and so on. */
    accessRole: z.string(),
    primary: z.boolean(),
  }),
  /** Of a changed time whose own record does not say which series it belongs to. */
  series: z.strictObject({ uid: z.string(), summary: z.string() }).nullable(),
});
export type GoogleEventHints = z.output<typeof googleEventHints>;

/** An account's own calendars are the owner's time; those that others share with it are not. */
export function isOwnCalendar({ primary, accessRole }: GoogleEventHints["calendar"]): boolean {
  return primary || accessRole === "owner";
}

/**
 * The event with the fields that can be used; the names of those that cannot, because they are not what Google documents.
 * Null when it has no id. Contract: pure, never throws.
 */
export function decodeGoogleEvent(value: unknown): { event: GoogleEvent; unusable: string[] } | null {
  const first = googleEventSchema.safeParse(value);
  if (first.success) return { event: first.data, unusable: [] };
  if (typeof value !== "object" || value === null) return null;
  const unusable = [...new Set(first.error.issues.map(({ path }) => String(path[0])))];
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !unusable.includes(key)));
  const second = googleEventSchema.safeParse(rest);
  return second.success ? { event: second.data, unusable } : null;
}
