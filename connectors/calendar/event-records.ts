import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Problem, RawRecord } from "../../src/core/record.ts";
import type { GoogleEventHints } from "../../src/formats/calendar/google-event-schema.ts";
import type { FollowedCalendar } from "./calendar-cursor.ts";
import { type CalendarClient, getSeries, type Series } from "./client.ts";

/** What decides where an event belongs; the rest of it is the record. */
const eventHead = z.object({
  id: z.string().min(1),
  status: z.string().nullish(),
  recurringEventId: z.string().nullish(),
  iCalUID: z.string().nullish(),
  summary: z.string().nullish(),
  recurrence: z.array(z.unknown()).nullish(),
});
type EventHead = z.output<typeof eventHead>;

export interface ReadEvents {
  /** Ids of the events that are there, without the calendar's. */
  ids: string[];
  records: RawRecord[];
  gone: string[];
  goneUnder: string[];
  failed: Problem[];
}

const seriesKept = 5000;

/** The external id of an event: an event in two calendars is two records (and one item). */
export function externalIdOf(calendarId: string, eventId: string): string {
  return `${calendarId}/${eventId}`;
}

/**
 * Sorts a page of events into records and what has gone. A cancelled event is gone, and with it every changed time of it if it
 * was a series; the cancelled time of a series that is still there is a record, which takes that time out.
 * Contract: asks for a series only when nothing has told its uid yet.
 */
export async function readEvents(
  client: CalendarClient,
  calendar: FollowedCalendar,
  events: readonly unknown[],
  signal: AbortSignal,
): Promise<ReadEvents> {
  const read: ReadEvents = { ids: [], records: [], gone: [], goneUnder: [], failed: [] };
  const heads = events.map((event) => ({ event, head: eventHead.safeParse(event) }));
  for (const { head } of heads) if (head.success) remember(client, calendar.id, head.data);
  for (const { event, head } of heads) {
    if (!head.success) {
      const locator = locatorOf(client, calendar);
      read.failed.push({ locator, reason: "The calendar gave an event that has no id; it is left out." });
    } else if (head.data.status === "cancelled")
      await takeCancelled(client, calendar, { event, head: head.data, read, signal });
    else take(client, calendar, { event, head: head.data, read, series: null });
  }
  return read;
}

interface Cancelled {
  event: unknown;
  head: EventHead;
  read: ReadEvents;
  signal: AbortSignal;
}

async function takeCancelled(client: CalendarClient, calendar: FollowedCalendar, one: Cancelled): Promise<void> {
  const { event, head, read, signal } = one;
  const masterId = head.recurringEventId ?? null;
  const series = masterId === null ? null : await findSeries(client, calendar.id, masterId, signal);
  if (series !== null) {
    take(client, calendar, { event, head, read, series });
    return;
  }
  const externalId = externalIdOf(calendar.id, head.id);
  read.gone.push(externalId);
  // A changed time is called `<series>_<its first start>`; `<series>_R…` is another series that was split off.
  if (masterId === null) read.goneUnder.push(`${externalId}_1`, `${externalId}_2`);
}

interface Present extends Omit<Cancelled, "signal"> {
  series: Series | null;
}

function take(client: CalendarClient, calendar: FollowedCalendar, { event, head, read, series }: Present): void {
  const { summary, zone, accessRole, primary } = calendar;
  const hints: GoogleEventHints = {
    calendar: { summary, zone, account: client.account.email, accessRole, primary },
    series,
  };
  read.ids.push(head.id);
  read.records.push({
    format: "google_event",
    externalId: externalIdOf(calendar.id, head.id),
    bytes: Buffer.from(JSON.stringify(event), "utf8"),
    hints: { format: hints },
    locator: locatorOf(client, calendar),
  });
}

function locatorOf({ account }: CalendarClient, calendar: FollowedCalendar): RawRecord["locator"] {
  return { path: `google-calendar:${account.email}/${calendar.id}`, offset: null };
}

function remember({ series }: CalendarClient, calendarId: string, head: EventHead): void {
  const key = externalIdOf(calendarId, head.id);
  if (head.status === "cancelled") series.delete(key);
  else if ((head.recurrence ?? []).length > 0 && typeof head.iCalUID === "string") {
    series.set(key, { uid: head.iCalUID, summary: head.summary ?? "" });
    const [oldest] = series.keys();
    if (series.size > seriesKept && oldest !== undefined) series.delete(oldest);
  }
}

async function findSeries(
  client: CalendarClient,
  calendarId: string,
  eventId: string,
  signal: AbortSignal,
): Promise<Series | null> {
  const key = externalIdOf(calendarId, eventId);
  const known = client.series.get(key);
  if (known !== undefined) return known;
  const asked = await getSeries(client, calendarId, eventId, signal);
  if (asked !== null) client.series.set(key, asked);
  return asked;
}
