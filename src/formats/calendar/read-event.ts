import { createHash } from "node:crypto";
import { toInstant } from "../../core/clock.ts";
import { emailIdentity, phoneIdentity } from "../../core/identity.ts";
import type { EventDetails, Party } from "../../core/item.ts";
import { untrusted } from "../../core/untrusted.ts";
import { type ContentLine, param, readContentLine, splitEscaped, unescapeText } from "./content-lines.ts";
import type { CalendarBlock } from "./cut-components.ts";
import { type EventTime, readEventTime } from "./read-event-time.ts";
import { type RepeatContext, readDates, readRepeats } from "./read-repeats.ts";
import { readDuration, readWallTime, wallToInstantMs } from "./wall-time.ts";

/** One event as read, whatever its form: the facts, the words, and what could not be read of it. */
export interface ReadEvent {
  details: EventDetails;
  summary: string;
  description: string;
  labels: string[];
  parties: Party[];
  problems: string[];
}

export interface CalendarContext extends RepeatContext {
  method: string | null;
  region: string;
}

const peopleLimit = 2000;
const linkLimit = 2000;

/**
 * Reads one VEVENT. Lines that cannot be read are left out and named in `problems`; null when no line can be read at all.
 * Contract: pure, never throws.
 */
export function readEvent(block: CalendarBlock, context: CalendarContext): ReadEvent | null {
  const read = block.lines.map(readContentLine);
  const lines = read.filter((line) => line !== null);
  if (lines.length === 0) return null;
  const problems: string[] = [];
  if (!block.closed) problems.push("The event has no end mark; the rest of the file may belong to it.");
  if (lines.length < read.length) problems.push(`${read.length - lines.length} lines of the event are not readable.`);
  const start = timeOf(lines, "DTSTART", context, problems);
  const people = readPeople(lines, context.region);
  const details: EventDetails = {
    ...identityOf(lines, block, context, problems),
    ...stateOf(lines, context),
    startsAt: start === null ? null : toInstant(start.instantMs),
    endsAt: endOf(lines, start, context, problems),
    allDay: start?.dateOnly ?? false,
    zone: start?.zone ?? null,
    rrule: readRepeats(lines, start, context, problems),
    exdates: readDates(lines, "EXDATE", start, context, problems),
    location: untrusted(textOf(lines, "LOCATION")),
    organizer: people.organizer,
    attendees: people.attendees,
    type: "default",
    ownAnswer: null,
    ownCalendar: true,
    updatedAt: stampOf(lines),
    conference: untrusted(textOf(lines, "X-GOOGLE-CONFERENCE").trim().slice(0, linkLimit)),
  };
  const labels = lines.filter((line) => line.name === "CATEGORIES").flatMap((line) => splitEscaped(line.value, ","));
  return {
    details,
    summary: textOf(lines, "SUMMARY"),
    description: textOf(lines, "DESCRIPTION"),
    labels: [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ""))].slice(0, 50),
    parties: people.parties,
    problems,
  };
}

function identityOf(lines: ContentLine[], block: CalendarBlock, context: CalendarContext, problems: string[]) {
  const written = textOf(lines, "UID").trim().slice(0, 1000);
  // Without a UID the event is named by what it says, so that reading the file again finds the same event.
  const hash = createHash("sha256").update(block.lines.join("\n")).digest("base64url").slice(0, 22);
  const recurrence = timeOf(lines, "RECURRENCE-ID", context, problems);
  const sequence = Number(textOf(lines, "SEQUENCE"));
  return {
    uid: written === "" ? `nouid-${hash}` : written,
    recurrenceId: recurrence === null ? null : toInstant(recurrence.instantMs),
    sequence: Number.isInteger(sequence) && sequence >= 0 ? sequence : 0,
  };
}

function stateOf(
  lines: ContentLine[],
  context: CalendarContext,
): Pick<EventDetails, "method" | "status" | "transparent"> {
  const status = textOf(lines, "STATUS").trim().toUpperCase();
  const isCancelled = status === "CANCELLED" || status === "DECLINED" || context.method === "CANCEL";
  return {
    method: context.method,
    status: isCancelled ? "cancelled" : status === "TENTATIVE" ? "tentative" : "confirmed",
    transparent: /^(TRANSPARENT|1)$/i.test(textOf(lines, "TRANSP").trim()),
  };
}

