import type { DraftItem } from "../../core/item.ts";
import type { ParsedRecord, Problem, RawRecord } from "../../core/record.ts";
import { decodeBytes, guessedLetters } from "../documents/decode-bytes.ts";
import { readContentLine, unfoldLines } from "./content-lines.ts";
import { type CalendarBlock, cutComponents } from "./cut-components.ts";
import { type CalendarContext, type ReadEvent, readEvent } from "./read-event.ts";
import { toEventItem } from "./to-event-item.ts";

const byteLimit = 50_000_000;

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
      else items.push({ ...toEventItem(event, guessed ? [guessedLetters] : []), externalId: nameOf(event) });
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

function nameOf({ details: { uid, recurrenceId } }: ReadEvent): string {
  return recurrenceId === null ? uid : `${uid}/${recurrenceId}`;
}
