import { toInstant } from "../../core/clock.ts";
import { emailIdentity } from "../../core/identity.ts";
import type { EventAnswer, EventDetails, EventType, Party } from "../../core/item.ts";
import { untrusted } from "../../core/untrusted.ts";
import { readContentLine } from "./content-lines.ts";
import { type GoogleEvent, type GoogleEventHints, isOwnCalendar } from "./google-event-schema.ts";
import type { ReadEvent } from "./read-event.ts";
import type { EventTime } from "./read-event-time.ts";
import { readGoogleTime } from "./read-google-time.ts";
import { type RepeatContext, readDates, readRepeats } from "./read-repeats.ts";

const peopleLimit = 2000;
const recurrenceLines = 5000;
const linkLimit = 2000;
const dayMs = 86_400_000;

const types = new Map<string, EventType>([
  ["birthday", "birthday"],
  ["focusTime", "focus_time"],
  ["fromGmail", "from_gmail"],
  ["outOfOffice", "out_of_office"],
  ["workingLocation", "working_location"],
]);

const answers = new Map<string, EventAnswer>([
  ["accepted", "accepted"],
  ["declined", "declined"],
  ["tentative", "tentative"],
]);

/**
 * Reads an event of Google's calendar into what a calendar file would have said of it. The removed time of a series carries
 * only its name and its original start; the series' uid and title come from the hints.
 * Contract: pure, never throws; what cannot be read is left out and named in `problems`.
 */
export function readGoogleEvent(event: GoogleEvent, { calendar, series }: GoogleEventHints): ReadEvent {
  const problems: string[] = [];
  const original = readGoogleTime(event.originalStartTime, calendar.zone);
  const start = readGoogleTime(event.start, calendar.zone) ?? (event.status === "cancelled" ? original : null);
  if (start === null) problems.push("The event has no readable start.");
  if (start !== null && start.problem !== null) problems.push(start.problem);
  const people = readPeople(event, calendar);
  const own = isOwnCalendar(calendar);
  const details: EventDetails = {
    uid: event.iCalUID ?? series?.uid ?? `${event.id}@google.com`,
    recurrenceId: original === null ? null : toInstant(original.instantMs),
    sequence: Number.isInteger(event.sequence) ? Math.max(0, event.sequence ?? 0) : 0,
    method: null,
    status: event.status === "cancelled" || event.status === "tentative" ? event.status : "confirmed",
    startsAt: start === null ? null : toInstant(start.instantMs),
    endsAt: readEnd(event, start, calendar.zone, problems),
    allDay: start?.dateOnly ?? false,
    zone: start?.zone ?? null,
    ...readRecurrence(event.recurrence ?? [], start, calendar.zone, problems),
    location: untrusted((event.location ?? "").trim()),
    organizer: people.organizer,
    attendees: people.attendees,
    transparent: event.transparency === "transparent",
    type: types.get(event.eventType ?? "") ?? "default",
    ownAnswer: own ? people.ownAnswer : null,
    ownCalendar: own,
    updatedAt: readStamp(event.updated),
    conference: untrusted(readConference(event)),
  };
  return {
    details,
    summary: event.summary ?? series?.summary ?? "",
    description: event.description ?? "",
    labels: calendar.primary || calendar.summary === "" ? [] : [calendar.summary.slice(0, 200)],
    parties: people.parties,
    problems,
  };
}

function readEnd(event: GoogleEvent, start: EventTime | null, zone: string | null, problems: string[]): string | null {
  const end = readGoogleTime(event.end, zone);
  if (start === null) return null;
  if (end === null || end.instantMs < start.instantMs) {
    if (end !== null) problems.push("The event ends before it starts; its end is left out.");
    return start.dateOnly ? toInstant(start.instantMs + dayMs) : null;
  }
  const isEmptyDay = start.dateOnly && end.instantMs === start.instantMs;
  return toInstant(isEmptyDay ? start.instantMs + dayMs : end.instantMs);
}

/** Google writes repeats as the lines of a calendar file. */
function readRecurrence(
  written: readonly string[],
  start: EventTime | null,
  zone: string | null,
  problems: string[],
): Pick<EventDetails, "rrule" | "exdates"> {
  const context: RepeatContext = {
    definitions: [],
    ownZone: start?.zone ?? zone,
    resolved: new Map(),
    old: false,
  };
  const read = written.slice(0, recurrenceLines).map(readContentLine);
  const lines = read.filter((line) => line !== null);
  if (lines.length < written.length) problems.push("A line of the event's repeats is not readable.");
  return {
    rrule: readRepeats(lines, start, context, problems),
    exdates: readDates(lines, "EXDATE", start, context, problems),
  };
}

function readPeople(event: GoogleEvent, calendar: GoogleEventHints["calendar"]) {
  const parties: Party[] = [];
  const attendees: EventDetails["attendees"] = [];
  const guests = (event.attendees ?? []).slice(0, peopleLimit);
  // An entry that nobody is invited to has no organizer, as in the files Google exports.
  const organizer = guests.length === 0 ? null : organizerOf(event, calendar);
  if (organizer !== null) parties.push(organizer);
  let ownAnswer: EventAnswer | null = null;
  for (const { email, displayName, responseStatus, self, resource } of guests) {
    const identity = emailIdentity(email ?? "");
    const name = untrusted((displayName ?? "").trim());
    const answer = answers.get(responseStatus ?? "") ?? "needs_action";
    if (self === true) ownAnswer = answer;
    attendees.push({ address: identity?.value ?? email ?? "", name, answer });
    // A room takes part, but it is nobody.
    if (identity !== null && resource !== true) parties.push({ role: "attendee", identity, name });
  }
  return { parties, attendees, organizer: organizer?.identity.value ?? null, ownAnswer };
}

/** On a secondary calendar of the owner's, the calendar itself is the organizer. */
function organizerOf({ organizer }: GoogleEvent, calendar: GoogleEventHints["calendar"]): Party | null {
  const isOwner = organizer?.self === true && isOwnCalendar(calendar);
  const identity = emailIdentity(isOwner ? calendar.account : (organizer?.email ?? ""));
  if (identity === null) return null;
  return { role: "organizer", identity, name: untrusted((organizer?.displayName ?? "").trim()) };
}

function readStamp(updated: string | null | undefined): string | null {
  const time = readGoogleTime({ dateTime: updated }, "UTC");
  return time === null ? null : toInstant(time.instantMs);
}

function readConference(event: GoogleEvent): string {
  const video = event.conferenceData?.entryPoints?.find(({ entryPointType }) => entryPointType === "video");
  return (event.hangoutLink ?? video?.uri ?? "").trim().slice(0, linkLimit);
}
