import { describe, expect, test } from "vitest";
import { addCalendar, changeCalendar } from "../../../src/emulators/google/calendar/calendar-state.ts";
import { calendarId, calendarOf, hour, insert, listAll } from "./calendar-fixture.ts";
import { outcomeOf } from "./drive-fixture.ts";
import { clara, makeWorld } from "./google-fixture.ts";

const weekly = { summary: "Weekly", ...hour("2026-11-16"), recurrence: ["RRULE:FREQ=WEEKLY;COUNT=6"] };

describe("a sync of events", () => {
  test("gives every change once, whatever happens while its pages are read", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    const made: string[] = [];
    for (let at = 10; at < 20; at += 1) made.push((await insert(api, hour(`2026-11-${at}`))).id ?? "");
    const first = (await api.events.list({ calendarId, maxResults: 4 })).data;
    const changed = first.items?.[0]?.id ?? "";
    await api.events.patch({ calendarId, eventId: changed, requestBody: { summary: "changed" } });
    await api.events.delete({ calendarId, eventId: made[9] ?? "" });
    await api.events.patch({ calendarId, eventId: made[6] ?? "", requestBody: { summary: "changed too" } });
    const rest: string[] = [];
    let page = first;
    while (page.nextPageToken) {
      page = (await api.events.list({ calendarId, maxResults: 4, pageToken: page.nextPageToken })).data;
      rest.push(...(page.items ?? []).map(({ id }) => id ?? ""));
    }
    const syncToken = page.nextSyncToken ?? "";
    const seen = [...(first.items ?? []).map(({ id }) => id ?? ""), ...rest];
    expect(new Set(seen).size).toBe(seen.length);
    const changes = (await api.events.list({ calendarId, maxResults: 4, syncToken })).data.items ?? [];
    expect(changes.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(
      [`${changed} confirmed`, `${made[6]} confirmed`, `${made[9]} cancelled`].sort(),
    );
    expect(new Set([...seen, ...changes.map(({ id }) => id)])).toEqual(new Set(made));
  });

  test("refuses each filter, each changed parameter and a page token of another question", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    await insert(api, hour("2026-11-16"));
    await insert(api, hour("2026-11-17"));
    const { syncToken } = await listAll(api);
    const with_ = async (more: Record<string, unknown>) =>
      outcomeOf(api.events.list({ calendarId, syncToken, ...more }));
    const instant = "2026-11-01T00:00:00Z";
    const filters = [{ timeMin: instant }, { timeMax: instant }, { updatedMin: instant }, { q: "x" }, { iCalUID: "x" }];
    const others = [{ privateExtendedProperty: ["a=b"] }, { sharedExtendedProperty: ["a=b"] }, { orderBy: "updated" }];
    const changed = [{ singleEvents: true }, { maxResults: 5 }, { showDeleted: true }, { eventTypes: ["default"] }];
    for (const more of [...filters, ...others, ...changed, { timeZone: "UTC" }, { maxAttendees: 2 }]) {
      expect(await with_(more), JSON.stringify(more)).toBe("400 invalid");
    }
    const hidden = await listAll(api, { showDeleted: false });
    const asBefore = { calendarId, syncToken: hidden.syncToken, showDeleted: false };
    expect(await outcomeOf(api.events.list(asBefore))).toBe("400 invalid");
    expect(await with_({})).toBe("200");
    const { data } = await api.events.list({ calendarId, maxResults: 1 });
    const pageToken = data.nextPageToken ?? "";
    expect(await outcomeOf(api.events.list({ calendarId, maxResults: 1, q: "x", pageToken }))).toBe("400 invalid");
    expect(await outcomeOf(api.events.list({ calendarId, maxResults: 1, pageToken: "x" }))).toBe("400 invalid");
    const state = world.state("calendar", clara);
    addCalendar(state, { id: "other@group.calendar.google.com", accessRole: "owner" });
    const foreign = { calendarId: "other@group.calendar.google.com", syncToken };
    expect(await outcomeOf(api.events.list(foreign))).toBe("400 invalid");
  });

  test("is over when its token is too old, and the reason says what to do (C1)", async () => {
    const world = makeWorld();
    world.settings.set("calendar.syncLifeMs", 60_000);
    const api = await calendarOf(world);
    const { syncToken } = await listAll(api);
    world.clock.advance(60_000);
    expect(await outcomeOf(api.events.list({ calendarId, syncToken }))).toBe("200");
    world.clock.advance(1);
    expect(await outcomeOf(api.events.list({ calendarId, syncToken }))).toBe("410 fullSyncRequired");
    world.settings.set("calendar.updatedMinLifeMs", 1000);
    const updatedMin = "2026-11-01T00:00:00Z";
    expect(await outcomeOf(api.events.list({ calendarId, updatedMin }))).toBe("410 updatedMinTooLongAgo");
  });

  test("cannot begin with an ordered listing, nor when the service forgets the token (C11)", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    await insert(api, hour("2026-11-16"));
    expect((await listAll(api, { orderBy: "updated" })).syncToken).toBe("");
    expect((await listAll(api, { orderBy: "startTime", singleEvents: true })).syncToken).toBe("");
    expect((await listAll(api)).syncToken).not.toBe("");
    world.settings.set("calendar.withoutSyncToken", 1);
    expect((await listAll(api)).syncToken).toBe("");
    expect(await outcomeOf(api.events.list({ calendarId, orderBy: "startTime" }))).toBe("400 badRequest");
  });

  test("has pages without anything in them that go on", async () => {
    const world = makeWorld();
    world.settings.set("calendar.emptyPages", 2);
    const api = await calendarOf(world);
    await insert(api, hour("2026-11-16"));
    const { items, pages } = await listAll(api);
    expect([items.length, pages]).toEqual([1, 3]);
  });

  test("names a removed time by series and start, and keeps the series (C5)", async () => {
    const api = await calendarOf(makeWorld());
    const series = await insert(api, weekly);
    const { syncToken } = await listAll(api);
    const times = (await api.events.instances({ calendarId, eventId: series.id ?? "" })).data.items ?? [];
    await api.events.delete({ calendarId, eventId: times[1]?.id ?? "" });
    const { items } = await listAll(api, { syncToken });
    expect(items).toEqual([
      {
        kind: "calendar#event",
        etag: expect.any(String),
        id: times[1]?.id,
        status: "cancelled",
        recurringEventId: series.id,
        originalStartTime: { dateTime: "2026-11-23T10:00:00+01:00", timeZone: "Europe/Berlin" },
      },
    ]);
    // A full listing names it as well, although nothing deleted is shown.
    expect((await listAll(api)).items.map(({ id }) => id).sort()).toEqual([series.id, times[1]?.id].sort());
    expect((await listAll(api, { singleEvents: true })).items).toHaveLength(5);
    const gone = await api.events.instances({ calendarId, eventId: series.id ?? "", showDeleted: true });
    expect(gone.data.items).toHaveLength(6);
  });

  test("names a deleted series by its id alone, and none of its changed times (C6)", async () => {
    const api = await calendarOf(makeWorld());
    const series = await insert(api, weekly);
    const times = (await api.events.instances({ calendarId, eventId: series.id ?? "" })).data.items ?? [];
    const eventId = times[2]?.id ?? "";
    await api.events.patch({ calendarId, eventId, requestBody: hour("2026-12-01", 15) });
    const { syncToken, items } = await listAll(api);
    expect(items.map(({ id }) => id)).toEqual([series.id, eventId]);
    await api.events.delete({ calendarId, eventId: series.id ?? "" });
    const after = await listAll(api, { syncToken });
    expect(after.items).toEqual([
      { kind: "calendar#event", etag: expect.any(String), id: series.id, status: "cancelled" },
    ]);
    expect((await listAll(api)).items).toEqual([]);
    expect((await listAll(api, { showDeleted: true })).items.map(({ id }) => id)).toEqual([series.id]);
  });

  test("of single times names only half a year of what a deleted series had", async () => {
    const api = await calendarOf(makeWorld());
    const series = await insert(api, { ...weekly, recurrence: ["RRULE:FREQ=MONTHLY"] });
    const single = { singleEvents: true };
    const { syncToken, items } = await listAll(api, single);
    expect(items.length).toBeGreaterThan(20);
    await api.events.delete({ calendarId, eventId: series.id ?? "" });
    const gone = (await listAll(api, { ...single, syncToken })).items;
    expect(gone.every(({ status }) => status === "cancelled")).toBe(true);
    expect(gone).toHaveLength(7);
  });
});