function stampOf(lines: ContentLine[]): string | null {
  const time = readWallTime(textOf(lines, "LAST-MODIFIED"));
  return time?.utc === true ? toInstant(time.wall * 1000) : null;
}

function timeOf(lines: ContentLine[], name: string, context: CalendarContext, problems: string[]): EventTime | null {
  const line = lines.find((candidate) => candidate.name === name && candidate.value.trim() !== "");
  if (line === undefined) {
    if (name === "DTSTART") problems.push("The event has no start.");
    return null;
  }
  const time = readEventTime(line, line.value, context);
  if (time === null) problems.push(`The event's ${name} is not a date.`);
  else if (time.problem !== null && !problems.includes(time.problem)) problems.push(time.problem);
  return time;
}

function endOf(
  lines: ContentLine[],
  start: EventTime | null,
  context: CalendarContext,
  problems: string[],
): string | null {
  const isGiven = lines.some((line) => line.name === "DTEND" && line.value.trim() !== "");
  const end = isGiven ? timeOf(lines, "DTEND", context, problems) : null;
  if (start === null) return null;
  if (end !== null && end.instantMs >= start.instantMs) {
    const isEmptyDay = start.dateOnly && end.instantMs === start.instantMs;
    return isEmptyDay ? toInstant(start.instantMs + 86_400_000) : toInstant(end.instantMs);
  }
  if (end !== null) problems.push("The event ends before it starts; its end is left out.");
  const duration = readDuration(textOf(lines, "DURATION"));
  if (duration !== null && duration.days >= 0 && duration.seconds >= 0) {
    // Days of a duration are days on the wall, hours are hours that pass.
    const wall = start.wall + duration.days * 86_400;
    const zone = start.dateOnly || start.zone === null ? "UTC" : start.zone;
    return toInstantOrNull(wallToInstantMs(wall, zone) + duration.seconds * 1000);
  }
  return start.dateOnly ? toInstant(start.instantMs + 86_400_000) : null;
}

function toInstantOrNull(ms: number): string | null {
  return ms < 253_402_300_800_000 ? toInstant(ms) : null;
}

function readPeople(lines: ContentLine[], region: string) {
  const parties: Party[] = [];
  const attendees: EventDetails["attendees"] = [];
  let organizer: string | null = null;
  for (const line of lines.filter(({ name }) => name === "ATTENDEE" || name === "ORGANIZER").slice(0, peopleLimit)) {
    const written = line.value.trim().replace(/^(mailto|tel):/i, "");
    const inBrackets = /<([^<>]*)>/.exec(written)?.[1] ?? written;
    const address =
      emailIdentity(inBrackets) ?? emailIdentity(param(line, "EMAIL") ?? "") ?? phoneIdentity(written, region);
    const named = (param(line, "CN") ?? (inBrackets === written ? "" : written.replace(/<[^<>]*>/, ""))).trim();
    const name = untrusted(named === inBrackets ? "" : named);
    const isOrganizer = line.name === "ORGANIZER" || /^ORGANIZER$/i.test(param(line, "ROLE") ?? "");
    if (isOrganizer && organizer === null) organizer = address?.value ?? null;
    if (line.name === "ATTENDEE") attendees.push({ address: address?.value ?? written, name, answer: answerOf(line) });
    if (address !== null) parties.push({ role: isOrganizer ? "organizer" : "attendee", identity: address, name });
  }
  return { parties, attendees, organizer };
}

function answerOf(line: ContentLine): EventDetails["attendees"][number]["answer"] {
  const answer = (param(line, "PARTSTAT") ?? param(line, "STATUS") ?? "").toUpperCase();
  if (answer === "ACCEPTED" || answer === "CONFIRMED") return "accepted";
  if (answer === "DECLINED") return "declined";
  if (answer === "TENTATIVE") return "tentative";
  return answer === "DELEGATED" ? "delegated" : "needs_action";
}

function textOf(lines: ContentLine[], name: string): string {
  return unescapeText(lines.find((line) => line.name === name)?.value ?? "");
}
