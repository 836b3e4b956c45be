import { type Frame, fillIn, makeFrame, resolveDay, resolveMoment, toUtcMs } from "../../world/frame.ts";
import { findMailbox } from "../../world/mail-plan.ts";
import type { World, WorldEvent } from "../../world/schema.ts";
import {
  blankCalendars,
  type CalendarState,
  type EventResource,
  putEvent,
  type StoredCalendar,
} from "./calendar-state.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The demo life's calendar, with the same uids as its .ics export. */
export function seedCalendar(world: World, nowMs: number): CalendarState {
  const owner = world.people[world.persona.owner];
  const state = blankCalendars(owner?.email ?? "", world.persona.zone, owner?.name ?? "");
  const calendar = state.calendars.get(state.account);
  if (calendar === undefined) return state;
  const frame = makeFrame(world, nowMs);
  const writtenMs = nowMs - 3 * dayMs;
  for (const event of world.calendar) {
    const master = putEvent(state, calendar, resourceOf(world, frame, event), writtenMs).resource;
    if (event.exception !== undefined && event.start !== undefined) {
      putEvent(state, calendar, exceptionOf(frame, event, master), writtenMs);
    }
  }
  return state;
}

function resourceOf(world: World, frame: Frame, event: WorldEvent): EventResource {
  const base: EventResource = {
    iCalUID: event.uid,
    summary: event.summary,
    status: event.status === "CANCELLED" ? "cancelled" : "confirmed",
    ...(event.location === undefined ? {} : { location: event.location }),
    ...(event.description === undefined ? {} : { description: fillIn(frame, event.description, "en", frame.nowMs) }),
    ...parties(world, event),
    ...repeats(frame, event),
  };
  if (event.allDay !== undefined) {
    const day = resolveDay(frame, event.allDay);
    return { ...base, start: { date: dateOf(day) }, end: { date: dateOf(day + (event.days ?? 1)) } };
  }
  const start = resolveMoment(frame, event.start ?? "+0 09:00");
  const end = { ...start, minutes: start.minutes + (event.minutes ?? 60) };
  return { ...base, start: timeOf(frame, start), end: timeOf(frame, end) };
}

function parties(world: World, event: WorldEvent): EventResource {
  if (event.organizer === undefined) {
    const owner = findMailbox(world, world.persona.owner);
    return { organizer: { email: owner.email, displayName: owner.name, self: true } };
  }
  const organizer = findMailbox(world, event.organizer);
  const answer = event.partstat === "NEEDS-ACTION" ? "needsAction" : "accepted";
  return {
    organizer: {
      email: organizer.email,
      displayName: organizer.name,
      ...(event.organizer === world.persona.owner ? { self: true } : {}),
    },
    attendees: (event.attendees ?? []).map((who) => {
      const self = who === world.persona.owner;
      const { email, name } = findMailbox(world, who);
      return { email, displayName: name, responseStatus: self ? answer : "accepted", ...(self ? { self: true } : {}) };
    }),
  };
}

function repeats(frame: Frame, event: WorldEvent): EventResource {
  if (event.rrule === undefined) return {};
  const lines = [`RRULE:${event.rrule}`];
  if (event.exdate !== undefined && event.start !== undefined) {
    const start = resolveMoment(frame, event.start);
    const local = new Date((start.day + 7 * event.exdate) * dayMs + start.minutes * minuteMs).toISOString();
    lines.push(`EXDATE;TZID=${frame.zone}:${local.slice(0, 19).replace(/[-:]/g, "")}`);
  }
  return { recurrence: lines };
}

function exceptionOf(frame: Frame, event: WorldEvent, master: EventResource): EventResource {
  const start = resolveMoment(frame, event.start ?? "+0 09:00");
  const day = start.day + 7 * (event.exception?.week ?? 0);
  const [hours = "0", minutes = "0"] = (event.exception?.time ?? "00:00").split(":");
  const moved = { day, minutes: Number(hours) * 60 + Number(minutes) };
  const original = timeOf(frame, { ...start, day });
  const stamp = new Date(toUtcMs(frame, { ...start, day })).toISOString().replace(/[-:]|\.\d+/g, "");
  const { recurrence: _recurrence, etag: _etag, ...rest } = master;
  return {
    ...rest,
    id: `${master.id}_${stamp}`,
    recurringEventId: master.id ?? "",
    originalStartTime: original,
    description: event.exception?.note ?? "",
    sequence: 1,
    start: timeOf(frame, moved),
    end: timeOf(frame, { ...moved, minutes: moved.minutes + (event.minutes ?? 60) }),
  };
}

/** RFC 3339 in the owner's zone, as Google writes it. */
function timeOf(frame: Frame, moment: { day: number; minutes: number }): NonNullable<EventResource["start"]> {
  const utcMs = toUtcMs(frame, moment);
  const offset = Math.round(frame.offsetMs(utcMs) / minuteMs);
  const sign = offset < 0 ? "-" : "+";
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0");
  const local = new Date(utcMs + frame.offsetMs(utcMs)).toISOString().slice(0, 19);
  return {
    dateTime: `${local}${sign}${hours}:${String(Math.abs(offset) % 60).padStart(2, "0")}`,
    timeZone: frame.zone,
  };
}

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The calendar an id names; `primary` is the account's own. */
export function findCalendar(state: CalendarState, id: string): StoredCalendar | null {
  return state.calendars.get(id === "primary" ? state.account : id) ?? null;
}
