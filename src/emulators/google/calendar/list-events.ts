import { createHash } from "node:crypto";
import type { calendar_v3 } from "@googleapis/calendar";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { SharedWorld } from "../service.ts";
import type { CalendarState, EventResource, StoredCalendar, StoredEvent } from "./calendar-state.ts";
import { expandSeries, startMs } from "./expand-series.ts";

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
const bound = ["singleEvents", "eventTypes", "timeZone", "maxAttendees"];

interface SyncToken {
  calendar: string;
  seq: number;
  bound: string;
  issuedAt: number;
}

interface PageToken {
  /** The change up to which events were given (they come in the order of changes); of expanded series, how many were. */
  at: number;
  /** The account's changes when the listing began: what comes later is the next sync's. */
  seq: number;
  bound: string;
  empty: number;
}

/**
 * `events.list`: pages, sync tokens, tombstones.
 *
 * Settings: `calendar.syncLifeMs` (older sync tokens are 410), `calendar.emptyPages` (so many first pages hold nothing and go
 * on), `calendar.withoutSyncToken` (the last page forgets it).
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/events/list
 */
export function listEvents(
  state: CalendarState,
  calendar: StoredCalendar,
  query: URLSearchParams,
  shared: SharedWorld,
): calendar_v3.Schema$Events {
  const kept = JSON.stringify(bound.map((name) => query.getAll(name)));
  const since = readSyncToken(query, calendar, kept, shared);
  const page = readPageToken(query, kept) ?? {
    at: 0,
    seq: state.seq,
    bound: kept,
    empty: shared.settings.get("calendar.emptyPages") ?? 0,
  };
  const head: calendar_v3.Schema$Events = {
    kind: "calendar#events",
    etag: `"p${state.seq}"`,
    summary: calendar.entry.summary ?? "",
    timeZone: calendar.entry.timeZone ?? "UTC",
    accessRole: calendar.entry.accessRole ?? "owner",
    updated: new Date(shared.clock.now()).toISOString(),
  };
  if (page.empty > 0) return { ...head, items: [], nextPageToken: seal({ ...page, empty: page.empty - 1 }) };
  const all = select(calendar, query, since, page.seq);
  const size = Math.min(2500, Math.max(1, Number(query.get("maxResults") ?? 250)));
  // An event that changes while pages are read leaves its place: a page that counted places would skip another one.
  const isExpanded = query.get("singleEvents") === "true";
  const place = (event: EventResource | undefined): number => calendar.events.get(event?.id ?? "")?.seq ?? 0;
  const begin = isExpanded ? page.at : all.filter((event) => place(event) <= page.at).length;
  const items = all.slice(begin, begin + size);
  const at = isExpanded ? begin + items.length : place(items.at(-1));
  if (begin + items.length < all.length) return { ...head, items, nextPageToken: seal({ ...page, at }) };
  const withToken = !query.has("orderBy") && shared.settings.get("calendar.withoutSyncToken") !== 1;
  const token: SyncToken = { calendar: calendar.id, seq: page.seq, bound: kept, issuedAt: shared.clock.now() };
  return { ...head, items, ...(withToken ? { nextSyncToken: seal(token) } : {}) };
}

function select(
  calendar: StoredCalendar,
  query: URLSearchParams,
  since: SyncToken | null,
  untilSeq: number,
): EventResource[] {
  const fromSeq = since?.seq ?? 0;
  const changed = [...calendar.events.values()].filter(({ seq }) => seq > fromSeq && seq <= untilSeq);
  const single = query.get("singleEvents") === "true";
  const showDeleted = query.get("showDeleted") === "true" || since !== null;
  const shown = changed.filter(
    ({ resource }) => resource.status !== "cancelled" || showDeleted || (!single && isException(resource)),
  );
  const listed = single ? expandAll(calendar, shown, query) : shown.map(({ resource }) => resource);
  const found = listed.filter((event) => matches(event, query));
  if (query.get("orderBy") === "startTime") found.sort((a, b) => startMs(a.start ?? {}) - startMs(b.start ?? {}));
  return found.map((event) => (event.status === "cancelled" ? tombstone(event) : event));
}

