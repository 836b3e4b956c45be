import { Buffer } from "node:buffer";
import { type Frame, fillIn, type LocalMoment, resolveDay, resolveMoment } from "./frame.ts";
import { findMailbox } from "./mail-plan.ts";
import type { World, WorldEvent, WorldInvite } from "./schema.ts";

const DAY_MS = 86_400_000;

const timezone = [
  "BEGIN:VTIMEZONE",
  "TZID:Europe/Berlin",
  "X-LIC-LOCATION:Europe/Berlin",
  "BEGIN:DAYLIGHT",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "TZNAME:CEST",
  "DTSTART:19700329T020000",
  "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
  "END:DAYLIGHT",
  "BEGIN:STANDARD",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "TZNAME:CET",
  "DTSTART:19701025T030000",
  "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
  "END:STANDARD",
  "END:VTIMEZONE",
];

/** The owner's calendar as one iCalendar file, local times with a VTIMEZONE. */
export function renderCalendar(world: World, frame: Frame): Uint8Array {
  const head = [
    "BEGIN:VCALENDAR",
    "PRODID:-//Kalender//Calendar 70.9054//EN",
    "VERSION:2.0",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "X-WR-CALNAME:Clara Weiss",
    "X-WR-TIMEZONE:Europe/Berlin",
  ];
  const events = world.calendar.flatMap((event) => eventLines(world, frame, event));
  return Buffer.from(fold([...head, ...timezone, ...events, "END:VCALENDAR"]), "utf8");
}

/** The text/calendar part of an invitation, a cancellation or an answer in a mail sent at `sentMs`. */
export function writeInvite(world: World, frame: Frame, invite: WorldInvite, sentMs: number): string {
  const head = [
    "BEGIN:VCALENDAR",
    "PRODID:-//Kalender//Calendar 70.9054//EN",
    "VERSION:2.0",
    `METHOD:${invite.method}`,
  ];
  const start = resolveMoment(frame, invite.start);
  const lines = [
    "BEGIN:VEVENT",
    `UID:${invite.uid}`,
    `DTSTAMP:${utcStamp(sentMs)}`,
    ...spanLines(start, invite.minutes),
    `SUMMARY:${escapeText(invite.summary)}`,
    ...(invite.location === undefined ? [] : [`LOCATION:${escapeText(invite.location)}`]),
    ...partyLines(world, invite, invite.partstat ?? "NEEDS-ACTION"),
    `SEQUENCE:${invite.method === "CANCEL" ? 1 : 0}`,
    `STATUS:${invite.method === "CANCEL" ? "CANCELLED" : "CONFIRMED"}`,
    "END:VEVENT",
  ];
  return fold([...head, ...timezone, ...lines, "END:VCALENDAR"]).replace(/\r\n/g, "\n");
}

function eventLines(world: World, frame: Frame, event: WorldEvent): string[] {
  const lines = [`UID:${event.uid}`, `DTSTAMP:${utcStamp(frame.nowMs - 3 * DAY_MS)}`];
  const allDay = event.allDay === undefined ? null : resolveDay(frame, event.allDay);
  const start = event.start === undefined ? null : resolveMoment(frame, event.start);
  if (allDay !== null) {
    lines.push(
      `DTSTART;VALUE=DATE:${compactDay(allDay)}`,
      `DTEND;VALUE=DATE:${compactDay(allDay + (event.days ?? 1))}`,
    );
  }
  if (start !== null) lines.push(...spanLines(start, event.minutes ?? 60));
  if (event.rrule !== undefined) lines.push(`RRULE:${event.rrule}`);
  if (event.exdate !== undefined && start !== null) {
    lines.push(`EXDATE;TZID=Europe/Berlin:${stamp({ ...start, day: start.day + 7 * event.exdate })}`);
  }
  lines.push(`SUMMARY:${escapeText(event.summary)}`);
  if (event.location !== undefined) lines.push(`LOCATION:${escapeText(event.location)}`);
  if (event.description !== undefined) {
    lines.push(`DESCRIPTION:${escapeText(fillIn(frame, event.description, "en", frame.nowMs))}`);
  }
  lines.push(...partyLines(world, event, event.partstat ?? "ACCEPTED"), `STATUS:${event.status ?? "CONFIRMED"}`);
  const main = ["BEGIN:VEVENT", ...lines, "SEQUENCE:0", "TRANSP:OPAQUE", "END:VEVENT"];
  return start === null ? main : [...main, ...exceptionLines(frame, event, start)];
}

/** One occurrence of a weekly event at another time, as calendars write it: the same UID with a RECURRENCE-ID. */
function exceptionLines(frame: Frame, event: WorldEvent, start: LocalMoment): string[] {
  if (event.exception === undefined) return [];
  const day = start.day + 7 * event.exception.week;
  const [hours = "0", minutes = "0"] = event.exception.time.split(":");
  return [
    "BEGIN:VEVENT",
    `UID:${event.uid}`,
    `DTSTAMP:${utcStamp(frame.nowMs - 3 * DAY_MS)}`,
    `RECURRENCE-ID;TZID=Europe/Berlin:${stamp({ ...start, day })}`,
    ...spanLines({ day, minutes: Number(hours) * 60 + Number(minutes) }, event.minutes ?? 60),
    `SUMMARY:${escapeText(event.summary)}`,
    `DESCRIPTION:${escapeText(event.exception.note)}`,
    "SEQUENCE:1",
    "END:VEVENT",
  ];
}

function partyLines(world: World, meeting: WorldEvent | WorldInvite, partstat: string): string[] {
  if (meeting.organizer === undefined) return [];
  const organizer = findMailbox(world, meeting.organizer);
  const guests = (meeting.attendees ?? []).map((who) => {
    const box = findMailbox(world, who);
    const state = who === world.persona.owner || partstat === "ACCEPTED" ? partstat : "ACCEPTED";
    const rsvp = state === "NEEDS-ACTION" ? ";RSVP=TRUE" : "";
    return `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=${state}${rsvp};CN="${box.name}":mailto:${box.email}`;
  });
  return [`ORGANIZER;CN="${organizer.name}":mailto:${organizer.email}`, ...guests];
}

function spanLines(start: LocalMoment, minutes: number): string[] {
  const end = { day: start.day, minutes: start.minutes + minutes };
  return [`DTSTART;TZID=Europe/Berlin:${stamp(start)}`, `DTEND;TZID=Europe/Berlin:${stamp(end)}`];
}

function stamp(moment: LocalMoment): string {
  return compact(new Date(moment.day * DAY_MS + moment.minutes * 60_000).toISOString());
}

function compactDay(day: number): string {
  return stamp({ day, minutes: 0 }).slice(0, 8);
}

function utcStamp(ms: number): string {
  return `${compact(new Date(ms).toISOString())}Z`;
}

function compact(iso: string): string {
  return iso.slice(0, 19).replace(/[-:]/g, "");
}

function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
}

/** Lines of at most 75 bytes, continued by CRLF and a space, never inside a character. */
function fold(lines: readonly string[]): string {
  const folded = lines.map((line) => {
    let out = "";
    let width = 0;
    for (const character of line) {
      const size = Buffer.byteLength(character);
      if (width + size > 74) {
        out += "\r\n ";
        width = 1;
      }
      out += character;
      width += size;
    }
    return out;
  });
  return `${folded.join("\r\n")}\r\n`;
}
