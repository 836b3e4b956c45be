// Holds story 5 of the operator: an hour with two people.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putEvent } from "../../src/emulators/google/calendar/calendar-state.ts";
import { queryFreeBusy } from "../../src/emulators/google/calendar/free-busy.ts";
import type { GoogleWorld } from "../../src/emulators/google/google-world.ts";
import { makeStoryBase, type StoryBase, StoryHouse } from "../support/story-house.ts";

const owner = "clara@weiss.example";
const both = ["paul@adler-partner.example", "jonas@berg-atelier.example"];
const monday = "2026-11-16";

/** Her first free hours of next week are taken. */
async function fillMonday(google: GoogleWorld): Promise<void> {
  const state = google.state("calendar", owner);
  const calendar = state.calendars.get(owner);
  if (calendar === undefined) throw new Error("she has no calendar");
  const at = (time: string) => ({ dateTime: `${monday}T${time}:00+01:00`, timeZone: "Europe/Berlin" });
  const event = { id: "taken1", summary: "Taken", status: "confirmed", start: at("09:00"), end: at("11:30") };
  putEvent(state, calendar, event, google.clock.now());
}

let base: StoryBase;
beforeAll(async () => {
  base = await makeStoryBase(fillMonday);
}, 60_000);
afterAll(() => base.close());

function meetings(house: StoryHouse) {
  const { calendars } = house.google.state("calendar", owner);
  const events = [...calendars.values()].flatMap((calendar) => [...calendar.events.values()]);
  return events
    .map(({ resource }) => resource)
    .filter(({ attendees }) => both.every((guest) => (attendees ?? []).some(({ email }) => email === guest)));
}

describe("an hour with both of them next week", () => {
  it("is an event card with both as guests, in a time that is free in every calendar that is read, and one yes", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const before = meetings(house).length;
      const first = await house.ask("Who are Paul and Jonas?");
      const asked = { answers: first.runId };
      const { bundles, cards, text } = await house.ask("Find an hour with both of them next week", asked);
      house.inputs = 0;
      expect(cards.map(({ action, friction }) => [action, friction])).toEqual([["calendar.create_event", "green"]]);
      // Theirs are in calendars nobody shared with her: that is said, and not guessed.
      for (const guest of both) expect(text).toContain(guest);
      const [bundle] = bundles;
      const [card] = bundle?.cards ?? [];
      if (bundle === undefined || card === undefined) throw new Error("no card");
      expect(card.preview.recipients.map(({ address, role }) => [address, role])).toEqual(
        both.map((guest) => [guest, "guest"]),
      );
      expect(meetings(house)).toHaveLength(before);

      const week = { timeMin: `${monday}T00:00:00Z`, timeMax: "2026-11-21T00:00:00Z", items: [{ id: owner }] };
      const busy = queryFreeBusy(house.google.state("calendar", owner), week).calendars?.[owner]?.busy ?? [];
      expect(busy.length).toBeGreaterThan(2);
      await house.decide(bundle);
      await house.rest();
      const [made, ...more] = meetings(house).slice(before);
      expect(more).toEqual([]);
      const [start, end] = [made?.start?.dateTime ?? "", made?.end?.dateTime ?? ""].map((each) => Date.parse(each));
      expect((end ?? 0) - (start ?? 0)).toBe(3_600_000);
      const clashes = busy.filter(
        (one) => Date.parse(one.start ?? "") < (end ?? 0) && Date.parse(one.end ?? "") > (start ?? 0),
      );
      expect(clashes).toEqual([]);
      expect(made?.start?.dateTime).toMatch(/^2026-11-(?:1[6-9]|20)T/);
      expect(house.google.ledger.all().filter(({ kind }) => kind === "event.created")).toHaveLength(1);
      expect(house.inputs).toBe(1);
    } finally {
      await house.stopHere();
    }
  });
});
