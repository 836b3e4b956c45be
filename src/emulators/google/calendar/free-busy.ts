import type { calendar_v3 } from "@googleapis/calendar";
import { z } from "zod";
import { badRequest } from "../google-error.ts";
import type { CalendarState, EventResource, StoredCalendar } from "./calendar-state.ts";
import { instantOf, readInstant } from "./event-times.ts";
import { expandSeries } from "./expand-series.ts";
import { findCalendar } from "./seed-calendar.ts";

const request = z.object({
  timeMin: z.string(),
  timeMax: z.string(),
  items: z.array(z.object({ id: z.string() })).default([]),
});

const mostCalendars = 50;

/**
 * `freebusy.query`: spans of each calendar in which its owner is busy, those that touch joined. A calendar that cannot be looked
 * at has an error of its own. Errors: 400.
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query
 */
export function queryFreeBusy(state: CalendarState, body: unknown): calendar_v3.Schema$FreeBusyResponse {
  const parsed = request.safeParse(body);
  if (!parsed.success) throw badRequest("Missing timeMin or timeMax parameter.", "required");
  const { timeMin, timeMax, items } = parsed.data;
  const window = { fromMs: readInstant(timeMin) ?? 0, toMs: readInstant(timeMax) ?? 0 };
  if (window.toMs <= window.fromMs) throw badRequest("The requested time range is empty.", "timeRangeEmpty");
  if (items.length > mostCalendars) throw badRequest("Too many calendars requested.", "tooManyCalendarsRequested");
  const calendars = items.map(({ id }): [string, calendar_v3.Schema$FreeBusyCalendar] => {
    const calendar = findCalendar(state, id);
    const missing = { errors: [{ domain: "global", reason: "notFound" }], busy: [] };
    return [id, calendar === null ? missing : { busy: busyOf(calendar, window) }];
  });
  return {
    kind: "calendar#freeBusy",
    timeMin: new Date(window.fromMs).toISOString(),
    timeMax: new Date(window.toMs).toISOString(),
    calendars: Object.fromEntries(calendars),
  };
}

interface Span {
  fromMs: number;
  toMs: number;
}

function busyOf(calendar: StoredCalendar, window: Span): calendar_v3.Schema$TimePeriod[] {
  const zone = calendar.entry.timeZone ?? "UTC";
  const events = [...calendar.events.values()].flatMap(({ resource }) => {
    if (resource.status === "cancelled" || typeof resource.recurringEventId === "string") return [];
    return (resource.recurrence ?? []).length === 0 ? [resource] : expandSeries(calendar, resource, window);
  });
  const spans = events
    .filter(isBusy)
    .map((event): Span => ({ fromMs: instantOf(event.start ?? {}, zone), toMs: instantOf(event.end ?? {}, zone) }))
    .filter(({ fromMs, toMs }) => fromMs < window.toMs && toMs > window.fromMs)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, window.fromMs), toMs: Math.min(toMs, window.toMs) }))
    .sort((a, b) => a.fromMs - b.fromMs);
  return join(spans).map(({ fromMs, toMs }) => ({ start: stamp(fromMs), end: stamp(toMs) }));
}

/** Busy is what is neither shown as free, declined, nor a place to work. */
function isBusy(event: EventResource): boolean {
  const own = event.attendees?.find(({ self }) => self === true);
  const isFree = event.transparency === "transparent" || event.eventType === "workingLocation";
  return !isFree && own?.responseStatus !== "declined";
}

function join(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else joined.push({ ...span });
  }
  return joined;
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
