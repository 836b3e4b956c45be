import { fingerprint } from "../../core/fingerprint.ts";
import type { DraftItem } from "../../core/item.ts";
import type { ParsedRecord, Problem, RawRecord } from "../../core/record.ts";
import { untrusted } from "../../core/untrusted.ts";
import { blankItem } from "../blank-item.ts";
import { decodeBytes, guessedLetters } from "../documents/decode-bytes.ts";
import { htmlToText } from "../html/html-to-text.ts";
import { readContentLine, unfoldLines } from "./content-lines.ts";
import { type CalendarBlock, cutComponents } from "./cut-components.ts";
import { type CalendarContext, type ReadEvent, readEvent } from "./read-event.ts";

const descriptionLimit = 200_000;
const byteLimit = 50_000_000;
const earliest = "1970-01-01T00:00:00.000Z";
const latest = "2200-01-01T00:00:00.000Z";

/**
 * The events of an iCalendar or vCalendar text: one item per VEVENT, whose `externalId` is the UID, with `/<recurrence id>`
 * for a changed time of a repeating event. All-day events start at midnight UTC of their date with `zone` null.
 * Contract: never throws; a VEVENT that cannot be read becomes a Problem and does not cost the others.
 */
export async function parseIcs(record: RawRecord): Promise<ParsedRecord> {
  const problem = (reason: string): Problem => ({ locator: record.locator, reason });
  const { text, guessed } = decodeBytes(record.bytes.subarray(0, byteLimit));
  const root = cutComponents(unfoldLines(text));
  const calendars = root.children.filter((block) => block.name === "VCALENDAR");
  const loose = root.children.filter((block) => block.name === "VEVENT");
  const definitions = [root, ...calendars].flatMap((block) =>
    block.children.filter(({ name }) => name === "VTIMEZONE"),
  );
  const problems: Problem[] = [];
  if (calendars.length + loose.length === 0) problems.push(problem("This is not a calendar: it has no VCALENDAR."));
  if (record.bytes.length > byteLimit)
    problems.push(problem("The calendar is over 50 MB; only its beginning was read."));
  const items: DraftItem[] = [];
  for (const calendar of [...calendars, ...(loose.length > 0 ? [{ ...root, children: loose }] : [])]) {
    const context = contextOf(calendar, definitions, record);
    const events = calendar.children.filter(({ name }) => name === "VEVENT");
    for (const [index, block] of events.entries()) {
      const event = readEvent(block, context);
      if (event === null) problems.push(problem(`Event ${index + 1} of the calendar has no readable line.`));
      else items.push(toItem(event, guessed));
    }
  }
  return { items, problems };
}

function contextOf(calendar: CalendarBlock, definitions: CalendarBlock[], record: RawRecord): CalendarContext {
  const lines = calendar.lines.slice(0, 200).map(readContentLine);
  const value = (name: string): string => lines.find((line) => line?.name === name)?.value.trim() ?? "";
  // A mail's invitation names its method in the Content-Type too; the body's own wins.
  const method = value("METHOD").toUpperCase();
  return {
    method: method === "" ? null : method.slice(0, 40),
    old: value("VERSION") === "1.0",
    region: record.hints.region ?? "",
    definitions,
    ownZone: record.hints.zone ?? null,
    resolved: new Map(),
  };
}

function toItem(event: ReadEvent, guessed: boolean): DraftItem {
  const { details, problems } = event;
  const id = details.recurrenceId === null ? details.uid : `${details.uid}/${details.recurrenceId}`;
  const { startsAt } = details;
  const sentAt = startsAt !== null && startsAt >= earliest && startsAt < latest ? startsAt : null;
  const isCut = event.description.length > descriptionLimit;
  const written = event.description.slice(0, descriptionLimit).toWellFormed();
  // Google writes HTML into DESCRIPTION.
  const html = /<(?:br|p|a|b|i|u|ul|ol|li|div|span|html|table)\b[^<>]*>/i.test(written) ? htmlToText(written) : null;
  const text = html?.text ?? written;
  const notes = [...new Set(problems)].slice(0, 20);
  if (isCut) notes.push("The description is longer than 200 KB; only its beginning is kept.");
  if (guessed) notes.push(guessedLetters);
  return {
    ...blankItem("event", "calendar", id),
    threadKeys: [`uid:${details.uid}`],
    threadTitle: untrusted(event.summary),
    fingerprint: fingerprint(details.organizer ?? "", sentAt, event.summary, text),
    sentAt,
    parties: event.parties,
    subject: untrusted(event.summary),
    text: untrusted(text),
    hiddenText: untrusted(html?.hidden ?? ""),
    labels: event.labels,
    event: details,
    partial: notes.length > 0,
    problems: notes,
  };
}