describe("a listing of events", () => {
  test("expands series across the change of clocks, at the same hour of the wall (C7)", async () => {
    const api = await calendarOf(makeWorld());
    await insert(api, { ...hour("2026-10-12", 9), recurrence: ["RRULE:FREQ=WEEKLY;COUNT=4"] });
    await insert(api, { summary: "Trip", start: { date: "2026-10-25" }, end: { date: "2026-10-27" } });
    const { items } = await listAll(api, { singleEvents: true, orderBy: "startTime" });
    expect(items.map(({ start }) => start?.dateTime ?? start?.date)).toEqual([
      "2026-10-12T09:00:00+02:00",
      "2026-10-19T09:00:00+02:00",
      "2026-10-25",
      "2026-10-26T09:00:00+01:00",
      "2026-11-02T09:00:00+01:00",
    ]);
    const far = await listAll(api, { singleEvents: true, orderBy: "startTime", timeZone: "America/New_York" });
    expect(far.items.map(({ start }) => start?.dateTime ?? start?.date).slice(1, 4)).toEqual([
      "2026-10-19T03:00:00-04:00",
      "2026-10-25",
      "2026-10-26T04:00:00-04:00",
    ]);
  });

  test("leaves out and adds times as the series says, whole days included", async () => {
    const api = await calendarOf(makeWorld());
    const { id } = await insert(api, {
      start: { date: "2026-11-16" },
      end: { date: "2026-11-17" },
      recurrence: ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE;VALUE=DATE:20261117,20261118", "RDATE;VALUE=DATE:20261124"],
    });
    const { items } = (await api.events.instances({ calendarId, eventId: id ?? "" })).data;
    expect(items?.map((event) => [event.id, event.start?.date, event.end?.date])).toEqual([
      [`${id}_20261116`, "2026-11-16", "2026-11-17"],
      [`${id}_20261119`, "2026-11-19", "2026-11-20"],
      [`${id}_20261120`, "2026-11-20", "2026-11-21"],
      [`${id}_20261124`, "2026-11-24", "2026-11-25"],
    ]);
    expect((await api.events.get({ calendarId, eventId: `${id}_20261119` })).data.recurringEventId).toBe(id);
    expect(await outcomeOf(api.events.get({ calendarId, eventId: `${id}_20261117` }))).toBe("404 notFound");
  });

  test("shows a moved time where it went, and not where it was", async () => {
    const api = await calendarOf(makeWorld());
    const series = await insert(api, weekly);
    const times = (await api.events.instances({ calendarId, eventId: series.id ?? "" })).data.items ?? [];
    const eventId = times[0]?.id ?? "";
    const { data } = await api.events.patch({ calendarId, eventId, requestBody: hour("2026-12-30", 15) });
    expect(data).toMatchObject({
      recurringEventId: series.id,
      iCalUID: series.iCalUID,
      originalStartTime: { dateTime: "2026-11-16T10:00:00+01:00" },
    });
    expect(data.recurrence).toBeUndefined();
    const window = { singleEvents: true, timeMin: "2026-11-16T00:00:00+01:00", timeMax: "2026-11-17T00:00:00+01:00" };
    expect((await listAll(api, window)).items).toEqual([]);
    const later = { singleEvents: true, timeMin: "2026-12-30T00:00:00+01:00" };
    expect((await listAll(api, later)).items.map(({ id }) => id)).toEqual([eventId]);
  });

  test("finds by time, words, uid, type and extended properties, these with a lag", async () => {
    const world = makeWorld();
    world.settings.set("calendar.indexLagMs", 5000);
    const api = await calendarOf(world);
    const extendedProperties = { private: { stewardAction: "01J" } };
    const one = await insert(api, { summary: "Dentist", ...hour("2026-11-20"), extendedProperties });
    await insert(api, { ...weekly, summary: "Choir", attendees: [{ email: "eva@x.example" }] });
    const titles = async (query: object) => (await listAll(api, query)).items.map(({ summary }) => summary);
    expect(await titles({ q: "dentist" })).toEqual(["Dentist"]);
    expect(await titles({ q: "eva@x.example" })).toEqual(["Choir"]);
    expect(await titles({ iCalUID: one.iCalUID })).toEqual(["Dentist"]);
    expect(await titles({ eventTypes: ["focusTime"] })).toEqual([]);
    expect(await titles({ timeMin: "2026-12-24T00:00:00Z" })).toEqual([]);
    expect(await titles({ timeMin: "2026-12-20T00:00:00Z" })).toEqual(["Choir"]);
    const privateExtendedProperty = ["stewardAction=01J"];
    expect(await titles({ privateExtendedProperty })).toEqual([]);
    world.clock.advance(5000);
    expect(await titles({ privateExtendedProperty })).toEqual(["Dentist"]);
    const query = { calendarId, timeMin: "2026-11-20" };
    expect(await outcomeOf(api.events.list(query))).toBe("400 badRequest");
    const turned = { calendarId, timeMin: "2026-11-20T00:00:00Z", timeMax: "2026-11-19T00:00:00Z" };
    expect(await outcomeOf(api.events.list(turned))).toBe("400 timeRangeEmpty");
  });

  test("costs a unit each, and too many are refused with the time to wait", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    world.quotas.limit("calendar", 2);
    await listAll(api);
    await api.calendarList.list();
    expect(await outcomeOf(api.events.list({ calendarId }))).toBe("403 userRateLimitExceeded");
    expect(world.quotas.spent("calendar").units).toBe(3);
  });
});

