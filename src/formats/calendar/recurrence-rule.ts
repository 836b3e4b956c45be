import { readWallTime, type WallTime } from "./wall-time.ts";

export const frequencies = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"] as const;
export type Frequency = (typeof frequencies)[number];

/** `weekday` 0 = Monday; `nth` 0 means every one, 2 the second, -1 the last of the month or year. */
export interface WeekdayPart {
  weekday: number;
  nth: number;
}

/** An RRULE of RFC 5545 §3.3.10; empty lists are absent parts. */
export interface RecurrenceRule {
  frequency: Frequency;
  interval: number;
  count: number | null;
  until: WallTime | null;
  bySecond: number[];
  byMinute: number[];
  byHour: number[];
  byDay: WeekdayPart[];
  byMonthDay: number[];
  byYearDay: number[];
  byWeekNo: number[];
  byMonth: number[];
  bySetPos: number[];
  weekStart: number;
}

export const weekdayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/**
 * Reads the value of an RRULE. Null when it cannot be followed exactly (no frequency, another calendar scale, a part out of
 * range): a guessed repeat is worse than none. Contract: pure, never throws.
 */
export function readRecurrenceRule(text: string): RecurrenceRule | null {
  const parts = readParts(text);
  if (parts === null) return null;
  const frequency = frequencies.find((name) => name === parts.get("FREQ"));
  const scale = parts.get("RSCALE");
  if (frequency === undefined || (scale !== undefined && scale !== "GREGORIAN") || parts.has("BYEASTER")) return null;
  const until = parts.get("UNTIL");
  const rule: RecurrenceRule = {
    frequency,
    interval: readNumber(parts.get("INTERVAL"), 1, 1_000_000_000) ?? 1,
    count: readNumber(parts.get("COUNT"), 1, Number.MAX_SAFE_INTEGER),
    until: until === undefined ? null : readWallTime(until),
    bySecond: readList(parts.get("BYSECOND"), 0, 60),
    byMinute: readList(parts.get("BYMINUTE"), 0, 59),
    byHour: readList(parts.get("BYHOUR"), 0, 23),
    byDay: readDays(parts.get("BYDAY")),
    byMonthDay: readSigned(parts.get("BYMONTHDAY"), 31),
    byYearDay: readSigned(parts.get("BYYEARDAY"), 366),
    byWeekNo: readSigned(parts.get("BYWEEKNO"), 53),
    byMonth: readList(parts.get("BYMONTH"), 1, 12),
    bySetPos: readSigned(parts.get("BYSETPOS"), 366),
    weekStart: Math.max(0, numberOfWeekday(parts.get("WKST"))),
  };
  return isReadable(parts, rule) ? rule : null;
}

function readParts(text: string): Map<string, string> | null {
  if (text.length > 5000) return null;
  const parts = new Map<string, string>();
  for (const part of text.trim().split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0)
      parts.set(
        part.slice(0, equals).trim().toUpperCase(),
        part
          .slice(equals + 1)
          .trim()
          .toUpperCase(),
      );
  }
  return parts;
}

function numberOfWeekday(name: string | undefined): number {
  const names: readonly (string | undefined)[] = weekdayNames;
  return names.indexOf(name);
}

/** A part that is present but came out empty would silently widen the rule. */
function isReadable(parts: Map<string, string>, rule: RecurrenceRule): boolean {
  const lists: [string, readonly unknown[]][] = [
    ["BYSECOND", rule.bySecond],
    ["BYMINUTE", rule.byMinute],
    ["BYHOUR", rule.byHour],
    ["BYDAY", rule.byDay],
    ["BYMONTHDAY", rule.byMonthDay],
    ["BYYEARDAY", rule.byYearDay],
    ["BYWEEKNO", rule.byWeekNo],
    ["BYMONTH", rule.byMonth],
    ["BYSETPOS", rule.bySetPos],
  ];
  if (lists.some(([name, list]) => (parts.get(name) ?? "") !== "" && list.length !== countOf(parts.get(name))))
    return false;
  const isSubDaily = ["HOURLY", "MINUTELY", "SECONDLY"].includes(rule.frequency);
  if (rule.bySetPos.length > 0 && isSubDaily) return false;
  if (rule.byWeekNo.length > 0 && rule.frequency !== "YEARLY") return false;
  if (parts.has("COUNT") && rule.count === null) return false;
  if (parts.has("INTERVAL") && readNumber(parts.get("INTERVAL"), 1, 1_000_000_000) === null) return false;
  return !parts.has("UNTIL") || rule.until !== null;
}

function countOf(list: string | undefined): number {
  return new Set(
    (list ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ).size;
}

function readNumber(text: string | undefined, least: number, most: number): number | null {
  if (text === undefined || !/^\d{1,12}$/.test(text)) return null;
  const value = Number(text);
  return value >= least && value <= most ? value : null;
}

function readList(text: string | undefined, least: number, most: number): number[] {
  const values = (text ?? "").split(",").map((part) => part.trim());
  const numbers = values.filter((part) => /^\d{1,3}$/.test(part)).map(Number);
  return [...new Set(numbers.filter((value) => value >= least && value <= most))].toSorted((a, b) => a - b);
}

function readSigned(text: string | undefined, most: number): number[] {
  const values = (text ?? "").split(",").map((part) => part.trim());
  const numbers = values.filter((part) => /^[+-]?\d{1,3}$/.test(part)).map(Number);
  return [...new Set(numbers.filter((value) => value !== 0 && Math.abs(value) <= most))];
}

function readDays(text: string | undefined): WeekdayPart[] {
  const found = new Map<string, WeekdayPart>();
  for (const part of (text ?? "").split(",")) {
    const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(part.trim());
    const nth = Number(match?.[1] ?? 0);
    if (match === null || Math.abs(nth) > 53 || (match[1] !== undefined && nth === 0)) continue;
    found.set(part.trim(), { weekday: numberOfWeekday(match[2]), nth });
  }
  return [...found.values()];
}
