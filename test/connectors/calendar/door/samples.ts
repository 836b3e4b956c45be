import { calendarDoor } from "../../../../connectors/calendar/door.ts";
import { type EventResource, putEvent } from "../../../../src/emulators/google/calendar/calendar-state.ts";
import { clara } from "../../../emulators/google/google-fixture.ts";
import { type WritingDoor, WritingLife, type WritingSample } from "../../../support/writing-life.ts";

/** An hour in Berlin on a day of November 2026. */
export function hourAt(day: string, hour: number): Pick<EventResource, "start" | "end"> {
  const time = (at: number) => ({
    dateTime: `${day}T${String(at).padStart(2, "0")}:00:00+01:00`,
    timeZone: "Europe/Berlin",
  });
  return { start: time(hour), end: time(hour + 1) };
}

const guest = (email: string, responseStatus = "accepted") => ({ email, responseStatus });
export const paul = "paul@adler.example";
export const ana = "ana@weiss.example";

/** Clara's own events (`own0`), one with guests (`team0`), an invitation (`inv00`), a series (`week0`). */
export function fillCalendar(life: WritingLife): void {
  const state = life.world.state("calendar", clara);
  const calendar = state.calendars.get(clara);
  if (calendar === undefined) throw new Error("no calendar");
  const mine = { organizer: { email: clara, self: true } };
  const put = (event: EventResource) => putEvent(state, calendar, event, life.world.clock.now());
  put({ id: "own00", summary: "Dentist", location: "Hauptstr. 1", ...hourAt("2026-11-24", 10), ...mine });
  put({
    id: "team0",
    summary: "Planning",
    description: "Bring numbers.",
    ...hourAt("2026-11-25", 14),
    ...mine,
    attendees: [guest(paul), { ...guest(ana, "tentative"), optional: true, comment: "Late", displayName: "Ana W." }],
  });
  put({
    id: "inv00",
    summary: "Board meeting",
    ...hourAt("2026-11-26", 9),
    organizer: { email: paul, displayName: "Paul Adler" },
    attendees: [guest(paul), { ...guest(clara, "needsAction"), self: true, additionalGuests: 1 }, guest(ana)],
  });
  put({
    id: "week0",
    summary: "Choir",
    ...hourAt("2026-11-17", 19),
    recurrence: ["RRULE:FREQ=WEEKLY;COUNT=8"],
    ...mine,
  });
}

export const beginCalendar = async (): Promise<WritingLife> =>
  await new WritingLife([calendarDoor]).begin((life) => {
    fillCalendar(life);
    return {};
  });

export function eventOf(door: WritingDoor, id: string): EventResource | undefined {
  return door.world.state("calendar", clara).calendars.get(clara)?.events.get(id)?.resource;
}

/** Every mail of the calendar's: what cannot be taken back. */
export function mailedBy(door: WritingDoor): string[] {
  return door.world.ledger.all().flatMap(({ details }) => {
    const invitations: unknown = details["invitations"];
    return Array.isArray(invitations) ? invitations.map(String) : [];
  });
}

/** Once is: one entry of that kind, each guest mailed once. Anything else in between is no number. */
const once =
  (kind: string, mailed: number) =>
  (door: WritingDoor): number => {
    const entries = door.ledger(kind).length;
    return mailedBy(door).length === mailed * entries ? entries : Number.NaN;
  };

const lag = { "calendar.getLagMs": 45_000 };
const insert = /^POST \S+\/events\?/;
const patch = /^PATCH \S+\/events\//;
const removal = /^DELETE \S+\/events\//;

export const calendarSamples: readonly WritingSample[] = [
  {
    name: "an event of one's own",
    action: "calendar.create_event",
    ask: { title: "Lunch", start: "2026-11-24T12:30", location: "Café Central", description: "Table for one." },
    count: once("event.created", 0),
    effect: insert,
    lag,
  },
  {
    name: "an invitation",
    action: "calendar.create_event",
    ask: { title: "Keys", start: "2026-11-24T14:00", durationMinutes: 30, guests: [paul, ana], meet: true },
    count: once("event.created", 2),
    effect: insert,
    lag,
  },
  {
    name: "an own event that moves",
    action: "calendar.update_event",
    ask: { event: "own00", start: "2026-11-24T11:00" },
    count: once("event.changed", 0),
    effect: patch,
    lag: {},
  },
  {
    name: "a meeting with guests that moves",
    action: "calendar.update_event",
    ask: { event: "team0", start: "2026-11-25T15:00", location: "Room 2", addGuests: ["tom@lumen.example"] },
    count: once("event.changed", 3),
    effect: patch,
    lag: {},
  },
  {
    name: "an answer",
    action: "calendar.respond",
    ask: { event: "inv00", answer: "accepted", comment: "I bring the plans." },
    count: once("event.changed", 1),
    effect: patch,
    lag: {},
  },
  {
    name: "an own event that goes",
    action: "calendar.delete_event",
    ask: { event: "own00" },
    count: once("event.deleted", 0),
    effect: removal,
    lag: {},
  },
  {
    name: "a meeting that is called off",
    action: "calendar.delete_event",
    ask: { event: "team0" },
    count: once("event.deleted", 2),
    effect: removal,
    lag: {},
  },
];
