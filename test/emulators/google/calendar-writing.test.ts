import type { calendar_v3 } from "@googleapis/calendar";
import { describe, expect, test } from "vitest";
import { addCalendar, putEvent } from "../../../src/emulators/google/calendar/calendar-state.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { calendarId, calendarOf, hour, insert, listAll } from "./calendar-fixture.ts";
import { outcomeOf } from "./drive-fixture.ts";
import { base, bearerOf, ben, clara, makeWorld } from "./google-fixture.ts";

const day = "2026-11-20";

function invitations(world: GoogleWorld): unknown[] {
  return world.ledger.all().map(({ kind, details }) => [kind, details["invitations"]]);
}

/** An event in Clara's calendar that somebody elsewhere has invited her to. */
function invited(world: GoogleWorld, more: calendar_v3.Schema$Event = {}): string {
  const state = world.state("calendar", clara);
  const calendar = state.calendars.get(clara);
  if (calendar === undefined) throw new Error("no calendar");
  const guests = [{ email: clara, self: true, responseStatus: "needsAction" }, { email: "eva@x.example" }];
  const event = {
    summary: "Board",
    ...hour(day),
    organizer: { email: "oliver@x.example" },
    attendees: guests,
    ...more,
  };
  return putEvent(state, calendar, event, world.clock.now()).resource.id ?? "";
}

