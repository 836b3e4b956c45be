import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventResource } from "../../../src/emulators/google/calendar/calendar-state.ts";
import { at, closeAfterEach, type Following, follow, summarise } from "./calendar-fixture.ts";

closeAfterEach();

const weekly = ["RRULE:FREQ=WEEKLY;BYDAY=TU"];
const deeds = [
  "add",
  "addSeries",
  "move",
  "rename",
  "remove",
  "removeTime",
  "moveTime",
  "poll",
  "pollAnew",
  "dropToken",
] as const;
type Deed = (typeof deeds)[number];

/** One thing that happens to a calendar; `pick` chooses which event. */
async function happen(following: Following, deed: Deed, pick: number): Promise<void> {
  const { calendar, world } = following;
  world.clock.advance(61_000);
  const standing = [...calendar.calendar.events.values()]
    .map(({ resource }) => resource)
    .filter(({ status }) => status !== "cancelled");
  const event = standing[pick % Math.max(1, standing.length)];
  const masters = standing.filter(({ recurrence }) => (recurrence ?? []).length > 0);
  const master = masters[pick % Math.max(1, masters.length)];
  const week = new Date(Date.parse("2026-11-17T08:00:00Z") + (pick % 5) * 7 * 86_400_000)
    .toISOString()
    .replace(".000", "");
  const day = `2026-12-${String((pick % 28) + 1).padStart(2, "0")}`;
  switch (deed) {
    case "add":
      calendar.add({ summary: `Event ${pick}`, ...at(day) });
      return;
    case "addSeries":
      calendar.add({ summary: `Series ${pick}`, ...at("2026-11-17"), recurrence: weekly });
      return;
    case "move":
      if (event !== undefined && event.recurrence === undefined) calendar.change(event.id ?? "", at(day, pick % 12));
      return;
    case "rename":
      if (event !== undefined) calendar.change(event.id ?? "", { summary: `Renamed ${pick}` });
      return;
    case "remove":
      if (event !== undefined && event.recurringEventId === undefined) calendar.remove(event.id ?? "");
      return;
    case "removeTime":
      if (master !== undefined) calendar.removeTime(master, week);
      return;
    case "moveTime":
      if (master !== undefined) calendar.add(changedTime(master, week, at(day, 15)));
      return;
    case "poll":
      await following.poll();
      return;
    case "pollAnew":
      await following.poll({ fresh: true });
      return;
    case "dropToken":
      world.settings.set("calendar.syncLifeMs", 1000);
      await following.poll();
      world.settings.delete("calendar.syncLifeMs");
      return;
  }
}

function changedTime(
  master: EventResource,
  startsAt: string,
  moved: Pick<EventResource, "start" | "end">,
): EventResource {
  return {
    ...moved,
    summary: `${master.summary} moved`,
    id: `${master.id}_${startsAt.replace(/[-:]/g, "")}`,
    iCalUID: master.iCalUID ?? "",
    recurringEventId: master.id ?? "",
    originalStartTime: { dateTime: startsAt, timeZone: "Europe/Berlin" },
  };
}

test("whatever happens to a calendar, the store is as the calendar is", async () => {
  const life = fc.array(fc.tuple(fc.constantFrom(...deeds), fc.nat(1000)), { minLength: 10, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(life, async (happened) => {
      const following = await follow({ pageSize: 4 });
      for (const [deed, pick] of happened) await happen(following, deed, pick);
      await following.poll();
      expect(summarise(following)).toEqual(following.truth());
    }),
    { numRuns: 15, seed: 20261121 },
  );
}, 60_000);
