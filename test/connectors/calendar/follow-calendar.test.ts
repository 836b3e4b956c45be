import { describe, expect, test } from "vitest";
import { addCalendar, changeCalendar } from "../../../src/emulators/google/calendar/calendar-state.ts";
import { expandEvent } from "../../../src/formats/calendar/expand-event.ts";
import { getHealth } from "../../../src/store/source-health.ts";
import { listProblems } from "../../../src/store/sources.ts";
import { clara } from "../../emulators/google/google-fixture.ts";
import { at, closeAfterEach, type Following, follow, summarise } from "./calendar-fixture.ts";

closeAfterEach();

const weekly = { summary: "Weekly", ...at("2026-11-17"), recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=TU"] };

/** The starts of a series as the owner's calendar shows them in the weeks to come. */
function starts(following: Following, uid: string): string[] {
  const group = [...following.stored().values()].filter(({ event }) => event.uid === uid);
  const master = group.find(({ event }) => event.recurrenceId === null);
  const changed = group.flatMap(({ event }) => (event.recurrenceId === null ? [] : [event]));
  if (master === undefined) return [];
  const { occurrences } = expandEvent(master.event, changed, Date.parse("2026-11-14"), Date.parse("2026-12-16"), 50);
  return occurrences.map(({ startsAt }) => startsAt.slice(0, 16));
}

describe("a calendar that is followed", () => {
  test("is in the store as it is at Google, and costs two requests when nothing changed", async () => {
    const following = await follow({ seeded: true });
    const first = await following.poll();
    expect(first).toMatchObject({ stopped: null, problemCount: 0 });
    expect(summarise(following)).toEqual(following.truth());
    expect(following.truth().size).toBeGreaterThan(15);
    const before = following.asked(/calendar/);
    const second = await following.poll();
    expect(second).toMatchObject({ unchanged: true, added: 0, known: 0 });
    expect(following.asked(/calendar/) - before).toBe(2);
  });

  test("changes with it: what is new, moved, answered, deleted", async () => {
    const following = await follow();
    const { calendar } = following;
    const me = { email: clara, self: true };
    const organizer = { email: "marta@lang.example" };
    const [moved, answered, deleted] = ["Moved", "Answered", "Deleted"].map((summary) =>
      calendar.add({ summary, ...at("2026-11-24"), organizer, attendees: [{ ...me, responseStatus: "needsAction" }] }),
    );
    await following.poll();
    following.world.clock.advance(60_000);
    calendar.change(moved?.id ?? "", at("2026-11-25"));
    calendar.change(answered?.id ?? "", { attendees: [{ ...me, responseStatus: "accepted" }] });
    calendar.remove(deleted?.id ?? "");
    calendar.add({ summary: "New", ...at("2026-11-26") });
    expect(await following.poll({ fresh: true })).toMatchObject({ added: 1, changed: 2, gone: 1 });
    expect(summarise(following)).toEqual(following.truth());
    const entry = following.stored().get(`${clara}/${answered?.id}`);
    expect(entry?.event).toMatchObject({ ownAnswer: "accepted", attendees: [{ answer: "accepted" }] });
  });

  test("loses one time of a series when only its name is told, and keeps the series", async () => {
    const following = await follow();
    const master = following.calendar.add(weekly);
    await following.poll();
    following.calendar.removeTime(master, "2026-11-24T08:00:00Z");
    await following.poll({ fresh: true });
    expect(starts(following, `${master.id}@google.com`)).toEqual([
      "2026-11-17T08:00",
      "2026-12-01T08:00",
      "2026-12-08T08:00",
      "2026-12-15T08:00",
    ]);
    expect(following.asked(new RegExp(`events/${master.id}`))).toBe(1);
  });

  test("shows a moved time of a series where it was moved, also when it is removed after that", async () => {
    const following = await follow();
    const master = following.calendar.add(weekly);
    const moved = following.calendar.add({
      ...at("2026-11-26", 15),
      summary: "Weekly",
      id: `${master.id}_20261124T080000Z`,
      iCalUID: master.iCalUID ?? "",
      recurringEventId: master.id ?? "",
      originalStartTime: at("2026-11-24").start ?? {},
    });
    await following.poll();
    expect(starts(following, master.iCalUID ?? "").slice(0, 3)).toEqual([
      "2026-11-17T08:00",
      "2026-11-26T14:00",
      "2026-12-01T08:00",
    ]);
    following.calendar.removeTime(master, "2026-11-24T08:00:00Z");
    expect(moved.id).toBe(`${master.id}_20261124T080000Z`);
    await following.poll();
    expect(starts(following, master.iCalUID ?? "").slice(0, 2)).toEqual(["2026-11-17T08:00", "2026-12-01T08:00"]);
  });

  test("loses a series with all its changed times when only the series is named, and not the series split off from it", async () => {
    const following = await follow();
    const master = following.calendar.add(weekly);
    const changed = { iCalUID: master.iCalUID ?? "", recurringEventId: master.id ?? "", summary: "Weekly, elsewhere" };
    following.calendar.add({
      ...changed,
      ...at("2026-11-26", 15),
      id: `${master.id}_20261124T080000Z`,
      originalStartTime: at("2026-11-24").start ?? {},
    });
    const split = following.calendar.add({ ...weekly, ...at("2027-02-02"), id: `${master.id}_R20270202T080000` });
    const single = following.calendar.add({ summary: "Alone", ...at("2026-11-20") });
    await following.poll();
    expect(following.stored().size).toBe(4);
    following.calendar.remove(master.id ?? "");
    expect(await following.poll()).toMatchObject({ gone: 2 });
    expect([...following.stored().keys()].sort()).toEqual([`${clara}/${split.id}`, `${clara}/${single.id}`].sort());
  });

  test("is read anew when Google has dropped the sync token, and what is gone by then is gone here", async () => {
    const following = await follow({ pageSize: 7 });
    const ids = Array.from(
      { length: 20 },
      (_, n) => following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n % 12) }).id ?? "",
    );
    addCalendar(following.calendar.state, {
      id: "family@group.calendar.google.com",
      summary: "Family",
      accessRole: "owner",
    });
    following.hand("family@group.calendar.google.com").add({ summary: "Picnic", ...at("2026-11-22") });
    await following.poll();
    // Longer than what the emulator remembers: nothing says any more that these were deleted.
    for (const id of ids.slice(0, 5)) following.calendar.calendar.events.delete(id);
    following.world.settings.set("calendar.syncLifeMs", 1000);
    following.world.clock.advance(3_600_000);
    const report = await following.poll({ fresh: true });
    expect(report).toMatchObject({ stopped: null, gone: 5, problemCount: 0 });
    expect(summarise(following)).toEqual(following.truth());
    expect(following.stored().size).toBe(16);
  });

  test("is believed to have lost most of its events when Google says so twice", async () => {
    const following = await follow();
    const ids = Array.from(
      { length: 120 },
      (_, n) => following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n % 12) }).id ?? "",
    );
    await following.poll();
    for (const id of ids.slice(0, 100)) following.calendar.calendar.events.delete(id);
    following.world.settings.set("calendar.syncLifeMs", 1000);
    following.world.clock.advance(3_600_000);
    expect(await following.poll()).toMatchObject({ gone: 0, problemCount: 1 });
    expect(await following.poll({ fresh: true })).toMatchObject({ gone: 100 });
    expect(summarise(following)).toEqual(following.truth());
    const before = following.asked(/calendar/);
    await following.poll();
    expect(following.asked(/calendar/) - before).toBe(2);
  });

  test("is not asked without end when every sync token is dropped at once", async () => {
    const following = await follow({ seeded: true });
    following.world.settings.set("calendar.syncLifeMs", -1);
    await following.poll();
    expect(summarise(following)).toEqual(following.truth());
    await following.poll();
    expect(following.asked(/\/events/)).toBeLessThanOrEqual(4);
  });

  test("keeps what changed while it was read", async () => {
    const following = await follow({ pageSize: 5 });
    const ids = Array.from(
      { length: 23 },
      (_, n) => following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n % 12) }).id ?? "",
    );
    const { fetch } = following.deps;
    let pages = 0;
    following.deps.fetch = async (input, init) => {
      const answer = await fetch(input, init);
      if (!/pageToken/.test(String(input))) return answer;
      pages += 1;
      following.world.clock.advance(1000);
      if (pages === 1) following.calendar.change(ids[1] ?? "", { summary: "Changed behind", ...at("2026-11-28") });
      if (pages === 2) following.calendar.change(ids[22] ?? "", { summary: "Changed ahead" });
      if (pages === 2) following.calendar.add({ summary: "Added", ...at("2026-11-30") });
      if (pages === 3) following.calendar.remove(ids[0] ?? "");
      if (pages === 3) following.calendar.remove(ids[21] ?? "");
      return answer;
    };
    await following.poll();
    expect(pages).toBeGreaterThan(3);
    expect(summarise(following)).toEqual(following.truth());
  });

  test("is read on from every page, whoever is killed there", async () => {
    const following = await follow({ pageSize: 4 });
    for (let n = 0; n < 18; n += 1) following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n % 12) });
    following.world.settings.set("calendar.emptyPages", 1);
    let kills = 0;
    for (let done = false; !done; kills += 1) {
      const stop = new AbortController();
      const { fetch } = following.deps;
      let answered = 0;
      following.deps.fetch = async (input, init) => {
        if (/\/events/.test(String(input))) answered += 1;
        if (answered > 3) stop.abort();
        return await fetch(input, init);
      };
      const report = await following.poll({ fresh: true, signal: stop.signal });
      following.deps.fetch = fetch;
      done = report.stopped === null;
      if (kills > 30) throw new Error("it never ends");
    }
    expect(kills).toBeGreaterThan(2);
    expect(summarise(following)).toEqual(following.truth());
  });

  test("ends as the truth under random faults", async () => {
    const following = await follow({ pageSize: 6 });
    const masters = Array.from({ length: 6 }, (_, n) => following.calendar.add({ ...weekly, summary: `Series ${n}` }));
    const singles = Array.from({ length: 60 }, (_, n) =>
      following.calendar.add({ summary: `Event ${n}`, ...at("2026-11-24", n % 12) }),
    );
    const match = /calendar\/v3/;
    following.world.faults.add(
      { match, share: 0.06, when: "before", do: "status", status: 429, headers: { "retry-after": "3" } },
      { match, share: 0.06, when: "before", do: "status", status: 500 },
      { match, share: 0.06, when: "after", do: "drop" },
      { match, share: 0.06, when: "after", do: "truncate" },
      { match, share: 0.06, when: "before", do: "garbage" },
    );
    await following.poll();
    expect(summarise(following)).toEqual(following.truth());
    for (const [n, master] of masters.entries()) {
      following.calendar.removeTime(master, "2026-12-01T08:00:00Z");
      if (n % 2 === 0) following.calendar.remove(master.id ?? "");
      following.calendar.change(singles[n]?.id ?? "", at("2026-11-27"));
      following.calendar.remove(singles[n + 10]?.id ?? "");
      await following.poll({ fresh: true });
    }
    expect(summarise(following)).toEqual(following.truth());
    expect(following.world.faults.hits().reduce((sum, hits) => sum + hits, 0)).toBeGreaterThan(5);
  });

  test("stops with a plain word when Google gives no way to follow changes, and asks no more", async () => {
    const following = await follow({ seeded: true });
    following.world.settings.set("calendar.withoutSyncToken", 1);
    const report = await following.poll();
    expect(report.stopped).toBe("degraded");
    expect(report.failure).toMatchObject({ code: "unreadable" });
    expect((await getHealth(following.store, following.source.id))?.detail).toContain("sync token");
    expect(following.asked(/\/events/)).toBe(1);
  });
});