describe("an event inserted", () => {
  test("with the client's id is there once, with one invitation, when the answer was lost (C2)", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    world.faults.add({ match: /^POST .*\/events/, nth: 1, when: "after", do: "drop" });
    const requestBody = { id: "stward0001", ...hour(day), attendees: [{ email: "eva@x.example" }] };
    const make = () => api.events.insert({ calendarId, requestBody, sendUpdates: "all" });
    await expect(make()).rejects.toThrow();
    expect(await outcomeOf(make())).toBe("400 invalid");
    requestBody.id = "steuard0001";
    world.faults.clear();
    world.faults.add({ match: /^POST .*\/events/, nth: 1, when: "after", do: "drop" });
    await expect(make()).rejects.toThrow();
    expect(await outcomeOf(make())).toBe("409 duplicate");
    expect(invitations(world)).toEqual([["event.created", ["eva@x.example"]]]);
  });

  test("may be made twice in the moment in which its id is not known everywhere (C3)", async () => {
    const world = makeWorld();
    world.settings.set("calendar.getLagMs", 3000);
    world.settings.set("calendar.collisionLagMs", 3000);
    const api = await calendarOf(world);
    const make = () => api.events.insert({ calendarId, requestBody: { id: "steuard0001", ...hour(day) } });
    await make();
    expect(await outcomeOf(api.events.get({ calendarId, eventId: "steuard0001" }))).toBe("404 notFound");
    expect(await outcomeOf(make())).toBe("200");
    world.clock.advance(3000);
    expect(await outcomeOf(api.events.get({ calendarId, eventId: "steuard0001" }))).toBe("200");
    expect(await outcomeOf(make())).toBe("409 duplicate");
    expect((await listAll(api)).items).toHaveLength(1);
  });

  test("has an id of base32hex between 5 and 1024 characters (C12)", async () => {
    const api = await calendarOf(makeWorld());
    const make = (id: string) => outcomeOf(insert(api, { id, ...hour(day) }));
    for (const id of ["abcd", "Abcde", "wxyz0", "a-b-c", "a".repeat(1025)]) {
      expect(await make(id), id.slice(0, 9)).toBe("400 invalid");
    }
    expect(await make("abcde")).toBe("200");
    expect(await make("0".repeat(1024))).toBe("200");
    expect(await outcomeOf(insert(api, { id: "abcdef", iCalUID: "x@y", ...hour(day) }))).toBe("400 invalid");
  });

  test("has times of one kind, in order, with a zone where it repeats", async () => {
    const api = await calendarOf(makeWorld());
    const { start, end } = hour(day);
    const make = (event: calendar_v3.Schema$Event) => outcomeOf(insert(api, event));
    expect(await make({ end })).toBe("400 required");
    expect(await make({ start })).toBe("400 required");
    expect(await make({ start, end: { date: day } })).toBe("400 invalid");
    expect(await make({ start: { date: day, ...start }, end })).toBe("400 invalid");
    expect(await make({ start: end, end: start })).toBe("400 timeRangeEmpty");
    expect(await make({ start: { date: day }, end: { date: day } })).toBe("400 timeRangeEmpty");
    expect(await make({ start: { date: "2026-02-30" }, end: { date: "2026-03-01" } })).toBe("400 invalid");
    const floating = { dateTime: `${day}T10:00:00` };
    expect(await make({ start: floating, end: floating })).toBe("400 required");
    const instant = { dateTime: `${day}T10:00:00Z` };
    const recurrence = ["RRULE:FREQ=WEEKLY"];
    expect(await make({ start: instant, end: instant, recurrence })).toBe("400 required");
    expect(await make({ start, end, recurrence: ["RRULE:FREQ=OFTEN"] })).toBe("400 invalid");
    expect(await make({ start, end, recurrence: ["DTSTART:20261120T090000Z", "RRULE:FREQ=DAILY"] })).toBe(
      "400 invalid",
    );
    expect(await make({ start: { ...start, timeZone: "Mars/Olympus" }, end })).toBe("400 invalid");
    const kept = await insert(api, { start: instant, end: { dateTime: `${day}T12:00:00+02:00` } });
    expect([kept.start, kept.end]).toEqual([
      { dateTime: `${day}T11:00:00+01:00`, timeZone: "Europe/Berlin" },
      { dateTime: `${day}T11:00:00+01:00`, timeZone: "Europe/Berlin" },
    ]);
  });

  test("of a special type keeps that type's rules", async () => {
    const world = makeWorld();
    addCalendar(world.state("calendar", clara), { id: "second", accessRole: "owner", timeZone: "UTC" });
    const api = await calendarOf(world);
    const make = (event: calendar_v3.Schema$Event) => outcomeOf(insert(api, { ...hour(day), ...event }));
    const allDay = { start: { date: day }, end: { date: "2026-11-21" } };
    expect(await make({ eventType: "focusTime" })).toBe("200");
    expect(await make({ eventType: "focusTime", ...allDay })).toBe("400 malformedFocusTimeEvent");
    expect(await make({ eventType: "outOfOffice", transparency: "transparent" })).toBe("400 malformedOutOfOfficeEvent");
    const second = { calendarId: "second", requestBody: { ...hour(day), eventType: "outOfOffice" } };
    expect(await outcomeOf(api.events.insert(second))).toBe("400 malformedOutOfOfficeEvent");
    const working = {
      eventType: "workingLocation",
      visibility: "public",
      transparency: "transparent",
      workingLocationProperties: { type: "homeOffice", homeOffice: {} },
    };
    expect(await make(working)).toBe("200");
    expect(await make({ ...working, ...allDay })).toBe("200");
    const twoDays = { start: { date: day }, end: { date: "2026-11-22" } };
    expect(await make({ ...working, ...twoDays })).toBe("400 malformedWorkingLocationEvent");
    expect(await make({ ...working, transparency: "opaque" })).toBe("400 malformedWorkingLocationEvent");
    expect(await make({ ...working, visibility: "private" })).toBe("400 malformedWorkingLocationEvent");
    expect(await make({ eventType: "birthday", ...allDay })).toBe("400 malformedBirthdayEvent");
    expect(await make({ eventType: "birthday", ...allDay, recurrence: ["RRULE:FREQ=YEARLY"] })).toBe("200");
    expect(await make({ eventType: "fromGmail" })).toBe("400 eventTypeRestriction");
    expect(await make({ eventType: "party" })).toBe("400 invalid");
    const focus = (await listAll(api, { eventTypes: ["focusTime"] })).items[0]?.id ?? "";
    const change = { calendarId, eventId: focus, requestBody: { eventType: "default" } };
    expect(await outcomeOf(api.events.patch(change))).toBe("400 eventTypeRestriction");
  });

  test("is refused when the calendar was used too much", async () => {
    const world = makeWorld();
    world.settings.set("calendar.usageLimited", 1);
    expect(await outcomeOf(insert(await calendarOf(world), hour(day)))).toBe("403 quotaExceeded");
  });
});

