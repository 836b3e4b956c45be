import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { calendarDoor } from "../../../../connectors/calendar/door.ts";
import { putEvent } from "../../../../src/emulators/google/calendar/calendar-state.ts";
import { clara } from "../../../emulators/google/google-fixture.ts";
import type { WritingDoor, WritingLife } from "../../../support/writing-life.ts";
import { ana, beginCalendar, eventOf, hourAt, mailedBy, paul } from "./samples.ts";

let life: WritingLife;
let door: WritingDoor;
beforeAll(async () => {
  life = await beginCalendar();
});
afterAll(() => life.end());
const opened: WritingDoor[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
async function open(): Promise<WritingDoor> {
  door = await life.open();
  opened.push(door);
  return door;
}

/** What somebody else does to the calendar meanwhile. */
function meanwhile(id: string, change: object): void {
  const state = life.world.state("calendar", clara);
  const calendar = state.calendars.get(clara);
  const before = calendar?.events.get(id)?.resource;
  if (calendar === undefined || before === undefined) throw new Error("no event");
  putEvent(state, calendar, { ...before, ...change }, life.world.clock.now());
}

describe("making an event", () => {
  it("is pinned to its tiers, each change with an undo", () => {
    expect(calendarDoor.actions.map(({ name, tier, undo }) => [name, tier, undo !== undefined])).toEqual([
      ["calendar.create_event", "change", true],
      ["calendar.update_event", "change", true],
      ["calendar.respond", "change", true],
      ["calendar.delete_event", "change", true],
    ]);
  });

  it("is one event and one invitation when the answer is lost and the id comes twice (C2)", async () => {
    await open();
    life.world.faults.add({ match: /POST \S+\/events\?/, nth: 1, when: "after", do: "drop" });
    const { state } = await door.done("calendar.create_event", {
      title: "Keys",
      start: "2026-11-24T14:00",
      guests: [paul],
    });
    expect(state).toBe("done");
    expect(door.ledger("event.created")).toHaveLength(1);
    expect(mailedBy(door)).toEqual([paul]);
  });

  it("uses no second id when Google does not show the event yet (C3)", async () => {
    await open();
    life.world.settings.set("calendar.getLagMs", 3_000);
    life.world.faults.add({ match: /POST \S+\/events\?/, nth: 1, when: "after", do: "drop" });
    const { state } = await door.done("calendar.create_event", { title: "Lunch", start: "2026-11-24T12:00" });
    life.world.settings.delete("calendar.getLagMs");
    expect(state).toBe("done");
    expect(door.ledger("event.created")).toHaveLength(1);
  });

  it("is the owner's own change alone, a sending with guests, who are named as such and mailed", async () => {
    await open();
    const alone = await door.propose("calendar.create_event", { title: "Gym", start: "2026-11-27T07:00" });
    expect([alone.view.content.tier, alone.view.preview.recipients]).toEqual(["change", []]);
    const ask = { title: "Keys", start: "2026-11-24T14:00", guests: [`Paul Adler <${paul}>`, ana, clara], meet: true };
    const { view, seen } = await door.propose("calendar.create_event", ask);
    expect(view.content.tier).toBe("send");
    expect(view.preview.recipients.map(({ role, address }) => [role, address])).toEqual([
      ["guest", paul],
      ["guest", ana],
    ]);
    expect(view.preview.fields).toContainEqual({ label: "When", value: "Tue 24 Nov 2026, 14:00 to 15:00" });
    expect(view.preview.consequences).toContain("Google mails the 2 guests.");
    expect(life.world.ledger.all()).toHaveLength(0);
    await door.approve(seen);
    await door.live(seen.cardId);
    expect(mailedBy(door).sort()).toEqual([paul, ana].sort());
    expect(await door.receiptOf(seen.cardId)).toBe("Invited 2 guests to “Keys”: Tue 24 Nov 2026, 14:00 to 15:00.");
    const made = life.world.state("calendar", clara).calendars.get(clara)?.events;
    const event = [...(made?.values() ?? [])].find(({ resource }) => resource.summary === "Keys")?.resource;
    // What the owner calls somebody is nobody else's business.
    expect(event?.attendees?.map(({ displayName }) => displayName)).toEqual([undefined, undefined]);
    expect(event?.conferenceData?.createRequest?.conferenceSolutionKey?.type).toBe("hangoutsMeet");
  });

  it("names what it clashes with: not what is declined, free or all day at work", async () => {
    await open();
    meanwhile("team0", { transparency: "transparent", ...hourAt("2026-11-24", 10) });
    meanwhile("inv00", {
      ...hourAt("2026-11-24", 10),
      attendees: [{ email: clara, self: true, responseStatus: "declined" }],
    });
    const { view } = await door.propose("calendar.create_event", { title: "Call", start: "2026-11-24T10:30" });
    expect(view.preview.consequences).toEqual(["Clashes with “Dentist”, 10:00 to 11:00."]);
    const choir = await door.propose("calendar.create_event", { title: "Dinner", start: "2026-12-01T19:30" });
    expect(choir.view.preview.consequences).toEqual(["Clashes with “Choir”, 19:00 to 20:00."]);
    const other = await door.propose("calendar.create_event", { title: "Call", start: "2026-11-24T11:00" });
    expect(other.view.preview.consequences).toEqual([]);
  });

  it("says that clashes are not known where the calendar cannot be asked", async () => {
    await open();
    life.world.faults.add({ match: /GET \S+\/events\?/, share: 1, when: "before", do: "status", status: 503 });
    const { view } = await door.propose("calendar.create_event", { title: "Call", start: "2026-11-24T10:30" });
    expect(view.preview.consequences).toEqual(["Whether it clashes with anything could not be looked up."]);
  });

  it("can be edited: a guest put in makes it a sending, and asks anew", async () => {
    await open();
    const { seen, view } = await door.propose("calendar.create_event", { title: "Lunch", start: "2026-11-24T12:00" });
    const by = { surface: "terminal", session: "t", proof: "typed" } as const;
    const answer = await door.door.edit(
      seen,
      { ...view.editable, subject: "Late lunch", to: ["Ana <ana@weiss.example>"] },
      by,
    );
    expect(answer.kind).toBe("ok");
    const after = await door.door.card(seen.cardId);
    expect(after?.content).toMatchObject({
      tier: "send",
      input: { title: "Late lunch", guests: [ana], notify: "all" },
    });
  });

  it("refuses what hides characters, and addresses that are none", async () => {
    await open();
    const ask = { title: "Lunch", start: "2026-11-24T12:00" };
    await expect(door.propose("calendar.create_event", { ...ask, guests: ["nobody"] })).rejects.toThrow("no address");
    const { view } = await door.propose("calendar.create_event", { ...ask, title: "Lu\u202ench\n\u200b" });
    expect(view.preview.title).toBe("Put “Lunch” in your calendar");
    const action = calendarDoor.actions.find(({ name }) => name === "calendar.create_event");
    expect(action?.input.safeParse({ ...Object(view.content.input), title: "Lu\u202ench" }).success).toBe(false);
  });
});

describe("changing an event", () => {
  it("goes back to approval when the organiser moved it meanwhile (C4)", async () => {
    await open();
    const { seen } = await door.propose("calendar.update_event", { event: "team0", start: "2026-11-25T15:00" });
    await door.approve(seen);
    meanwhile("team0", hourAt("2026-11-27", 8));
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(door.requests.filter((request) => request.startsWith("PATCH"))).toEqual([]);
    expect(mailedBy(door)).toEqual([]);
  });

  it("loses no guest who was added between the last look and the writing (C8)", async () => {
    await open();
    const { seen } = await door.propose("calendar.update_event", { event: "team0", addGuests: ["tom@lumen.example"] });
    await door.approve(seen);
    door.network = async (input, init) => {
      if (init?.method === "PATCH") {
        const guests = [...(eventOf(door, "team0")?.attendees ?? []), { email: "late@weiss.example" }];
        meanwhile("team0", { attendees: guests });
      }
      return await life.world.fetch(input, init);
    };
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(eventOf(door, "team0")?.attendees?.map(({ email }) => email)).toEqual([paul, ana, "late@weiss.example"]);
    expect(mailedBy(door)).toEqual([]);
  });

  it("writes the guests as a whole, each as they were, and shows before and after", async () => {
    await open();
    const ask = { event: "team0", addGuests: ["tom@lumen.example"], removeGuests: [paul], location: "Room 2" };
    const { seen, view } = await door.propose("calendar.update_event", ask);
    expect(view.content.tier).toBe("send");
    expect(view.preview.recipients.map(({ address }) => address)).toEqual([paul, ana, "tom@lumen.example"]);
    const [diff] = view.preview.diffs;
    expect(diff?.before).toContain(`Guest: ${paul} (accepted)`);
    expect(diff?.after).not.toContain(paul);
    expect(diff?.after).toContain("Guest: ana@weiss.example (maybe, optional)");
    expect(diff?.after).toContain("Where: Room 2");
    await door.approve(seen);
    await door.live(seen.cardId);
    const [kept, fresh] = eventOf(door, "team0")?.attendees ?? [];
    const asBefore = { displayName: "Ana W.", optional: true, comment: "Late", responseStatus: "tentative" };
    expect(kept).toMatchObject({ email: ana, ...asBefore });
    expect(fresh?.email).toBe("tom@lumen.example");
    expect(eventOf(door, "team0")?.description).toBe("Bring numbers.");
  });

  it("keeps how long it takes when only the start is new, and can be undone", async () => {
    await open();
    meanwhile("own00", { end: { dateTime: "2026-11-24T11:45:00+01:00", timeZone: "Europe/Berlin" } });
    const before = eventOf(door, "own00");
    const { cardId, state } = await door.done("calendar.update_event", {
      event: "own00",
      start: "2026-11-24T16:00",
      title: "Dentist, again",
    });
    expect(state).toBe("done");
    expect(eventOf(door, "own00")?.end?.dateTime).toBe("2026-11-24T17:45:00+01:00");
    expect(await door.receiptOf(cardId)).toBe("Moved “Dentist, again” to Tue 24 Nov 2026, 16:00 to 17:45.");
    expect((await door.undo(cardId)).kind).toBe("ok");
    const { start, end, summary, location } = eventOf(door, "own00") ?? {};
    expect({ start, end, summary, location }).toEqual({
      start: before?.start,
      end: before?.end,
      summary: before?.summary,
      location: before?.location,
    });
  });

  it("turns a timed event into a whole day, and back when undone", async () => {
    await open();
    const { cardId } = await door.done("calendar.update_event", { event: "own00", start: "2026-11-24" });
    expect(eventOf(door, "own00")).toMatchObject({ start: { date: "2026-11-24" }, end: { date: "2026-11-25" } });
    await door.undo(cardId);
    expect(eventOf(door, "own00")?.start?.dateTime).toBe("2026-11-24T10:00:00+01:00");
  });

  it("cannot be undone once guests were mailed: that is a card of its own", async () => {
    await open();
    const { cardId } = await door.done("calendar.update_event", { event: "team0", location: "Room 2" });
    expect((await door.door.card(cardId))?.undoable).toBe(false);
    expect((await door.undo(cardId)).kind).toBe("refused");
    expect(eventOf(door, "team0")?.location).toBe("Room 2");
    expect(mailedBy(door)).toHaveLength(2);
  });

  it("is refused for what somebody else organises, with what to do instead", async () => {
    await open();
    const ask = { event: "inv00", start: "2026-11-26T10:00" };
    await expect(door.propose("calendar.update_event", ask)).rejects.toThrow(/Only Paul Adler.*calendar\.respond/);
  });

  it("is refused where nothing would change, or the guests are hidden", async () => {
    await open();
    await expect(door.propose("calendar.update_event", { event: "own00", title: "Dentist" })).rejects.toThrow(
      "already",
    );
    await expect(door.propose("calendar.update_event", { event: "own00", removeGuests: [paul] })).rejects.toThrow(
      "no guest",
    );
    meanwhile("inv00", { guestsCanModify: true, guestsCanSeeOtherGuests: false });
    await expect(door.propose("calendar.update_event", { event: "inv00", addGuests: [ana] })).rejects.toThrow(
      "all guests",
    );
  });
});

describe("a series", () => {
  it("moves one time of it by its day, and leaves the others", async () => {
    await open();
    const { state } = await door.done("calendar.update_event", {
      event: "week0",
      date: "2026-12-01",
      start: "2026-12-01T20:00",
    });
    expect(state).toBe("done");
    expect(eventOf(door, "week0_20261201T180000Z")?.start?.dateTime).toBe("2026-12-01T20:00:00+01:00");
    expect(eventOf(door, "week0")?.start?.dateTime).toBe("2026-11-17T19:00:00+01:00");
  });

  it("is never moved as a whole: that would lose the times it had", async () => {
    await open();
    await expect(door.propose("calendar.update_event", { event: "week0", start: "2026-12-01T20:00" })).rejects.toThrow(
      "which day of it",
    );
    await expect(
      door.propose("calendar.update_event", { event: "week0", date: "2026-12-02", title: "X" }),
    ).rejects.toThrow("no time on");
    const { view } = await door.propose("calendar.update_event", { event: "week0", title: "Choir practice" });
    expect(view.preview.title).toBe("Change “Choir”, all times of it");
  });

  it("loses no time of it that was changed while it was being deleted", async () => {
    await open();
    const { seen } = await door.propose("calendar.delete_event", { event: "week0", date: "2026-11-24" });
    await door.approve(seen);
    door.network = async (input, init) => {
      if (init?.method === "DELETE") meanwhile("week0", { summary: "Choir, with the bishop" });
      return await life.world.fetch(input, init);
    };
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(eventOf(door, "week0_20261124T180000Z")).toBeUndefined();
  });

  it("loses one time, or goes as a whole and comes back as a copy", async () => {
    await open();
    const one = await door.done("calendar.delete_event", { event: "week0", date: "2026-11-24" });
    expect(one.state).toBe("done");
    expect(eventOf(door, "week0")?.status).toBe("confirmed");
    expect(eventOf(door, "week0_20261124T180000Z")?.status).toBe("cancelled");
    const whole = await door.done("calendar.delete_event", { event: "week0" });
    expect(whole.state).toBe("done");
    await door.undo(whole.cardId);
    const events = [...(life.world.state("calendar", clara).calendars.get(clara)?.events.values() ?? [])];
    const copies = events.filter(({ resource }) => resource.summary === "Choir" && resource.status === "confirmed");
    expect(copies).toHaveLength(1);
    expect(copies[0]?.resource).toMatchObject({
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=8"],
      ...hourAt("2026-11-17", 19),
    });
  });
});

describe("an answer to an invitation", () => {
  it("writes the own entry alone, tells the organiser, and leaves the rest of the entry", async () => {
    await open();
    const { seen, view } = await door.propose("calendar.respond", {
      event: "inv00",
      answer: "tentative",
      comment: "Late.",
    });
    expect(view.content.tier).toBe("send");
    expect(view.preview.recipients).toMatchObject([{ role: "to", address: paul }]);
    expect(view.preview.fields[0]).toEqual({ label: "Answer", value: "maybe (was: no answer)" });
    await door.approve(seen);
    await door.live(seen.cardId);
    const attendees = eventOf(door, "inv00")?.attendees ?? [];
    expect(attendees).toHaveLength(3);
    expect(attendees.find(({ self }) => self)).toMatchObject({
      responseStatus: "tentative",
      comment: "Late.",
      additionalGuests: 1,
    });
    expect(mailedBy(door)).toEqual([paul]);
    expect(await door.receiptOf(seen.cardId)).toBe("Answered “Board meeting”: maybe.");
  });

  it("works where guests do not see each other", async () => {
    await open();
    meanwhile("inv00", { guestsCanSeeOtherGuests: false });
    expect((await door.done("calendar.respond", { event: "inv00", answer: "declined" })).state).toBe("done");
    const attendees = eventOf(door, "inv00")?.attendees ?? [];
    expect(attendees.map(({ email, responseStatus }) => [email, responseStatus]).sort()).toEqual(
      [
        [paul, "accepted"],
        [ana, "accepted"],
        [clara, "declined"],
      ].sort(),
    );
  });

  it("is refused when it is given already, or nobody asked", async () => {
    await open();
    meanwhile("inv00", { attendees: [{ email: clara, self: true, responseStatus: "accepted" }] });
    await expect(door.propose("calendar.respond", { event: "inv00", answer: "accepted" })).rejects.toThrow("already");
    await expect(door.propose("calendar.respond", { event: "own00", answer: "accepted" })).rejects.toThrow("no guest");
  });
});

describe("deleting an event", () => {
  it("is done when somebody else has deleted it already (C10)", async () => {
    await open();
    const { seen } = await door.propose("calendar.delete_event", { event: "team0" });
    await door.approve(seen);
    door.network = async (input, init) => {
      if (init?.method === "DELETE") meanwhile("team0", { status: "cancelled" });
      return await life.world.fetch(input, init);
    };
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(mailedBy(door)).toEqual([]);
  });

  it("says what goes, whom Google tells, and that undoing makes a copy", async () => {
    await open();
    const own = await door.propose("calendar.delete_event", { event: "own00" });
    expect(own.view.content.tier).toBe("change");
    expect(own.view.preview.consequences).toEqual(["Undone, it comes back as a copy with a new id."]);
    expect(own.view.preview.diffs[0]?.before).toContain("Where: Hauptstr. 1");
    const called = await door.propose("calendar.delete_event", { event: "team0" });
    expect(called.view.content.tier).toBe("send");
    expect(called.view.preview.consequences).toEqual(["Google mails the 2 guests.", "It cannot be taken back."]);
    const invited = await door.propose("calendar.delete_event", { event: "inv00" });
    expect(invited.view.preview.consequences[0]).toContain(`Google tells ${paul}`);
  });

  it("is undone by a copy, once, whatever its answer", async () => {
    await open();
    const { cardId } = await door.done("calendar.delete_event", { event: "own00" });
    life.world.faults.add({ match: /POST \S+\/events\?/, nth: 1, when: "after", do: "drop" });
    await expect(door.undo(cardId)).rejects.toThrow();
    expect((await door.undo(cardId)).kind).toBe("ok");
    const events = [...(life.world.state("calendar", clara).calendars.get(clara)?.events.values() ?? [])];
    const live = events.filter(({ resource }) => resource.summary === "Dentist" && resource.status === "confirmed");
    expect(live).toHaveLength(1);
    expect(live[0]?.resource).toMatchObject({ location: "Hauptstr. 1", ...hourAt("2026-11-24", 10) });
  });
});
