import type { calendar_v3 } from "@googleapis/calendar";
import type { Hono } from "hono";
import type { EmulatedService, EmulatorEnv } from "../service.ts";
import { blankCalendars, type CalendarState } from "./calendar-state.ts";
import { readObject } from "./event-body.ts";
import { queryFreeBusy } from "./free-busy.ts";
import { listCalendars } from "./list-calendars.ts";
import { type Calendars, openCalendar, openState } from "./open-calendar.ts";
import { mountReading, mountWriting } from "./routes-events.ts";
import { seedCalendar } from "./seed-calendar.ts";

const base = "/calendar/v3";

/**
 * Calendar API v3. Its settings are named where they act: `list-events.ts`, `write-event.ts`, `view-event.ts`,
 * `told-guests.ts`.
 */
export const calendarService: EmulatedService<CalendarState> = {
  name: "calendar",
  blank: (account) => blankCalendars(account),
  seed: seedCalendar,
  mount: (app, shared, stateOf) => {
    const calendars = { shared, stateOf };
    mountCalendars(app, calendars);
    mountReading(app, calendars);
    mountWriting(app, calendars);
  },
};

function mountCalendars(app: Hono<EmulatorEnv>, calendars: Calendars): void {
  app.get(`${base}/users/me/calendarList`, (c) =>
    c.json(listCalendars(openState(c, calendars), new URL(c.req.url).searchParams, calendars.shared)),
  );
  app.get(`${base}/users/me/calendarList/:calendar`, (c) => c.json(openCalendar(c, calendars).calendar.entry));
  app.get(`${base}/calendars/:calendar`, (c) => {
    const { etag, id, summary, timeZone } = openCalendar(c, calendars).calendar.entry;
    const calendar: calendar_v3.Schema$Calendar = {
      kind: "calendar#calendar",
      etag: etag ?? '""',
      id: id ?? "",
      summary: summary ?? "",
      timeZone: timeZone ?? "UTC",
    };
    return c.json(calendar);
  });
  app.post(`${base}/freeBusy`, async (c) =>
    c.json(queryFreeBusy(openState(c, calendars), readObject(await c.req.text()))),
  );
}