describe("an event changed", () => {
  test("only when it is the version that was seen (C4), and 304 when it still is", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    const { id, etag } = await insert(api, hour(day));
    const eventId = id ?? "";
    const match = { headers: { "If-Match": etag ?? "" } };
    const headers = { authorization: `Bearer ${await bearerOf(world)}`, "if-none-match": etag ?? "" };
    const url = `${base}/calendar/v3/calendars/primary/events/${eventId}`;
    const same = await world.fetch(url, { headers });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    await api.events.patch({ calendarId, eventId, requestBody: hour(day, 15) });
    const late = { calendarId, eventId, requestBody: { summary: "late" } };
    expect(await outcomeOf(api.events.patch(late, match))).toBe("412 conditionNotMet");
    expect(await outcomeOf(api.events.update({ ...late, requestBody: hour(day) }, match))).toBe("412 conditionNotMet");
    expect(await outcomeOf(api.events.delete({ calendarId, eventId }, match))).toBe("412 conditionNotMet");
    const answer = await world.fetch(url, { headers });
    expect([answer.status, answer.headers.get("etag")]).toEqual([
      200,
      Reflect.get(Object(await answer.json()), "etag"),
    ]);
  });

  test("by a patch has its objects merged, its lists replaced, and nothing for null (C8)", async () => {
    const api = await calendarOf(makeWorld());
    const attendees = [{ email: "a@x.example" }, { email: "b@x.example", responseStatus: "accepted" }];
    const extendedProperties = { private: { a: "1", b: "2" } };
    const { id } = await insert(api, { ...hour(day), location: "Here", attendees, extendedProperties });
    const eventId = id ?? "";
    const patch = async (requestBody: calendar_v3.Schema$Event) =>
      (await api.events.patch({ calendarId, eventId, requestBody })).data;
    // The client's types know no null within, its requests do.
    const taken: calendar_v3.Schema$Event = JSON.parse(
      '{"location":null,"extendedProperties":{"private":{"a":null,"c":"3"}}}',
    );
    const changed = await patch({ ...taken, attendees: [{ email: "a@x.example" }] });
    expect(changed.location).toBeUndefined();
    expect(changed.extendedProperties).toEqual({ private: { b: "2", c: "3" } });
    expect(changed.attendees).toEqual([{ email: "a@x.example", responseStatus: "needsAction" }]);
    const toDay = { start: { date: day }, end: { date: "2026-11-21" } };
    expect(await outcomeOf(patch(toDay))).toBe("400 invalid");
    const nulled: calendar_v3.Schema$Event = JSON.parse(
      `{"start":{"date":"${day}","dateTime":null,"timeZone":null},"end":{"date":"2026-11-21","dateTime":null}}`,
    );
    expect((await patch(nulled)).start).toEqual({ date: day });
    const whole = await api.events.update({ calendarId, eventId, requestBody: { summary: "new", ...hour(day) } });
    expect([whole.data.summary, whole.data.attendees, whole.data.iCalUID]).toEqual([
      "new",
      undefined,
      `${id}@google.com`,
    ]);
    expect(await outcomeOf(api.events.update({ calendarId, eventId, requestBody: { summary: "x" } }))).toBe(
      "400 required",
    );
  });

  test("counts its sequence up when it moves, never down", async () => {
    const api = await calendarOf(makeWorld());
    const { id, sequence } = await insert(api, hour(day));
    const eventId = id ?? "";
    const patch = (requestBody: calendar_v3.Schema$Event) => api.events.patch({ calendarId, eventId, requestBody });
    expect(sequence).toBe(0);
    expect((await patch({ summary: "x" })).data.sequence).toBe(0);
    expect((await patch(hour(day, 15))).data.sequence).toBe(1);
    expect((await patch({ sequence: 7 })).data.sequence).toBe(7);
    expect(await outcomeOf(patch({ sequence: 3 }))).toBe("400 invalid");
  });

  test("keeps its id after it was deleted, and may not be allowed back (C10)", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    await insert(api, { id: "steuard0001", ...hour(day) });
    const eventId = "steuard0001";
    await api.events.delete({ calendarId, eventId });
    expect(await outcomeOf(api.events.delete({ calendarId, eventId }))).toBe("410 deleted");
    expect(await outcomeOf(api.events.delete({ calendarId, eventId: "never0" }))).toBe("404 notFound");
    expect((await api.events.get({ calendarId, eventId })).data.status).toBe("cancelled");
    expect(await outcomeOf(insert(api, { id: eventId, ...hour(day) }))).toBe("409 duplicate");
    world.settings.set("calendar.refuseUndelete", 1);
    const back = { calendarId, eventId, requestBody: { status: "confirmed" } };
    expect(await outcomeOf(api.events.patch(back))).toBe("403 forbidden");
    world.settings.set("calendar.refuseUndelete", 0);
    expect((await api.events.patch(back)).data.status).toBe("confirmed");
  });
});

