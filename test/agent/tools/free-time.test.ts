import { describe, expect, test } from "vitest";
import { z } from "zod";
import { eventsTool } from "../../../src/agent/tools/events.ts";
import { freeTimeTool } from "../../../src/agent/tools/free-time.ts";
import type { DraftItem, EventDetails } from "../../../src/core/item.ts";
import { untrusted } from "../../../src/core/untrusted.ts";
import { blankItem } from "../../../src/formats/blank-item.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { registerSource } from "../../../src/store/sources.ts";
import { storeMaker, take } from "../../store/store-fixture.ts";
import { makeContext, runTool } from "./tool-harness.ts";

const newStore = storeMaker();
const clara = "clara@weiss.example";
const owner = { names: ["Clara"], identities: [clara], zone: "Europe/Berlin", region: "DE", languages: ["en"] };
const blank: EventDetails = {
  uid: "",
  recurrenceId: null,
  sequence: 0,
  method: null,
  status: "confirmed",
  startsAt: null,
  endsAt: null,
  allDay: false,
  zone: "Europe/Berlin",
  rrule: null,
  exdates: [],
  location: untrusted(""),
  organizer: null,
  attendees: [],
  transparent: false,
  type: "default",
  ownAnswer: null,
  ownCalendar: true,
  updatedAt: null,
  conference: untrusted(""),
};
const guest = (address: string, answer: EventDetails["attendees"][number]["answer"]) => ({
  address,
  name: untrusted(""),
  answer,
});

/** An event on 16 November 2026 (a Monday) between these hours in Berlin, in a calendar. */
function event(
  uid: string,
  hours: readonly [number, number],
  more: Partial<EventDetails> = {},
  calendar = clara,
): DraftItem {
  const at = (hour: number): string => `2026-11-16T${String(hour - 1).padStart(2, "0")}:00:00.000Z`;
  const details = { ...blank, uid, startsAt: at(hours[0]), endsAt: at(hours[1]), ...more };
  return {
    ...blankItem("event", "calendar", `${calendar}/${uid}`),
    fingerprint: uid,
    threadKeys: [`uid:${uid}`],
    sentAt: details.startsAt,
    subject: untrusted(`Event ${uid}`),
    event: details,
  };
}

async function ask(events: readonly DraftItem[], people: string[] = [], more: object = {}) {
  const store: Store = await newStore();
  await store.write((tx) =>
    registerSource(tx, { id: "cal", connector: "calendar", kind: "calendar", location: "c", label: "c", config: {} }),
  );
  await take(store, "cal", events);
  const { context } = await makeContext(store, owner, "2026-11-14T08:12:00Z");
  const asked = { people, from: "2026-11-16", to: "2026-11-16", minutes: 60, ...more };
  const { data, itemIds } = await runTool(freeTimeTool, asked, context);
  const said = z
    .object({
      slots: z.array(z.object({ start: z.string() })),
      knows: z.array(z.string()),
      unknown: z.array(z.string()),
      allDay: z.array(z.object({ title: z.string(), day: z.string() })).optional(),
    })
    .parse(data);
  return { ...said, starts: said.slots.map(({ start }) => start.slice(0, 16)), itemIds, context };
}

describe("when the owner is free", () => {
  test("nothing counts that is cancelled, declined, shown as free, or somebody else's", async () => {
    const { starts } = await ask([
      event("a", [9, 10], { status: "cancelled" }),
      event("b", [9, 11], { ownAnswer: "declined" }),
      event("c", [9, 12], { transparent: true }),
      event("d", [9, 13], { ownCalendar: false }, "team@group.example"),
      event("e", [9, 14], { type: "working_location" }),
    ]);
    expect(starts[0]).toBe("2026-11-16T09:00");
  });

  test("what is busy counts, what is not answered and each time of a series too", async () => {
    const weekly = { startsAt: "2026-10-05T11:00:00.000Z", endsAt: "2026-10-05T12:00:00.000Z", rrule: "FREQ=WEEKLY" };
    const { starts } = await ask([
      event("a", [9, 10]),
      event("b", [10, 11], { ownAnswer: "needs_action" }),
      event("c", [11, 12], weekly),
    ]);
    // The series began in summer time, at 13:00 on the wall.
    expect(starts).toEqual(["2026-11-16T11:00", "2026-11-16T12:00", "2026-11-16T14:00", "2026-11-16T15:00"]);
  });

  test("a whole day takes no time, but is said, and named", async () => {
    const day = { allDay: true, startsAt: "2026-11-16T00:00:00.000Z", endsAt: "2026-11-17T00:00:00.000Z" };
    const { starts, allDay, itemIds } = await ask([event("holiday", [9, 10], day)]);
    expect(starts).toHaveLength(4);
    expect(allDay).toEqual(
      [{ item: itemIds[0], title: "Event holiday", day: "2026-11-16" }].map(({ title, day }) => ({ title, day })),
    );
    expect(itemIds).toHaveLength(1);
  });
});

describe("when others are free", () => {
  const [paul, ines] = ["paul@adler.example", "ines@moreau.example"];

  test("what stands in a calendar of theirs counts, and it is said whose are not read", async () => {
    const { starts, knows, unknown } = await ask(
      [event("p", [9, 17], { ownCalendar: false, organizer: paul }, paul)],
      [paul, ines],
    );
    expect(starts).toEqual(["2026-11-16T17:00"]);
    expect({ knows, unknown }).toEqual({ knows: [paul], unknown: [ines] });
  });

  test("a meeting they are asked to counts unless they declined, and tells nothing of the rest of their day", async () => {
    const other = { ownCalendar: false };
    const { starts, unknown } = await ask(
      [
        event("p", [9, 10], { ...other, attendees: [guest(paul, "accepted")] }, "team@group.example"),
        event("q", [10, 17], { ...other, attendees: [guest(paul, "declined")] }, "team@group.example"),
      ],
      [paul],
    );
    expect(starts[0]).toBe("2026-11-16T10:00");
    expect(unknown).toEqual([paul]);
  });

  test("an empty week of a calendar that is read is known to be empty", async () => {
    const before = { ownCalendar: false, startsAt: "2026-11-09T09:00:00.000Z", endsAt: "2026-11-09T10:00:00.000Z" };
    const { knows } = await ask([event("p", [9, 10], before, paul)], [paul.toUpperCase()]);
    expect(knows).toEqual([paul.toUpperCase()]);
  });
});

test("events lie on the owner's days, whole days too", async () => {
  const day = { allDay: true, startsAt: "2026-11-16T00:00:00.000Z", endsAt: "2026-11-17T00:00:00.000Z" };
  const { context } = await ask([
    event("whole", [9, 10], day),
    event("timed", [9, 10], { location: untrusted("Kant 4") }),
  ]);
  const titles = async (date: string): Promise<unknown> =>
    (await runTool(eventsTool, { from: date, to: date }, context)).data;
  expect(await titles("2026-11-16")).toMatchObject({
    events: [
      { title: "Event whole", start: "2026-11-16", end: "2026-11-17", allDay: true, busy: false },
      { title: "Event timed", start: "2026-11-16T09:00+01:00", where: "Kant 4", busy: true },
    ],
  });
  expect(await titles("2026-11-15")).toEqual({ events: [] });
  expect(await titles("2026-11-17")).toEqual({ events: [] });
});
