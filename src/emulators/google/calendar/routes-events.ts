import type { calendar_v3 } from "@googleapis/calendar";
import type { Hono } from "hono";
import { badRequest } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import type { EventResource } from "./calendar-state.ts";
import { readEventBody, readObject } from "./event-body.ts";
import { readInstant, startMs } from "./event-times.ts";
import { expandSeries } from "./expand-series.ts";
import { listEvents } from "./list-events.ts";
import {
  answerEvent,
  type Calendars,
  findEvent,
  type OpenedCalendar,
  openCalendar,
  openForWriting,
} from "./open-calendar.ts";
import { pageSize, seal, unseal } from "./sync-token.ts";
import { viewEvent } from "./view-event.ts";
import {
  cancelInstance,
  changeEvent,
  checkMatch,
  deleteEvent,
  getEvent,
  importEvent,
  insertEvent,
} from "./write-event.ts";

const events = "/calendar/v3/calendars/:calendar/events";
const yearMs = 366 * 86_400_000;

/** events.list, get, instances. */
export function mountReading(app: Hono<EmulatorEnv>, calendars: Calendars): void {
  app.get(events, (c) => {
    const { state, calendar, shared } = openCalendar(c, calendars);
    return c.json(listEvents(state, calendar, new URL(c.req.url).searchParams, shared));
  });
  app.get(`${events}/:event/instances`, (c) => {
    const opened = openCalendar(c, calendars);
    return c.json(listInstances(opened, getEvent(opened, c.req.param("event")).resource, c.req.query()));
  });
  app.get(`${events}/:event`, (c) => {
    const opened = openCalendar(c, calendars);
    const { resource } = findEvent(opened, c.req.param("event")).stored;
    if (resource.etag !== undefined && c.req.header("if-none-match") === resource.etag) return c.body(null, 304);
    return answerEvent(c, opened, resource);
  });
}

/** events.insert, import, patch, update, delete; also of one time of a series, which becomes an exception. */
export function mountWriting(app: Hono<EmulatorEnv>, calendars: Calendars): void {
  app.post(events, async (c) => {
    const writing = openForWriting(c, calendars);
    const body = readEventBody(readObject(await c.req.text()));
    return answerEvent(c, writing, insertEvent(writing, body).resource);
  });
  app.post(`${events}/import`, async (c) => {
    const writing = openForWriting(c, calendars);
    const body = readEventBody(readObject(await c.req.text()));
    return answerEvent(c, writing, importEvent(writing, body).resource);
  });
  for (const method of ["patch", "put"] as const) {
    app[method](`${events}/:event`, async (c) => {
      const writing = openForWriting(c, calendars);
      const { stored } = findEvent(writing, c.req.param("event"));
      const options = { ifMatch: c.req.header("if-match") ?? null, whole: method === "put" };
      const changed = changeEvent(writing, stored, readObject(await c.req.text()), options);
      return answerEvent(c, writing, changed.resource);
    });
  }
  app.delete(`${events}/:event`, (c) => {
    const writing = openForWriting(c, calendars);
    const { stored, master } = findEvent(writing, c.req.param("event"));
    const masterId = stored.resource.recurringEventId;
    const series = master ?? (typeof masterId === "string" ? writing.calendar.events.get(masterId)?.resource : null);
    if (series === null || series === undefined || stored.resource.status === "cancelled") {
      deleteEvent(writing, stored, c.req.header("if-match") ?? null);
    } else {
      checkMatch(stored, c.req.header("if-match") ?? null);
      cancelInstance(writing, series, stored.resource);
    }
    return c.body(null, 204);
  });
}

function listInstances(
  opened: OpenedCalendar,
  master: EventResource,
  query: Record<string, string>,
): calendar_v3.Schema$Events {
  const { calendar, shared } = opened;
  const after = query["pageToken"] === undefined ? -Infinity : unseal(query["pageToken"])["after"];
  if (typeof after !== "number") throw badRequest("Invalid page token value.", "invalid");
  const window = {
    fromMs: readInstant(query["timeMin"]) ?? 0,
    toMs: readInstant(query["timeMax"]) ?? Math.max(shared.clock.now(), startMs(master.start ?? {})) + 2 * yearMs,
  };
  const viewing = {
    calendar,
    shared,
    maxAttendees: Number(query["maxAttendees"] ?? Infinity),
    zone: query["timeZone"] ?? null,
  };
  const originalMs = (event: EventResource): number => startMs(event.originalStartTime ?? {});
  const repeats = (master.recurrence ?? []).length > 0 && master.status !== "cancelled";
  const all = repeats ? expandSeries(calendar, master, window, query["showDeleted"] === "true") : [];
  const rest = all.filter((event) => originalMs(event) > after).sort((a, b) => originalMs(a) - originalMs(b));
  const items = rest.slice(0, pageSize(query["maxResults"], 250, 2500));
  const last = items.at(-1);
  return {
    kind: "calendar#events",
    summary: calendar.entry.summary ?? "",
    timeZone: calendar.entry.timeZone ?? "UTC",
    accessRole: calendar.entry.accessRole ?? "owner",
    items: items.map((event) => viewEvent(event, viewing)),
    ...(last !== undefined && items.length < rest.length ? { nextPageToken: seal({ after: originalMs(last) }) } : {}),
  };
}
