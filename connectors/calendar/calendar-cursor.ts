import { z } from "zod";

/**
 * How far one calendar is read. `full`: all of it, from its first page (`pageToken` null) on, with the ids met so far, so that
 * what has gone can be told at its end. `changes`: what changed since `syncToken`; `seen` is left of a full read whose end is
 * not told yet, as events that change while pages are read leave the pages to come. `confirm`: it is read in full once more in
 * the next round, because what has gone must be told twice before much of a calendar is believed to have gone.
 */
const position = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("full"),
    pageToken: z.string().nullable(),
    seen: z.array(z.string()),
    confirm: z.boolean(),
  }),
  z.strictObject({
    state: z.literal("changes"),
    syncToken: z.string(),
    pageToken: z.string().nullable(),
    seen: z.array(z.string()).nullable(),
    confirm: z.boolean(),
  }),
]);
export type Position = z.output<typeof position>;

const followed = z.strictObject({
  id: z.string(),
  summary: z.string(),
  zone: z.string().nullable(),
  accessRole: z.string(),
  primary: z.boolean(),
  at: position,
});
/** A calendar that is read. */
export type FollowedCalendar = z.output<typeof followed>;

const calendarCursor = z.strictObject({
  version: z.literal(1),
  /** Of the list of calendars; null before it was first read. */
  listToken: z.string().nullable(),
  calendars: z.array(followed),
  /** Ids of the calendars that this round has still to read; empty: the next pull begins a round. */
  queue: z.array(z.string()),
  /** How many events this round has met. */
  count: z.number(),
  /** Whether a round was ever finished. */
  whole: z.boolean(),
});
export type CalendarCursor = z.output<typeof calendarCursor>;

export const startOfCalendar: Position = { state: "full", pageToken: null, seen: [], confirm: false };

/** The stored cursor. One that cannot be read counts as none: reading all of it again stores nothing twice. */
export function readCursor(cursor: unknown): CalendarCursor {
  const stored = calendarCursor.safeParse(cursor);
  if (stored.success) return stored.data;
  return { version: 1, listToken: null, calendars: [], queue: [], count: 0, whole: false };
}
