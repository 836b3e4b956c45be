import { createHash } from "node:crypto";
import type { calendar_v3 } from "@googleapis/calendar";

export type EventResource = calendar_v3.Schema$Event;

/** An event as the calendar keeps it. `seq` counts the account's changes: a sync token is one of them. */
export interface StoredEvent {
  resource: EventResource;
  seq: number;
  createdAt: number;
}

export interface StoredCalendar {
  id: string;
  entry: calendar_v3.Schema$CalendarListEntry;
  seq: number;
  events: Map<string, StoredEvent>;
}

/** The calendars of one account. Plain data. */
export interface CalendarState {
  account: string;
  calendars: Map<string, StoredCalendar>;
  seq: number;
  made: number;
}

/** An account with its primary calendar, whose id is the address. */
export function blankCalendars(account: string, zone = "Europe/Berlin", name = ""): CalendarState {
  const state: CalendarState = { account, calendars: new Map(), seq: 1, made: 0 };
  addCalendar(state, {
    id: account,
    summary: name === "" ? account : name,
    timeZone: zone,
    accessRole: "owner",
    primary: true,
    selected: true,
  });
  return state;
}

export function addCalendar(state: CalendarState, entry: calendar_v3.Schema$CalendarListEntry): StoredCalendar {
  state.seq += 1;
  const id = entry.id ?? `c${state.seq}@group.calendar.google.com`;
  const calendar: StoredCalendar = {
    id,
    entry: { kind: "calendar#calendarListEntry", etag: etagOf(id, state.seq), ...entry, id },
    seq: state.seq,
    events: new Map(),
  };
  state.calendars.set(id, calendar);
  return calendar;
}

/** Changes a list entry (hidden, selected, deleted), as its owner does on the page. */
export function changeCalendar(state: CalendarState, id: string, change: calendar_v3.Schema$CalendarListEntry): void {
  const calendar = state.calendars.get(id);
  if (calendar === undefined) return;
  state.seq += 1;
  calendar.seq = state.seq;
  calendar.entry = { ...calendar.entry, ...change, etag: etagOf(id, state.seq) };
}

/** Puts an event down with a new version: etag, sequence of changes and `updated`. */
export function putEvent(
  state: CalendarState,
  calendar: StoredCalendar,
  resource: EventResource,
  nowMs: number,
): StoredEvent {
  state.seq += 1;
  const id = resource.id ?? newEventId(state);
  const before = calendar.events.get(id);
  const updated = new Date(nowMs).toISOString();
  const stored: StoredEvent = {
    resource: {
      kind: "calendar#event",
      status: "confirmed",
      created: before?.resource.created ?? updated,
      iCalUID: `${id}@google.com`,
      sequence: 0,
      eventType: "default",
      reminders: { useDefault: true },
      ...resource,
      id,
      updated,
      etag: etagOf(id, state.seq),
    },
    seq: state.seq,
    createdAt: before?.createdAt ?? nowMs,
  };
  // A change moves it to the end: pages follow the order of changes.
  calendar.events.delete(id);
  calendar.events.set(id, stored);
  return stored;
}

/** Ids of Google's own making: 26 letters of base32hex. */
export function newEventId(state: CalendarState): string {
  state.made += 1;
  const digest = createHash("sha256").update(`${state.account} event ${state.made}`).digest();
  return [...digest.subarray(0, 26)].map((byte) => "0123456789abcdefghijklmnopqrstuv"[byte % 32]).join("");
}

export function etagOf(id: string, seq: number): string {
  return `"${createHash("sha256").update(`${id} ${seq}`).digest("hex").slice(0, 16)}"`;
}

/** The exceptions of a series: changed and removed times. */
export function exceptionsOf(calendar: StoredCalendar, masterId: string): StoredEvent[] {
  return [...calendar.events.values()].filter(({ resource }) => resource.recurringEventId === masterId);
}
