import { toInstant } from "../../core/clock.ts";
import type { ContentLine } from "./content-lines.ts";
import { upgradeRecurrenceRule } from "./old-recurrence-rule.ts";
import { type EventTime, readEventTime, type ZoneContext } from "./read-event-time.ts";
import { readRecurrenceRule } from "./recurrence-rule.ts";

const dateLimit = 5000;

export interface RepeatContext extends ZoneContext {
  /** vCalendar 1.0 has another grammar for repeats. */
  old: boolean;
}

/** The RRULE values as written, one a line, then RDATE lines with instants: what `expandEvent` follows. */
export function readRepeats(
  lines: ContentLine[],
  start: EventTime | null,
  context: RepeatContext,
  problems: string[],
): string | null {
  const rules: string[] = [];
  for (const line of lines
    .filter((candidate) => candidate.name === "RRULE" && candidate.value.trim() !== "")
    .slice(0, 5)) {
    const value = line.value
      .replace(/^RRULE:/i, "")
      .replace(/\s+/g, context.old ? " " : "")
      .slice(0, 5000);
    const rule = context.old && !/FREQ=/i.test(value) ? upgradeRecurrenceRule(value, start?.wall ?? 0) : value;
    if (rule === null || readRecurrenceRule(rule) === null)
      problems.push("The event's repeat rule cannot be followed.");
    rules.push(rule ?? value);
  }
  if (lines.some((line) => line.name === "EXRULE")) problems.push("The event's EXRULE is not followed.");
  const dates = readDates(lines, "RDATE", start, context, problems);
  return rules.length + dates.length === 0 ? null : [...rules, ...rdateLine(dates, start, rules)].join("\n");
}

function rdateLine(dates: string[], start: EventTime | null, rules: string[]): string[] {
  if (dates.length === 0) return [];
  // Without a rule DTSTART is the first of the dates, which expandEvent adds itself.
  const own = start === null ? "" : toInstant(start.instantMs);
  const others = dates.filter((date) => rules.length > 0 || date !== own);
  return others.length === 0 ? [] : [`RDATE=${others.join(",")}`];
}

/** Instants; a bare date stays `YYYY-MM-DD` where the event itself has a time of day. */
export function readDates(
  lines: ContentLine[],
  name: string,
  start: EventTime | null,
  context: RepeatContext,
  problems: string[],
): string[] {
  const dates: string[] = [];
  for (const line of lines.filter((candidate) => candidate.name === name)) {
    for (const value of line.value.split(/[,;]/).slice(0, dateLimit - dates.length)) {
      // A PERIOD counts with its start.
      const time = readEventTime(line, value.split("/")[0] ?? "", context);
      if (time === null) {
        if (value.trim() !== "") problems.push(`A date of the event's ${name} is not readable.`);
      } else if (time.dateOnly && start?.dateOnly === false && name === "EXDATE") {
        dates.push(toInstant(time.instantMs).slice(0, 10));
      } else dates.push(toInstant(time.instantMs));
    }
  }
  return [...new Set(dates)];
}
