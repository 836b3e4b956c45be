import type { calendar_v3 } from "@googleapis/calendar";
import type { Context, Hono } from "hono";
import { chargeUnits } from "../charge-units.ts";
import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import type { EmulatedService, EmulatorEnv, SharedWorld } from "../service.ts";
import { blankCalendars, type CalendarState, type EventResource, type StoredCalendar } from "./calendar-state.ts";
import { expandSeries, startMs } from "./expand-series.ts";
import { listEvents, seal, unseal } from "./list-events.ts";
import { findCalendar, seedCalendar } from "./seed-calendar.ts";
import { cancelInstance, changeEvent, deleteEvent, getEvent, insertEvent, type Writing } from "./write-event.ts";

type C = Context<EmulatorEnv>;
interface Opened {
  state: CalendarState;
  calendar: StoredCalendar;
  shared: SharedWorld;
}

const base = "/calendar/v3";

/** Calendar API v3. Its settings are named where they act: `list-events.ts`, `write-event.ts`. */
export const calendarService: EmulatedService<CalendarState> = {
  name: "calendar",
  blank: (account) => blankCalendars(account),
  seed: seedCalendar,
  mount: (app, shared, stateOf) => {
    const open = (c: C): Opened => openCalendar(c, shared, stateOf);
    mountCalendarList(app, shared, stateOf);
    mountReading(app, open);
    mountWriting(app, open);
    mountFreeBusy(app, shared, stateOf);
  },
};

function openCalendar(c: C, shared: SharedWorld, stateOf: (account: string) => CalendarState): Opened {
  const { account } = c.get("identity");
  chargeUnits(shared, "calendar", account, 1);
  const state = stateOf(account);
  const calendar = findCalendar(state, c.req.param("calendar") ?? "");
  if (calendar === null) throw notFound("Not Found");
  return { state, calendar, shared };
}

function mountCalendarList(
  app: Hono<EmulatorEnv>,
  shared: SharedWorld,
  stateOf: (account: string) => CalendarState,
): void {
  app.get(`${base}/users/me/calendarList`, (c) => {
    const { account } = c.get("identity");
    chargeUnits(shared, "calendar", account, 1);
    const state = stateOf(account);
    const text = c.req.query("syncToken");
    const token = text === undefined ? {} : unseal(text);
    const seq = token["seq"];
    if (text !== undefined && typeof seq !== "number") throw badRequest("Invalid sync token value.", "invalid");
    const life = shared.settings.get("calendar.syncLifeMs") ?? Number.POSITIVE_INFINITY;
    if (text !== undefined && shared.clock.now() - Number(token["issuedAt"]) > life) {
      throw new GoogleFailure(410, "Sync token is no longer valid, a full sync is required.", "fullSyncRequired");
    }
    const items = [...state.calendars.values()]
      .filter((calendar) => (typeof seq === "number" ? calendar.seq > seq : isListed(calendar, c.req.query())))
      .map(({ entry }) => entry);
    const answer: calendar_v3.Schema$CalendarList = {
      kind: "calendar#calendarList",
      etag: `"l${state.seq}"`,
      items,
      nextSyncToken: seal({ seq: state.seq, issuedAt: shared.clock.now() }),
    };
    return c.json(answer);
  });
  app.get(`${base}/users/me/calendarList/:calendar`, (c) => c.json(openCalendar(c, shared, stateOf).calendar.entry));
}

function isListed({ entry }: StoredCalendar, query: Record<string, string>): boolean {
  if (entry.deleted === true) return query["showDeleted"] === "true";
  return entry.hidden !== true || query["showHidden"] === "true";
}

function mountReading(app: Hono<EmulatorEnv>, open: (c: C) => Opened): void {
  const events = `${base}/calendars/:calendar/events`;
  app.get(events, (c) => {
    const { state, calendar, shared } = open(c);
    return c.json(listEvents(state, calendar, new URL(c.req.url).searchParams, shared));
  });
  app.get(`${events}/:event/instances`, (c) => {
    const opened = open(c);
    const master = getEvent(opened, c.req.param("event")).resource;
    const fromMs = Date.parse(c.req.query("timeMin") ?? "1970-01-01T00:00:00Z");
    const toMs = Date.parse(c.req.query("timeMax") ?? "2030-01-01T00:00:00Z");
    return c.json({ kind: "calendar#events", items: expandSeries(opened.calendar, master, { fromMs, toMs }) });
  });
  app.get(`${events}/:event`, (c) => {
    const opened = open(c);
    const id = c.req.param("event");
    const event = opened.calendar.events.has(id) ? getEvent(opened, id).resource : findInstance(opened, id)?.instance;
    if (event === undefined) throw notFound("Not Found");
    if (event.etag !== undefined && c.req.header("if-none-match") === event.etag) return c.body(null, 304);
    return c.json(event);
  });
}

