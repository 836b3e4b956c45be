import type { SharedWorld } from "../service.ts";
import type { EventResource, StoredCalendar, StoredEvent } from "./calendar-state.ts";
import { instantOf, readInstant, startMs } from "./event-times.ts";
import { expandSeries } from "./expand-series.ts";

/** Where an event stands in a listing: by its change (or its start), its start, its id. */
export type Place = [number, number, string];

export interface Listed {
  event: EventResource;
  place: Place;
}

const dayMs = 86_400_000;
/** How far a series without an end is written out when nobody says until when. */
const farMs = 2 * 366 * dayMs;
/** Of a deleted series, this much is named time by time. Source: google-api-ruby-client #860 (observed, not documented). */
const removedMs = 183 * dayMs;

/**
 * The events a listing consists of, in its order: changed within a window of changes, as a series or as single times, deleted
 * ones as tombstones where they are shown (always in a sync).
 */
export function selectEvents(
  calendar: StoredCalendar,
  query: URLSearchParams,
  window: { fromSeq: number; untilSeq: number; isSync: boolean },
  shared: SharedWorld,
): Listed[] {
  const now = shared.clock.now();
  const isSingle = query.get("singleEvents") === "true";
  const showDeleted = query.get("showDeleted") === "true" || window.isSync || query.has("updatedMin");
  const changed = [...calendar.events.values()].filter(({ seq }) => seq > window.fromSeq && seq <= window.untilSeq);
  const shown = changed.filter(
    ({ resource }) => resource.status !== "cancelled" || showDeleted || (!isSingle && isException(resource)),
  );
  const range = rangeOf(query, now);
  const listed = shown.flatMap((stored) =>
    (isSingle ? singleTimes(calendar, stored, shown, range, window.isSync) : [stored.resource]).map((event) => ({
      event,
      seq: stored.seq,
    })),
  );
  const lag = shared.settings.get("calendar.indexLagMs") ?? 0;
  const byStart = query.get("orderBy") === "startTime";
  return listed
    .filter(({ event }) => matches(calendar, event, query, now - lag))
    .map(({ event, seq }): Listed => {
      const starts = startMs(event.start ?? event.originalStartTime ?? {});
      return { event, place: [byStart ? starts : seq, starts, event.id ?? ""] };
    })
    .sort((a, b) => comparePlaces(a.place, b.place))
    .map(({ event, place }) => ({ event: event.status === "cancelled" ? tombstone(event) : event, place }));
}

function comparePlaces(a: Place, b: Place): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1);
}

interface Range {
  fromMs: number;
  toMs: number;
  nowMs: number;
}

function rangeOf(query: URLSearchParams, nowMs: number): Range {
  const fromMs = readInstant(query.get("timeMin")) ?? 0;
  const toMs = readInstant(query.get("timeMax")) ?? Math.max(fromMs, nowMs) + farMs;
  return { fromMs, toMs, nowMs };
}

/** What one kept event is as single times; an exception comes with its series, or alone when only it has changed. */
function singleTimes(
  calendar: StoredCalendar,
  { resource }: StoredEvent,
  shown: readonly StoredEvent[],
  range: Range,
  isSync: boolean,
): EventResource[] {
  if (isException(resource)) {
    const isWithSeries = shown.some((other) => other.resource.id === resource.recurringEventId);
    return isWithSeries && resource.status !== "cancelled" ? [] : [resource];
  }
  if ((resource.recurrence ?? []).length === 0) return [resource];
  if (resource.status !== "cancelled") return expandSeries(calendar, resource, range);
  const window = { fromMs: range.nowMs, toMs: range.nowMs + removedMs };
  const times = expandSeries(calendar, { ...resource, status: "confirmed" }, window);
  return isSync ? times.map((time) => ({ ...time, status: "cancelled" })) : [];
}

function isException(event: EventResource): boolean {
  return typeof event.recurringEventId === "string";
}

/** What is left of a deleted event: its id; of a removed time, which time of which series it was. */
function tombstone(event: EventResource): EventResource {
  const base: EventResource = {
    kind: "calendar#event",
    ...(event.etag === undefined ? {} : { etag: event.etag }),
    ...(event.id === undefined ? {} : { id: event.id }),
    status: "cancelled",
  };
  if (typeof event.recurringEventId !== "string") return base;
  return {
    ...base,
    recurringEventId: event.recurringEventId,
    ...(event.originalStartTime === undefined ? {} : { originalStartTime: event.originalStartTime }),
  };
}

function matches(calendar: StoredCalendar, event: EventResource, query: URLSearchParams, indexedMs: number): boolean {
  const uid = query.get("iCalUID");
  if (uid !== null && event.iCalUID !== uid) return false;
  const updatedMin = readInstant(query.get("updatedMin"));
  if (updatedMin !== null && Date.parse(event.updated ?? "") < updatedMin) return false;
  if (event.status === "cancelled") return true;
  const types = query.getAll("eventTypes");
  if (types.length > 0 && !types.includes(event.eventType ?? "default")) return false;
  return hasWords(event, query.get("q")) && hasProperties(event, query, indexedMs) && isWithin(calendar, event, query);
}

function hasWords(event: EventResource, q: string | null): boolean {
  const people = (event.attendees ?? []).map(({ email, displayName }) => `${email} ${displayName ?? ""}`);
  const text = [event.summary, event.description, event.location, event.organizer?.email, ...people].join(" ");
  const words = (q ?? "").toLowerCase().split(/\s+/);
  return words.every((word) => text.toLowerCase().includes(word));
}

function hasProperties(event: EventResource, query: URLSearchParams, indexedMs: number): boolean {
  const wanted = (["private", "shared"] as const).flatMap((kind) =>
    query.getAll(`${kind}ExtendedProperty`).map((pair) => ({ kind, pair })),
  );
  if (wanted.length === 0) return true;
  if (Date.parse(event.updated ?? "") > indexedMs) return false;
  return wanted.every(({ kind, pair }) => {
    const at = pair.indexOf("=");
    return event.extendedProperties?.[kind]?.[pair.slice(0, at)] === pair.slice(at + 1);
  });
}

/** Whether an event, or any time of a series, touches what lies between timeMin and timeMax. */
function isWithin(calendar: StoredCalendar, event: EventResource, query: URLSearchParams): boolean {
  const from = readInstant(query.get("timeMin"));
  const to = readInstant(query.get("timeMax"));
  if (from === null && to === null) return true;
  const zone = calendar.entry.timeZone ?? "UTC";
  const starts = instantOf(event.start ?? {}, zone);
  const window = { fromMs: from ?? starts, toMs: to ?? Math.max(from ?? starts, starts) + 10 * farMs };
  if ((event.recurrence ?? []).length > 0) return expandSeries(calendar, event, window).length > 0;
  const ends = Math.max(instantOf(event.end ?? event.start ?? {}, zone), starts + 1);
  return starts < window.toMs && ends > window.fromMs;
}