describe("guests", () => {
  test("are written to as asked: all, those of elsewhere, nobody, and nobody still meaning somebody", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    const attendees = [{ email: ben }, { email: "eva@x.example" }, { email: clara }];
    const requestBody = { ...hour(day), attendees };
    for (const sendUpdates of ["all", "externalOnly", "none"]) await insert(api, requestBody, { sendUpdates });
    await insert(api, requestBody, { sendNotifications: true });
    await insert(api, requestBody);
    world.settings.set("calendar.noneStillMails", 1);
    const { id } = await insert(api, requestBody);
    world.settings.clear();
    await api.events.patch({
      calendarId,
      eventId: id ?? "",
      sendUpdates: "all",
      requestBody: { attendees: [{ email: "new@x.example" }] },
    });
    await api.events.delete({ calendarId, eventId: id ?? "", sendUpdates: "all" });
    expect(invitations(world).map((one) => (Array.isArray(one) ? one[1] : one))).toEqual([
      [ben, "eva@x.example"],
      ["eva@x.example"],
      [],
      [ben, "eva@x.example"],
      [],
      [ben, "eva@x.example"],
      [ben, "eva@x.example", "new@x.example"],
      ["new@x.example"],
    ]);
    expect(await outcomeOf(insert(api, requestBody, { sendUpdates: "some" }))).toBe("400 invalid");
    expect(await outcomeOf(insert(api, { ...hour(day), attendees: [{ displayName: "Eva" }] }))).toBe("400 invalid");
  });

  test("with an account here have the event in their calendar, and answer into the organiser's", async () => {
    const world = makeWorld();
    const [api, bens] = [await calendarOf(world), await calendarOf(world, ben)];
    const attendees = [{ email: ben }, { email: "eva@x.example" }];
    const made = await insert(api, { summary: "Dinner", ...hour(day), attendees });
    const [copy] = (await listAll(bens)).items;
    expect(copy).toMatchObject({ iCalUID: made.iCalUID, summary: "Dinner", organizer: { email: clara } });
    expect([copy?.organizer?.self, copy?.attendees?.[0]]).toEqual([
      undefined,
      { email: ben, responseStatus: "needsAction", self: true },
    ]);
    const answer = { attendees: [{ email: ben, responseStatus: "accepted" }], attendeesOmitted: true };
    await bens.events.patch({ calendarId, eventId: copy?.id ?? "", requestBody: answer, sendUpdates: "all" });
    const { data } = await api.events.get({ calendarId, eventId: made.id ?? "" });
    expect(data.attendees?.map(({ responseStatus }) => responseStatus)).toEqual(["accepted", "needsAction"]);
    expect(invitations(world).at(-1)).toEqual(["event.changed", [clara]]);
    await api.events.patch({ calendarId, eventId: made.id ?? "", requestBody: hour(day, 15) });
    expect((await listAll(bens)).items[0]?.start?.dateTime).toBe(`${day}T15:00:00+01:00`);
    await bens.events.delete({ calendarId, eventId: copy?.id ?? "" });
    const left = (await api.events.get({ calendarId, eventId: made.id ?? "" })).data.attendees;
    expect(left?.[0]?.responseStatus).toBe("declined");
    await api.events.delete({ calendarId, eventId: made.id ?? "" });
    expect((await listAll(bens)).items).toEqual([]);
  });

  test("change nothing but their own answer and what is theirs alone", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    const eventId = invited(world);
    const patch = (requestBody: calendar_v3.Schema$Event) => api.events.patch({ calendarId, eventId, requestBody });
    const refused = "403 forbiddenForNonOrganizer";
    expect(await outcomeOf(patch({ summary: "mine" }))).toBe(refused);
    expect(await outcomeOf(patch(hour(day, 15)))).toBe(refused);
    expect(await outcomeOf(patch({ attendees: [{ email: clara, responseStatus: "accepted" }] }))).toBe(refused);
    expect(await outcomeOf(patch({ colorId: "3", transparency: "transparent" }))).toBe("200");
    const both = [
      { email: clara, responseStatus: "accepted" },
      { email: "eva@x.example", responseStatus: "declined" },
    ];
    const { data } = await patch({ attendees: both });
    expect(data.attendees?.map(({ responseStatus }) => responseStatus)).toEqual(["accepted", "needsAction"]);
    const own = { attendeesOmitted: true, attendees: [{ email: clara, responseStatus: "declined" }] };
    expect((await patch(own)).data.attendees).toHaveLength(2);
    expect(await outcomeOf(patch({ attendees: [...both, { email: "new@x.example" }] }))).toBe("200");
    const free = invited(world, { guestsCanModify: true });
    const change = { calendarId, eventId: free, requestBody: { summary: "ours" } };
    expect(await outcomeOf(api.events.patch(change))).toBe("200");
  });

  test("see only themselves where guests may not see each other, or there are too many", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    const eventId = invited(world, { guestsCanSeeOtherGuests: false });
    const { data } = await api.events.get({ calendarId, eventId });
    expect([data.attendees?.map(({ email }) => email), data.attendeesOmitted]).toEqual([[clara], true]);
    const accepted = { attendees: [{ email: clara, responseStatus: "accepted" }] };
    await api.events.patch({ calendarId, eventId, requestBody: accepted });
    const kept = world.state("calendar", clara).calendars.get(clara)?.events.get(eventId)?.resource.attendees;
    expect(kept?.map(({ email }) => email)).toEqual(["eva@x.example", clara]);
    const open = invited(world);
    const few = await api.events.get({ calendarId, eventId: open, maxAttendees: 1 });
    expect([few.data.attendees?.length, few.data.attendeesOmitted]).toEqual([1, true]);
    expect((await api.events.get({ calendarId, eventId: open })).data.attendeesOmitted).toBeUndefined();
  });
});