describe("the list of calendars", () => {
  test("comes in pages, afterwards only what changed, hidden and deleted ones included", async () => {
    const world = makeWorld();
    const state = world.state("calendar", clara);
    for (const id of ["a", "b", "c"]) addCalendar(state, { id, summary: id, accessRole: "reader", selected: true });
    const api = await calendarOf(world);
    const first = (await api.calendarList.list({ maxResults: 3 })).data;
    expect([first.items?.length, first.nextSyncToken]).toEqual([3, undefined]);
    changeCalendar(state, "a", { summary: "A" });
    const second = (await api.calendarList.list({ maxResults: 3, pageToken: first.nextPageToken ?? "" })).data;
    expect(second.items?.map(({ id }) => id)).toEqual(["c"]);
    const syncToken = second.nextSyncToken ?? "";
    changeCalendar(state, "b", { hidden: true });
    changeCalendar(state, "c", { deleted: true });
    const changed = (await api.calendarList.list({ syncToken })).data.items;
    expect(changed?.map(({ id, hidden, deleted }) => [id, hidden, deleted])).toEqual([
      ["a", undefined, undefined],
      ["b", true, undefined],
      ["c", undefined, true],
    ]);
    expect((await api.calendarList.list()).data.items?.map(({ id }) => id)).toEqual([clara, "a"]);
    expect((await api.calendarList.list({ showHidden: true, showDeleted: true })).data.items).toHaveLength(4);
    expect((await api.calendarList.list({ minAccessRole: "writer" })).data.items).toHaveLength(1);
    const wrong = [{ minAccessRole: "reader" }, { showDeleted: false }, { showHidden: false }];
    for (const more of wrong)
      expect(await outcomeOf(api.calendarList.list({ syncToken, ...more }))).toBe("400 invalid");
    expect(await outcomeOf(api.events.list({ calendarId: "c" }))).toBe("404 notFound");
    world.settings.set("calendar.syncLifeMs", 1000);
    world.clock.advance(2000);
    expect(await outcomeOf(api.calendarList.list({ syncToken }))).toBe("410 fullSyncRequired");
  });

  test("has calendars that may only be read, or only looked at for busy times", async () => {
    const world = makeWorld();
    const state = world.state("calendar", clara);
    const team = addCalendar(state, { id: "team", summary: "Team", accessRole: "writer", timeZone: "Europe/Berlin" });
    const api = await calendarOf(world);
    const secret = { summary: "Secret", visibility: "private", ...hour("2026-11-16") };
    const { data } = await api.events.insert({ calendarId: "team", requestBody: secret });
    const look = async () => (await api.events.list({ calendarId: "team" })).data.items?.[0];
    expect((await look())?.summary).toBe("Secret");
    changeCalendar(state, "team", { accessRole: "reader" });
    expect([(await look())?.summary, (await look())?.id]).toEqual([undefined, data.id]);
    const requestBody = { summary: "x" };
    const eventId = data.id ?? "";
    expect(await outcomeOf(api.events.patch({ calendarId: "team", eventId, requestBody }))).toBe(
      "403 requiredAccessLevel",
    );
    team.events.forEach(({ resource }) => {
      resource.visibility = "default";
    });
    expect((await look())?.summary).toBe("Secret");
    changeCalendar(state, "team", { accessRole: "freeBusyReader" });
    expect([(await look())?.summary, (await look())?.visibility]).toEqual([undefined, "private"]);
  });
});
