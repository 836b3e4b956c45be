import { calendar, type calendar_v3 } from "@googleapis/calendar";
import { describe, expect, test } from "vitest";
import { addCalendar, changeCalendar } from "../../../src/emulators/google/calendar/calendar-state.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { authOf, base, clara, makeWorld, statusOf } from "./google-fixture.ts";

const calendarId = "primary";

async function apiOf(world: GoogleWorld): Promise<calendar_v3.Calendar> {
  return calendar({ version: "v3", auth: await authOf(world), rootUrl: `${base}/`, retry: false });
}

const meeting = {
  summary: "Weekly",
  start: { dateTime: "2026-10-19T09:00:00+02:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-10-19T10:00:00+02:00", timeZone: "Europe/Berlin" },
};

async function syncTokenOf(api: calendar_v3.Calendar): Promise<string> {
  return (await api.events.list({ calendarId })).data.nextSyncToken ?? "";
}

describe("the emulated calendar", () => {
  test("holds the demo life with the uids of its export, a moved time as an event of its own", async () => {
    const api = await apiOf(makeWorld({ seeded: true }));
    const { data } = await api.events.list({ calendarId, maxResults: 2500 });
    const uids = new Set(data.items?.map(({ iCalUID }) => iCalUID));
    expect(uids.has("walk-7731@sandogco.example")).toBe(true);
    expect(data.items?.filter(({ recurringEventId }) => recurringEventId !== undefined)).toHaveLength(1);
    expect(data.items?.some(({ status }) => status === "cancelled")).toBe(false);
    expect(data.items?.find(({ summary }) => summary === "Lisbon")?.start?.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test("gives the sync token on the last page only, and never with an order", async () => {
    const world = makeWorld({ seeded: true });
    world.settings.set("calendar.emptyPages", 1);
    const api = await apiOf(world);
    const first = (await api.events.list({ calendarId, maxResults: 10 })).data;
    expect([first.items, first.nextSyncToken]).toEqual([[], undefined]);
    const second = (await api.events.list({ calendarId, maxResults: 10, pageToken: first.nextPageToken ?? "" })).data;
    expect(second.items).toHaveLength(10);
    expect(second.nextSyncToken).toBeUndefined();
    const ordered = await api.events.list({
      calendarId,
      singleEvents: true,
      orderBy: "startTime",
      timeMin: "2026-11-14T00:00:00Z",
      timeMax: "2026-11-30T00:00:00Z",
    });
    expect(ordered.data.nextSyncToken).toBeUndefined();
    const starts = (ordered.data.items ?? []).map(({ start }) => Date.parse(start?.dateTime ?? start?.date ?? ""));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test("refuses a sync token beside a filter, with other parameters, or when it is too old", async () => {
    const world = makeWorld({ seeded: true });
    const api = await apiOf(world);
    const syncToken = await syncTokenOf(api);
    expect(await statusOf(api.events.list({ calendarId, syncToken, timeMin: "2026-01-01T00:00:00Z" }))).toBe(400);
    expect(await statusOf(api.events.list({ calendarId, syncToken, singleEvents: true }))).toBe(400);
    expect(await statusOf(api.events.list({ calendarId, syncToken: `${syncToken}x` }))).toBe(400);
    expect((await api.events.list({ calendarId, syncToken })).data.items).toEqual([]);
    world.settings.set("calendar.syncLifeMs", 60_000);
    world.clock.advance(61_000);
    const refused = await api.events.list({ calendarId, syncToken }).catch((error: unknown) => error);
    expect(Reflect.get(Object(refused), "status")).toBe(410);
    expect(JSON.stringify(Reflect.get(Object(Reflect.get(Object(refused), "response")), "data"))).toContain(
      "fullSyncRequired",
    );
  });

  test("tells of removals: an event by its id, one time of a series by which it was", async () => {
    const world = makeWorld();
    const api = await apiOf(world);
    const weekly = { ...meeting, recurrence: ["RRULE:FREQ=WEEKLY;COUNT=6"] };
    const { data: series } = await api.events.insert({ calendarId, requestBody: weekly });
    const { data: single } = await api.events.insert({ calendarId, requestBody: meeting });
    const { data: times } = await api.events.instances({ calendarId, eventId: series.id ?? "" });
    expect(times.items?.map(({ start }) => start?.dateTime)).toEqual([
      "2026-10-19T09:00:00+02:00",
      "2026-10-26T09:00:00+01:00",
      "2026-11-02T09:00:00+01:00",
      "2026-11-09T09:00:00+01:00",
      "2026-11-16T09:00:00+01:00",
      "2026-11-23T09:00:00+01:00",
    ]);
    let syncToken = await syncTokenOf(api);
    await api.events.delete({ calendarId, eventId: times.items?.[2]?.id ?? "" });
    await api.events.delete({ calendarId, eventId: single.id ?? "" });
    const changes = (await api.events.list({ calendarId, syncToken })).data;
    expect(changes.items?.map((event) => Object.keys(event).sort().join(" "))).toEqual([
      "etag id kind originalStartTime recurringEventId status",
      "etag id kind status",
    ]);
    expect((await api.events.instances({ calendarId, eventId: series.id ?? "" })).data.items).toHaveLength(5);
    syncToken = changes.nextSyncToken ?? "";
    await api.events.delete({ calendarId, eventId: series.id ?? "" });
    const after = (await api.events.list({ calendarId, syncToken })).data.items;
    expect(after).toEqual([{ kind: "calendar#event", id: series.id, status: "cancelled", etag: expect.any(String) }]);
    expect(await statusOf(api.events.delete({ calendarId, eventId: series.id ?? "" }))).toBe(410);
  });

  test("takes an id of the client's once, keeps it after deletion, and refuses what is no base32hex", async () => {
    const api = await apiOf(makeWorld());
    const insert = (id: string): Promise<unknown> => api.events.insert({ calendarId, requestBody: { ...meeting, id } });
    expect(await statusOf(insert("stew0ard1"))).toBe(400);
    expect(await statusOf(insert("steuard01"))).toBe(200);
    expect(await statusOf(insert("steuard01"))).toBe(409);
    await api.events.delete({ calendarId, eventId: "steuard01" });
    expect(await statusOf(insert("steuard01"))).toBe(409);
    expect((await api.events.get({ calendarId, eventId: "steuard01" })).data.status).toBe("cancelled");
  });

  test("changes only what has the version that was seen, and replaces lists as a whole", async () => {
    const world = makeWorld();
    const api = await apiOf(world);
    const attendees = [{ email: "a@x.example" }, { email: "b@x.example" }];
    const { data } = await api.events.insert({
      calendarId,
      sendUpdates: "all",
      requestBody: { ...meeting, attendees },
    });
    const eventId = data.id ?? "";
    const patch = (etag: string, requestBody: calendar_v3.Schema$Event): Promise<unknown> =>
      api.events.patch({ calendarId, eventId, requestBody }, { headers: { "If-Match": etag } });
    await api.events.patch({ calendarId, eventId, requestBody: { attendees: [{ email: "a@x.example" }] } });
    expect(await statusOf(patch(data.etag ?? "", { summary: "Late" }))).toBe(412);
    const { data: now } = await api.events.get({ calendarId, eventId });
    expect(now.attendees).toHaveLength(1);
    expect(await statusOf(patch(now.etag ?? "", { summary: "In time" }))).toBe(200);
    expect(await statusOf(api.events.get({ calendarId, eventId }, { headers: { "If-None-Match": "x" } }))).toBe(200);
    expect(world.ledger.all()[0]?.details["invitations"]).toEqual(["a@x.example", "b@x.example"]);
  });

  test("counts as busy what is neither transparent, declined nor a place to work", async () => {
    const api = await apiOf(makeWorld());
    const at = (hour: number, more: calendar_v3.Schema$Event): Promise<unknown> =>
      api.events.insert({
        calendarId,
        requestBody: {
          summary: "x",
          start: { dateTime: `2026-11-20T${hour}:00:00Z` },
          end: { dateTime: `2026-11-20T${hour}:30:00Z` },
          ...more,
        },
      });
    await at(10, {});
    await at(11, { transparency: "transparent" });
    const place = { type: "homeOffice", homeOffice: {} };
    const working = { transparency: "transparent", visibility: "public", workingLocationProperties: place };
    await at(12, { eventType: "workingLocation", ...working });
    await at(13, { attendees: [{ email: clara, self: true, responseStatus: "declined" }] });
    const requestBody = {
      timeMin: "2026-11-20T00:00:00Z",
      timeMax: "2026-11-21T00:00:00Z",
      items: [{ id: clara }, { id: "none" }],
    };
    const { data } = await api.freebusy.query({ requestBody });
    expect(data.calendars?.[clara]?.busy).toEqual([{ start: "2026-11-20T10:00:00Z", end: "2026-11-20T10:30:00Z" }]);
    expect(data.calendars?.["none"]?.errors?.[0]?.reason).toBe("notFound");
  });

  test("lists calendars, and afterwards only those whose entry changed", async () => {
    const world = makeWorld();
    const api = await apiOf(world);
    const state = world.state("calendar", clara);
    addCalendar(state, { id: "team@group.calendar.google.com", summary: "Team", accessRole: "reader", selected: true });
    const { data } = await api.calendarList.list();
    expect(data.items?.map(({ id }) => id)).toEqual([clara, "team@group.calendar.google.com"]);
    const syncToken = data.nextSyncToken ?? "";
    expect((await api.calendarList.list({ syncToken })).data.items).toEqual([]);
    changeCalendar(state, "team@group.calendar.google.com", { deleted: true });
    expect((await api.calendarList.list({ syncToken })).data.items).toMatchObject([{ summary: "Team", deleted: true }]);
  });

  test("cannot give an event for a moment after it was made", async () => {
    const world = makeWorld();
    world.settings.set("calendar.getLagMs", 3000);
    const api = await apiOf(world);
    const { data } = await api.events.insert({ calendarId, requestBody: meeting });
    expect(await statusOf(api.events.get({ calendarId, eventId: data.id ?? "" }))).toBe(404);
    world.clock.advance(3000);
    expect(await statusOf(api.events.get({ calendarId, eventId: data.id ?? "" }))).toBe(200);
  });
});