describe("a Meet link", () => {
  test("is pending until it is made, once for a request, and only for who knows of conferences", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    const ask = (requestId: string) => ({
      conferenceData: { createRequest: { requestId, conferenceSolutionKey: { type: "hangoutsMeet" } } },
    });
    const without = await insert(api, { ...hour(day), ...ask("r1") });
    expect(without.conferenceData).toBeUndefined();
    const made = await insert(api, { ...hour(day), ...ask("r1") }, { conferenceDataVersion: 1 });
    expect(made.conferenceData?.createRequest?.status?.statusCode).toBe("pending");
    expect(made.hangoutLink).toBeUndefined();
    world.clock.advance(3000);
    const eventId = made.id ?? "";
    const { data } = await api.events.get({ calendarId, eventId });
    expect(data.conferenceData?.createRequest?.status?.statusCode).toBe("success");
    expect(data.hangoutLink).toMatch(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
    const again = { calendarId, eventId, conferenceDataVersion: 1, requestBody: ask("r1") };
    await api.events.patch(again);
    world.clock.advance(3000);
    expect((await api.events.get({ calendarId, eventId })).data.hangoutLink).toBe(data.hangoutLink);
    const renamed = await api.events.patch({ calendarId, eventId, requestBody: { summary: "kept" } });
    expect(renamed.data.conferenceData?.createRequest?.requestId).toBe("r1");
  });
});

