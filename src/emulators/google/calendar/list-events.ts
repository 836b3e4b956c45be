import type { calendar_v3 } from "@googleapis/calendar";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { SharedWorld } from "../service.ts";
import type { CalendarState, StoredCalendar } from "./calendar-state.ts";
import { eventTypes } from "./check-event.ts";
import { isZone, readInstant } from "./event-times.ts";
import { type Listed, type Place, selectEvents } from "./select-events.ts";
import { pageSize, readSyncToken, type SyncToken, seal, unseal } from "./sync-token.ts";
import { viewEvent } from "./view-event.ts";

/** What may not stand beside a sync token. */
const forbidden = [
  "iCalUID",
  "orderBy",
  "privateExtendedProperty",
  "q",
  "sharedExtendedProperty",
  "timeMin",
  "timeMax",
  "updatedMin",
];
/** What must be the same in every request that a token leads to. */
const bound = [
  "singleEvents",
  "eventTypes",
  "timeZone",
  "maxAttendees",
  "maxResults",
  "showDeleted",
  "showHiddenInvitations",
];

interface PageToken {
  /** A page begins behind this place, wherever events went meanwhile. */
  after: Place;
  /** The account's changes when the listing began: what comes later is the next sync's. */
  seq: number;
  bound: string;
  empty: number;
}

/**
 * `events.list`: pages, sync tokens, tombstones.
 *
 * Settings: `calendar.syncLifeMs` (older sync tokens are 410), `calendar.emptyPages` (so many first pages hold nothing and go
 * on), `calendar.withoutSyncToken` (the last page forgets it), `calendar.updatedMinLifeMs` (an older `updatedMin` is 410),
 * `calendar.indexLagMs` (extended properties are not found for so long after a change).
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/events/list
 */
export function listEvents(
  state: CalendarState,
  calendar: StoredCalendar,
  query: URLSearchParams,
  shared: SharedWorld,
): calendar_v3.Schema$Events {
  checkQuery(query, shared);
  const asked = JSON.stringify(bound.map((name) => query.getAll(name)));
  const since = readSince(query, calendar, asked, shared);
  const everything = JSON.stringify([...bound, ...forbidden].map((name) => query.getAll(name)));
  const page = readPageToken(query, everything) ?? {
    after: [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, ""],
    seq: state.seq,
    bound: everything,
    empty: shared.settings.get("calendar.emptyPages") ?? 0,
  };
  const head = headOf(state, calendar, query, shared);
  if (page.empty > 0) return { ...head, items: [], nextPageToken: seal({ ...page, empty: page.empty - 1 }) };
  const window = { fromSeq: since?.seq ?? 0, untilSeq: page.seq, isSync: since !== null };
  const rest = selectEvents(calendar, query, window, shared).filter(({ place }) => isBehind(place, page.after));
  const items = rest.slice(0, pageSize(query.get("maxResults"), 250, 2500));
  const viewing = {
    calendar,
    shared,
    maxAttendees: Number(query.get("maxAttendees") ?? Infinity),
    zone: query.get("timeZone"),
  };
  const told = items.map(({ event }) => viewEvent(event, viewing));
  if (items.length < rest.length) {
    return { ...head, items: told, nextPageToken: seal({ ...page, after: lastPlace(items, page) }) };
  }
  const withToken = !query.has("orderBy") && shared.settings.get("calendar.withoutSyncToken") !== 1;
  const token: SyncToken = { of: calendar.id, seq: page.seq, bound: asked, issuedAt: shared.clock.now() };
  return { ...head, items: told, ...(withToken ? { nextSyncToken: seal(token) } : {}) };
}

function headOf(
  state: CalendarState,
  calendar: StoredCalendar,
  query: URLSearchParams,
  shared: SharedWorld,
): calendar_v3.Schema$Events {
  return {
    kind: "calendar#events",
    etag: `"p${state.seq}"`,
    summary: calendar.entry.summary ?? "",
    timeZone: query.get("timeZone") ?? calendar.entry.timeZone ?? "UTC",
    accessRole: calendar.entry.accessRole ?? "owner",
    updated: new Date(shared.clock.now()).toISOString(),
    defaultReminders: calendar.entry.defaultReminders ?? [],
  };
}

function lastPlace(items: readonly Listed[], page: PageToken): Place {
  return items.at(-1)?.place ?? page.after;
}

function isBehind(place: Place, after: Place): boolean {
  for (const [at, value] of place.entries()) {
    const other = after[at] ?? "";
    if (value !== other) return value > other;
  }
  return false;
}

function checkQuery(query: URLSearchParams, shared: SharedWorld): void {
  const from = readInstant(query.get("timeMin"));
  const to = readInstant(query.get("timeMax"));
  if (from !== null && to !== null && to <= from) {
    throw badRequest("The specified time range is empty.", "timeRangeEmpty");
  }
  const order = query.get("orderBy");
  if (order !== null && order !== "startTime" && order !== "updated") throw badRequest("Bad Request", "badRequest");
  if (order === "startTime" && query.get("singleEvents") !== "true") {
    throw badRequest("The requested ordering is not available for the particular query.", "badRequest");
  }
  const types: readonly string[] = eventTypes;
  if (!query.getAll("eventTypes").every((type) => types.includes(type))) throw badRequest("Bad Request", "badRequest");
  const zone = query.get("timeZone");
  if (zone !== null && !isZone(zone)) throw badRequest("Invalid time zone.", "invalid");
  const updatedMin = readInstant(query.get("updatedMin"));
  const life = shared.settings.get("calendar.updatedMinLifeMs") ?? Number.POSITIVE_INFINITY;
  if (updatedMin !== null && shared.clock.now() - updatedMin > life) {
    throw new GoogleFailure(
      410,
      "The requested minimum modification time lies too far in the past.",
      "updatedMinTooLongAgo",
    );
  }
}

function readSince(
  query: URLSearchParams,
  calendar: StoredCalendar,
  asked: string,
  shared: SharedWorld,
): SyncToken | null {
  const text = query.get("syncToken");
  if (text === null) return null;
  const wrong = forbidden.find((name) => query.has(name));
  if (wrong !== undefined) throw badRequest(`Sync token cannot be combined with ${wrong}`, "invalid");
  if (query.get("showDeleted") === "false") {
    throw badRequest("Sync token cannot be combined with showDeleted=false", "invalid");
  }
  return readSyncToken(text, calendar.id, asked, shared);
}

function readPageToken(query: URLSearchParams, everything: string): PageToken | null {
  const text = query.get("pageToken");
  if (text === null) return null;
  const { after, seq, bound: before, empty } = unseal(text);
  if (!isPlace(after) || typeof seq !== "number" || typeof empty !== "number" || before !== everything) {
    throw badRequest("Invalid page token value.", "invalid");
  }
  return { after, seq, bound: everything, empty };
}

function isPlace(value: unknown): value is Place {
  return Array.isArray(value) && value.length === 3;
}
