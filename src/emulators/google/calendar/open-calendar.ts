import type { Context } from "hono";
import { chargeUnits } from "../charge-units.ts";
import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import type { CalendarState, EventResource, StoredCalendar, StoredEvent } from "./calendar-state.ts";
import { isZone } from "./event-times.ts";
import { expandSeries } from "./expand-series.ts";
import { findCalendar } from "./seed-calendar.ts";
import { sendUpdateValues } from "./told-guests.ts";
import { viewEvent } from "./view-event.ts";
import { getEvent, type Writing } from "./write-event.ts";

export type CalendarContext = Context<EmulatorEnv>;

export interface Calendars {
  shared: SharedWorld;
  stateOf(account: string): CalendarState;
}

export interface OpenedCalendar {
  state: CalendarState;
  calendar: StoredCalendar;
  shared: SharedWorld;
}

/** The calendars of who asks, the request counted. */
export function openState(c: CalendarContext, { shared, stateOf }: Calendars): CalendarState {
  const { account } = c.get("identity");
  chargeUnits(shared, "calendar", account, 1);
  return stateOf(account);
}

/** The calendar that a path names. Errors: 404 for one that is not there any more. */
export function openCalendar(c: CalendarContext, calendars: Calendars): OpenedCalendar {
  const state = openState(c, calendars);
  const calendar = findCalendar(state, c.req.param("calendar") ?? "");
  if (calendar === null || calendar.entry.deleted === true) throw notFound("Not Found");
  return { state, calendar, shared: calendars.shared };
}

const writers = ["owner", "writer", "writerWithoutPrivateAccess"];

/** The same for a request that changes something. Errors: 403 where the account may only read; 400. */
export function openForWriting(c: CalendarContext, calendars: Calendars): Writing {
  const opened = openCalendar(c, calendars);
  if (!writers.includes(opened.calendar.entry.accessRole ?? "owner")) {
    throw new GoogleFailure(403, "You need to have writer access to this calendar.", "requiredAccessLevel");
  }
  const old = c.req.query("sendNotifications") === "true" ? "all" : "none";
  const sendUpdates = sendUpdateValues.find((one) => one === (c.req.query("sendUpdates") ?? old));
  if (sendUpdates === undefined) throw badRequest("Invalid value for sendUpdates.", "invalid");
  const conferenceVersion = Number(c.req.query("conferenceDataVersion") ?? 0);
  return { ...opened, sendUpdates, byAccount: true, conferenceVersion, stateOf: calendars.stateOf };
}

/** An event that is kept, or one time of a series by its made-up id. Errors: 404. */
export function findEvent(opened: OpenedCalendar, id: string): { stored: StoredEvent; master: EventResource | null } {
  if (opened.calendar.events.has(id)) return { stored: getEvent(opened, id), master: null };
  const [, masterId = "", day = ""] = /^(.+)_(\d{8})(?:T\d{6}Z)?$/.exec(id) ?? [];
  const master = opened.calendar.events.get(masterId)?.resource;
  if (master === undefined || master.status === "cancelled" || (master.recurrence ?? []).length === 0) {
    throw notFound("Not Found");
  }
  const at = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  const window = { fromMs: at - 2 * 86_400_000, toMs: at + 3 * 86_400_000 };
  const instance = expandSeries(opened.calendar, master, window).find((one) => one.id === id);
  if (instance === undefined) throw notFound("Not Found");
  return { stored: { resource: instance, seq: 0, createdAt: 0 }, master };
}

/** Answers with an event as this reader sees it, and its etag. */
export function answerEvent(c: CalendarContext, opened: OpenedCalendar, event: EventResource): Response {
  const zone = c.req.query("timeZone") ?? null;
  if (zone !== null && !isZone(zone)) throw badRequest("Invalid time zone.", "invalid");
  const maxAttendees = Number(c.req.query("maxAttendees") ?? Infinity);
  const { calendar, shared } = opened;
  return c.json(viewEvent(event, { calendar, shared, maxAttendees, zone }), 200, { etag: event.etag ?? '""' });
}