describe("an import", () => {
  test("keeps the uid and organiser of elsewhere, changes the copy the second time, and tells nobody", async () => {
    const world = makeWorld();
    const api = await calendarOf(world);
    const requestBody = {
      iCalUID: "abc@elsewhere.example",
      summary: "Concert",
      ...hour(day),
      organizer: { email: "hall@x.example" },
      attendees: [{ email: clara }, { email: ben }],
    };
    const first = (await api.events.import({ calendarId, requestBody })).data;
    expect([first.iCalUID, first.organizer]).toEqual(["abc@elsewhere.example", { email: "hall@x.example" }]);
    const second = (await api.events.import({ calendarId, requestBody: { ...requestBody, summary: "Moved" } })).data;
    expect([second.id, second.summary, (await listAll(api)).items.length]).toEqual([first.id, "Moved", 1]);
    expect(invitations(world)).toEqual([
      ["event.imported", []],
      ["event.imported", []],
    ]);
    expect((await listAll(await calendarOf(world, ben))).items).toEqual([]);
    expect(await outcomeOf(api.events.import({ calendarId, requestBody: hour(day) }))).toBe("400 required");
    const focus = { ...requestBody, eventType: "focusTime" };
    expect(await outcomeOf(api.events.import({ calendarId, requestBody: focus }))).toBe("400 invalid");
  });
});

describe("free and busy", () => {
  test("joins what touches, counts series and whole days where the calendar is (C9)", async () => {
    const api = await calendarOf(makeWorld());
    await insert(api, { ...hour("2026-11-19", 10), recurrence: ["RRULE:FREQ=DAILY;COUNT=3"] });
    await insert(api, hour(day, 11));
    await insert(api, { start: { date: "2026-11-22" }, end: { date: "2026-11-23" } });
    await insert(api, { ...hour("2026-11-23"), transparency: "transparent" });
    const ask = (timeMin: string, timeMax: string, ids = [clara]) =>
      api.freebusy.query({ requestBody: { timeMin, timeMax, items: ids.map((id) => ({ id })) } });
    const { data } = await ask("2026-11-20T00:00:00Z", "2026-11-30T00:00:00Z");
    expect(data.calendars?.[clara]?.busy).toEqual([
      { start: "2026-11-20T09:00:00Z", end: "2026-11-20T11:00:00Z" },
      { start: "2026-11-21T09:00:00Z", end: "2026-11-21T10:00:00Z" },
      { start: "2026-11-21T23:00:00Z", end: "2026-11-22T23:00:00Z" },
    ]);
    const [from, to] = ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"];
    const many = Array.from({ length: 51 }, (_, at) => `c${at}`);
    expect(await outcomeOf(ask(from, to, many))).toBe("400 tooManyCalendarsRequested");
    expect((await ask(from, to, ["nobody"])).data.calendars?.["nobody"]?.errors?.[0]?.reason).toBe("notFound");
    expect(await outcomeOf(ask(to, from))).toBe("400 timeRangeEmpty");
    expect(await outcomeOf(api.freebusy.query({ requestBody: {} }))).toBe("400 required");
  });
});

test("a client with its retries on replays a delete whose answer was lost, and meets 410", async () => {
  const world = makeWorld();
  const api = await calendarOf(world);
  const { id } = await insert(api, hour(day));
  world.faults.add({ match: /^DELETE/, nth: 1, when: "after", do: "drop" });
  const replay = api.events.delete({ calendarId, eventId: id ?? "" }, { retry: true });
  expect(await outcomeOf(replay)).toBe("410 deleted");
  expect(world.ledger.all().filter(({ kind }) => kind === "event.deleted")).toHaveLength(1);
});

test("a world with calendars and files can be put away and brought back whole", async () => {
  const world = makeWorld({ seeded: true });
  const api = await calendarOf(world);
  const before = await listAll(api);
  const kept = world.snapshot();
  await api.events.delete({ calendarId, eventId: before.items[0]?.id ?? "" });
  expect((await listAll(api)).items.length).toBeLessThan(before.items.length);
  world.restore(kept);
  expect((await listAll(api)).items).toEqual(before.items);
});
