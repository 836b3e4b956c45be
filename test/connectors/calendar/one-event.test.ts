import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { renderCalendar } from "../../../src/emulators/world/calendar.ts";
import { makeFrame } from "../../../src/emulators/world/frame.ts";
import { loadWorld } from "../../../src/emulators/world/load.ts";
import { expandEvent } from "../../../src/formats/calendar/expand-event.ts";
import { parseIcs } from "../../../src/formats/calendar/parse-ics.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { searchColumns } from "../../../src/store/search-columns.ts";
import { registerSource } from "../../../src/store/sources.ts";
import { takeItems } from "../../../src/store/take-items.ts";
import { gatherContext } from "../../../src/triage/gather-input.ts";
import { clara, nowMs } from "../../emulators/google/google-fixture.ts";
import { count, rows } from "../../store/store-fixture.ts";
import { brands, owner, vocabulary, weights } from "../../triage/views.ts";
import { at, closeAfterEach, follow } from "./calendar-fixture.ts";

closeAfterEach();

const demo = loadWorld(join(import.meta.dirname, "..", "..", "..", "data", "demo"));

async function importFile(store: Store, bytes: Uint8Array): Promise<string[]> {
  const locator = { path: "/calendar.ics", offset: 0 };
  const { items } = await parseIcs({
    format: "ics",
    externalId: "c",
    bytes,
    hints: { zone: "Europe/Berlin" },
    locator,
  });
  const batch = items.map((draft) => ({
    draft,
    search: searchColumns(draft, ["File"]),
    original: null,
    sizeBytes: 1,
    locator,
  }));
  await store.write(async (tx) => {
    const place = { id: "file", connector: "files", kind: "ics", location: "/calendar.ics", label: "File" };
    await registerSource(tx, { ...place, config: {} });
    await takeItems(tx, "file", batch);
  });
  return items.map(({ externalId }) => externalId);
}

const standing = "SELECT count(*) FROM items WHERE superseded_by IS NULL AND kind = 'event'";

describe("the same calendar as a file and live", () => {
  test.each(["the file first", "the live one first"])("is one item for each event, %s", async (order) => {
    const following = await follow({ seeded: true });
    const bytes = renderCalendar(demo, makeFrame(demo, nowMs));
    if (order === "the live one first") await following.poll();
    const inFile = await importFile(following.store, bytes);
    if (order === "the file first") await following.poll();
    // A cancelled entry stays in a file; Google's list leaves it out.
    const live = following.stored();
    expect(live.size).toBeGreaterThan(15);
    expect(count(following.store, standing)).toBe(inFile.length);
    const seenTwice = "SELECT item_id FROM sightings GROUP BY item_id HAVING count(*) = 2";
    expect(rows(following.store, seenTwice)).toHaveLength(live.size);
    // What is followed knows more than a file without dates of change.
    const told = [...live.values()].filter(({ event }) => event.updatedAt !== null);
    expect(told).toHaveLength(live.size);
  });
});

describe("what the calendar of the store says", () => {
  const triage = { owner, vocabulary, weights, brands, expandEvent };
  const guest = (responseStatus: string) => [{ email: clara, self: true, responseStatus }];

  test("of a busy owner is what they have not declined, at the owner's own hours across a clock change", async () => {
    const following = await follow();
    const { calendar } = following;
    const organizer = { email: "marta@lang.example" };
    const weekly = { recurrence: ["RRULE:FREQ=WEEKLY"], ...at("2026-10-21") };
    const standup = calendar.add({ summary: "Stand-up", ...weekly });
    calendar.removeTime(standup, "2026-11-18T08:00:00Z");
    calendar.add({ summary: "Declined", ...at("2026-11-16"), organizer, attendees: guest("declined") });
    calendar.add({ summary: "Open", ...at("2026-11-17"), organizer, attendees: guest("needsAction") });
    calendar.add({ summary: "Shown as free", ...at("2026-11-18"), transparency: "transparent" });
    calendar.add({ summary: "At home", ...at("2026-11-19"), eventType: "workingLocation" });
    calendar.add({ summary: "Focus", ...at("2026-11-20"), eventType: "focusTime" });
    calendar.add({ summary: "Holiday", start: { date: "2026-11-23" }, end: { date: "2026-11-24" } });
    await following.poll();
    const { openEvents } = await gatherContext(following.store, triage, Date.parse("2026-11-14T08:00:00Z"));
    const busy = openEvents.filter((one) => one.busy !== false && one.startsAt < "2026-11-27");
    expect(busy.map(({ title, startsAt }) => `${title} ${startsAt.slice(5, 16)}`).sort()).toEqual([
      "Focus 11-20T08:00",
      "Open 11-17T08:00",
      "Stand-up 11-11T08:00",
      "Stand-up 11-25T08:00",
    ]);
    const early = await gatherContext(following.store, triage, Date.parse("2026-10-20T08:00:00Z"));
    const starts = early.openEvents
      .filter(({ title }) => title === "Stand-up")
      .map(({ startsAt }) => startsAt.slice(5, 16));
    expect(starts.slice(0, 2)).toEqual(["10-21T07:00", "10-28T08:00"]);
  });

  test("of an event that the file has in an older version is what the live one says", async () => {
    const following = await follow();
    const event = following.calendar.add({ summary: "Review", ...at("2026-11-24") });
    const lines = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "BEGIN:VEVENT",
      `UID:${event.iCalUID}`,
      "DTSTART:20261124T080000Z",
      "DTEND:20261124T090000Z",
      "SUMMARY:Review",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ];
    await importFile(following.store, new TextEncoder().encode(lines.join("\r\n")));
    await following.poll();
    following.world.clock.advance(60_000);
    following.calendar.change(event.id ?? "", at("2026-11-26"));
    await following.poll();
    const { openEvents } = await gatherContext(following.store, triage, Date.parse("2026-11-20T08:00:00Z"));
    expect(openEvents.map(({ startsAt }) => startsAt)).toEqual(["2026-11-26T08:00:00.000Z"]);
  });

  test("of its people is who is invited now, and search finds where it is now", async () => {
    const following = await follow();
    const organizer = { email: clara, self: true };
    const event = following.calendar.add({
      summary: "Dinner",
      ...at("2026-11-24"),
      organizer,
      attendees: [{ email: "tom@lumen.example" }],
    });
    await following.poll();
    following.world.clock.advance(60_000);
    following.calendar.change(event.id ?? "", { location: "Zanzibar", attendees: [{ email: "ana@lumen.example" }] });
    expect(await following.poll()).toMatchObject({ changed: 1 });
    const itemId = following.stored().get(`${clara}/${event.id}`)?.itemId ?? 0;
    const people = rows(
      following.store,
      `SELECT n.value FROM item_parties p JOIN identities n ON n.id = p.identity_id WHERE p.item_id = ${itemId} AND p.role = 'attendee'`,
    );
    expect(people).toEqual([{ value: "ana@lumen.example" }]);
    const found = rows(following.store, "SELECT rowid FROM search WHERE search MATCH 'zanzibar'");
    expect(found).toEqual([{ rowid: itemId }]);
  });
});