/** One time of a series by its made-up id. */
function findInstance({ calendar }: Opened, id: string): { master: EventResource; instance: EventResource } | null {
  const [, masterId = "", day = ""] = /^(.+)_(\d{8})(?:T\d{6}Z)?$/.exec(id) ?? [];
  const master = calendar.events.get(masterId)?.resource;
  if (master === undefined || master.status === "cancelled") return null;
  const at = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  const window = { fromMs: at - 2 * 86_400_000, toMs: at + 3 * 86_400_000 };
  const instance = expandSeries(calendar, master, window).find((one) => one.id === id);
  return instance === undefined ? null : { master, instance };
}

function mountWriting(app: Hono<EmulatorEnv>, open: (c: C) => Opened): void {
  const events = `${base}/calendars/:calendar/events`;
  const writing = (c: C): Writing => ({ ...open(c), sendUpdates: c.req.query("sendUpdates") ?? "none" });
  for (const path of [events, `${events}/import`]) {
    app.post(path, async (c) => c.json(insertEvent(writing(c), await readEvent(c)).resource));
  }
  for (const method of ["patch", "put"] as const) {
    app[method](`${events}/:event`, async (c) => {
      const one = writing(c);
      const ifMatch = c.req.header("if-match") ?? null;
      const id = c.req.param("event");
      const found = one.calendar.events.has(id) ? null : findInstance(one, id);
      const stored = found === null ? getEvent(one, id) : { resource: found.instance, seq: 0, createdAt: 0 };
      return c.json(changeEvent(one, stored, await readEvent(c), { ifMatch, whole: method === "put" }).resource);
    });
  }
  app.delete(`${events}/:event`, (c) => {
    const one = writing(c);
    const id = c.req.param("event");
    const found = one.calendar.events.has(id) ? null : findInstance(one, id);
    if (found !== null) cancelInstance(one, found.master, found.instance);
    else deleteEvent(one, getEvent(one, id), c.req.header("if-match") ?? null);
    return c.body(null, 204);
  });
}

/** The one decoding of a written event: Google itself ignores what it does not know. */
async function readEvent(c: C): Promise<EventResource> {
  const body: unknown = await c.req.json().catch(() => null);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("Parse Error", "parseError");
  return body as EventResource;
}

function mountFreeBusy(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: (account: string) => CalendarState): void {
  app.post(`${base}/freeBusy`, async (c) => {
    const { account } = c.get("identity");
    chargeUnits(shared, "calendar", account, 1);
    const body: unknown = await c.req.json().catch(() => null);
    const request: calendar_v3.Schema$FreeBusyRequest = typeof body === "object" && body !== null ? body : {};
    const items = request.items ?? [];
    if (items.length > 50) throw badRequest("Too many calendars requested.", "tooManyCalendarsRequested");
    const window = { fromMs: Date.parse(request.timeMin ?? ""), toMs: Date.parse(request.timeMax ?? "") };
    const calendars = Object.fromEntries(
      items.map(({ id }) => {
        const calendar = findCalendar(stateOf(account), id ?? "");
        return [
          id ?? "",
          calendar === null
            ? { errors: [{ domain: "global", reason: "notFound" }], busy: [] }
            : { busy: busyOf(calendar, window) },
        ];
      }),
    );
    return c.json({ kind: "calendar#freeBusy", timeMin: request.timeMin, timeMax: request.timeMax, calendars });
  });
}

function busyOf(calendar: StoredCalendar, window: { fromMs: number; toMs: number }): { start: string; end: string }[] {
  const single = [...calendar.events.values()].flatMap(({ resource }) => {
    if (resource.status === "cancelled" || typeof resource.recurringEventId === "string") return [];
    return resource.recurrence === undefined || resource.recurrence === null
      ? [resource]
      : expandSeries(calendar, resource, window);
  });
  return single
    .filter(
      (event) => isBusy(event) && startMs(event.start ?? {}) < window.toMs && startMs(event.end ?? {}) > window.fromMs,
    )
    .map((event) => ({ start: iso(startMs(event.start ?? {})), end: iso(startMs(event.end ?? {})) }))
    .sort((a, b) => a.start.localeCompare(b.start));
}

function isBusy(event: EventResource): boolean {
  const declined = event.attendees?.some(({ self, responseStatus }) => self === true && responseStatus === "declined");
  return event.transparency !== "transparent" && event.eventType !== "workingLocation" && declined !== true;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