describe("the calendars of an account", () => {
  const holidays = "de.german#holiday@group.v.calendar.google.com";

  test("are those it owns or shows; hidden, deleted and unticked ones leave with their events", async () => {
    const following = await follow();
    const { state } = following.calendar;
    const add = (id: string, entry: Parameters<typeof addCalendar>[1]) => {
      addCalendar(state, { id, summary: id, ...entry });
      following.hand(id).add({ summary: `In ${id}`, ...at("2026-12-01") });
    };
    add("family@g", { accessRole: "owner" });
    add(holidays, { accessRole: "reader", selected: true });
    add("ben@g", { accessRole: "writer", selected: true });
    add("shared@g", { accessRole: "reader", selected: false });
    add("old@g", { accessRole: "owner", hidden: true });
    following.calendar.add({ summary: "Mine", ...at("2026-12-01") });
    await following.poll();
    expect(summarise(following)).toEqual(following.truth());
    const own = [...following.stored().values()].map(({ subject, event }) => [subject, event.ownCalendar]);
    expect(new Map(own.map(([subject, isOwn]) => [String(subject), isOwn]))).toEqual(
      new Map([
        ["In family@g", true],
        [`In ${holidays}`, false],
        ["In ben@g", false],
        ["Mine", true],
      ]),
    );
    changeCalendar(state, "family@g", { hidden: true });
    changeCalendar(state, holidays, { selected: false });
    changeCalendar(state, "ben@g", { deleted: true });
    changeCalendar(state, "shared@g", { selected: true });
    expect(await following.poll({ fresh: true })).toMatchObject({ gone: 3, added: 1 });
    expect(summarise(following)).toEqual(following.truth());
  });

  test("are told apart when they come and go while the list's own token is dropped", async () => {
    const following = await follow();
    addCalendar(following.calendar.state, { id: "family@g", summary: "Family", accessRole: "owner" });
    following.hand("family@g").add({ summary: "Picnic", ...at("2026-12-01") });
    following.calendar.add({ summary: "Mine", ...at("2026-12-01") });
    await following.poll();
    following.calendar.state.calendars.delete("family@g");
    following.world.settings.set("calendar.syncLifeMs", 1000);
    following.world.clock.advance(3_600_000);
    expect(await following.poll()).toMatchObject({ gone: 1 });
    expect([...following.stored().values()].map(({ subject }) => subject)).toEqual(["Mine"]);
  });

  test("do not leave because a list came back empty", async () => {
    const following = await follow({ seeded: true });
    await following.poll();
    const before = following.stored().size;
    following.world.settings.set("calendar.syncLifeMs", 1000);
    following.world.clock.advance(3_600_000);
    following.calendar.state.calendars.clear();
    expect((await following.poll()).stopped).toBe("degraded");
    expect(following.stored().size).toBe(before);
  });

  test("do not stop each other: one that may not be read is named, the rest is read", async () => {
    const following = await follow();
    addCalendar(following.calendar.state, { id: "locked@g", summary: "Locked", accessRole: "reader", selected: true });
    following.calendar.add({ summary: "Mine", ...at("2026-12-01") });
    const body = { error: { code: 403, message: "Forbidden", errors: [{ domain: "calendar", reason: "forbidden" }] } };
    following.world.faults.add({ match: /locked/, nth: "every", when: "before", do: "status", status: 403, body });
    expect(await following.poll()).toMatchObject({ stopped: null, added: 1, problemCount: 1 });
    const problems = await listProblems(following.store, following.source.id, 10);
    expect(problems[0]?.locator.path).toContain("locked@g");
    following.world.faults.clear();
    following.hand("locked@g").add({ summary: "Open now", ...at("2026-12-02") });
    expect(await following.poll()).toMatchObject({ added: 1 });
  });

  test("are read anew when the account's rights to one change", async () => {
    const following = await follow();
    addCalendar(following.calendar.state, { id: "team@g", summary: "Team", accessRole: "reader", selected: true });
    following.hand("team@g").add({ summary: "Retro", ...at("2026-12-01") });
    await following.poll();
    changeCalendar(following.calendar.state, "team@g", { accessRole: "owner" });
    await following.poll();
    expect([...following.stored().values()].map(({ event }) => event.ownCalendar)).toEqual([true]);
  });
});