function expandAll(calendar: StoredCalendar, shown: readonly StoredEvent[], query: URLSearchParams): EventResource[] {
  const year = 366 * 86_400_000;
  const fromMs = query.has("timeMin") ? Date.parse(query.get("timeMin") ?? "") : 0;
  const toMs = query.has("timeMax")
    ? Date.parse(query.get("timeMax") ?? "")
    : Math.max(fromMs, Date.UTC(2026, 0, 1)) + 2 * year;
  return shown.flatMap(({ resource }) => {
    if (isException(resource)) return resource.status === "cancelled" ? [resource] : [];
    return resource.recurrence === undefined || resource.recurrence === null || resource.status === "cancelled"
      ? [resource]
      : expandSeries(calendar, resource, { fromMs, toMs });
  });
}

function isException(event: EventResource): boolean {
  return typeof event.recurringEventId === "string";
}

/** What a removed event still says: of a changed time which one it was, of anything else only its id. */
function tombstone(event: EventResource): EventResource {
  const base = { kind: "calendar#event", id: event.id ?? "", status: "cancelled", etag: event.etag ?? "" };
  if (!isException(event)) return base;
  return {
    ...base,
    recurringEventId: event.recurringEventId ?? "",
    ...(event.originalStartTime === undefined ? {} : { originalStartTime: event.originalStartTime }),
  };
}

function matches(event: EventResource, query: URLSearchParams): boolean {
  if (event.status === "cancelled") return true;
  const uid = query.get("iCalUID");
  if (uid !== null && event.iCalUID !== uid) return false;
  const types = query.getAll("eventTypes");
  if (types.length > 0 && !types.includes(event.eventType ?? "default")) return false;
  const words = query.get("q")?.toLowerCase() ?? null;
  const text = `${event.summary} ${event.description} ${event.location}`.toLowerCase();
  if (words !== null && !text.includes(words)) return false;
  const wanted = query.getAll("privateExtendedProperty").map((one) => one.split("="));
  if (!wanted.every(([key = "", value]) => event.extendedProperties?.private?.[key] === value)) return false;
  const updatedMin = query.get("updatedMin");
  if (updatedMin !== null && Date.parse(event.updated ?? "") < Date.parse(updatedMin)) return false;
  const repeats = event.recurrence !== undefined && event.recurrence !== null;
  const timeMin = query.get("timeMin");
  if (timeMin !== null && !repeats && startMs(event.end ?? {}) <= Date.parse(timeMin)) return false;
  const timeMax = query.get("timeMax");
  return timeMax === null || startMs(event.start ?? {}) < Date.parse(timeMax);
}

function readSyncToken(
  query: URLSearchParams,
  calendar: StoredCalendar,
  kept: string,
  shared: SharedWorld,
): SyncToken | null {
  const text = query.get("syncToken");
  if (text === null) return null;
  const wrong = forbidden.find((name) => query.has(name));
  if (wrong !== undefined) throw badRequest(`Sync token cannot be combined with ${wrong}`, "invalid");
  const token = unseal(text);
  const { calendar: of, seq, bound: before, issuedAt } = token;
  if (of !== calendar.id || typeof seq !== "number" || typeof before !== "string" || typeof issuedAt !== "number") {
    throw badRequest("Invalid sync token value.", "invalid");
  }
  const life = shared.settings.get("calendar.syncLifeMs") ?? Number.POSITIVE_INFINITY;
  if (shared.clock.now() - issuedAt > life) {
    throw new GoogleFailure(410, "Sync token is no longer valid, a full sync is required.", "fullSyncRequired");
  }
  if (before !== kept) throw badRequest("Sync token was made with other parameters", "invalid");
  return { calendar: of, seq, bound: before, issuedAt };
}

function readPageToken(query: URLSearchParams, kept: string): PageToken | null {
  const text = query.get("pageToken");
  if (text === null) return null;
  const { at, seq, bound: before, empty } = unseal(text);
  if (typeof at !== "number" || typeof seq !== "number" || typeof empty !== "number" || before !== kept) {
    throw badRequest("Invalid page token value.", "invalid");
  }
  return { at, seq, bound: kept, empty };
}

/** Tokens are opaque, and one that was tampered with is none. */
export function seal(token: object): string {
  const text = JSON.stringify(token);
  return `${Buffer.from(text).toString("base64url")}.${checksum(text)}`;
}

export function unseal(token: string): Record<string, unknown> {
  const [body = "", sum] = token.split(".");
  const text = Buffer.from(body, "base64url").toString("utf8");
  if (checksum(text) !== sum) return {};
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}
