import { weekdayNames } from "./recurrence-rule.ts";
import { civilFromDays, daySeconds, readWallTime, weekdayOf } from "./wall-time.ts";

/**
 * The RRULE of RFC 5545 that a vCalendar 1.0 rule means (`D1 #10`, `W2 MO WE 20261231T000000Z`, `MP1 2+ TU #0`, `MD1 15`,
 * `YM1 6`, `YD1 100`); null when it cannot be read. `startWall` fills in what the old grammar leaves to DTSTART.
 */
export function upgradeRecurrenceRule(text: string, startWall: number): string | null {
  const [head = "", ...words] = text.trim().toUpperCase().split(/\s+/).slice(0, 60);
  const match = /^(D|W|MP|MD|YM|YD)(\d{1,5})$/.exec(head);
  if (match === null) return null;
  const kind = match[1] ?? "";
  const end = endOf(words);
  const values = words.filter((word) => !word.startsWith("#") && readWallTime(word) === null);
  const byPart = byParts(kind, values, startWall);
  if (byPart === null) return null;
  const frequency = kind === "D" ? "DAILY" : kind === "W" ? "WEEKLY" : kind.startsWith("M") ? "MONTHLY" : "YEARLY";
  return [`FREQ=${frequency}`, `INTERVAL=${match[2]}`, ...byPart, ...end].join(";");
}

/** `#0` is for ever, a rule without an end means `#2`: vCalendar 1.0, "Recurrence Rules". */
function endOf(words: string[]): string[] {
  const until = words.find((word) => readWallTime(word) !== null);
  const count = words.find((word) => /^#\d{1,9}$/.test(word))?.slice(1);
  if (until !== undefined) return [`UNTIL=${until}`];
  return count === "0" ? [] : [`COUNT=${count ?? "2"}`];
}

function byParts(kind: string, values: string[], startWall: number): string[] | null {
  const start = Math.floor(startWall / daySeconds);
  if (kind === "D") return values.length === 0 ? [] : null;
  if (kind === "W") {
    const days = values.length === 0 ? [weekdayNames[weekdayOf(start)] ?? "MO"] : values;
    return days.every((day) => weekdayNames.some((name) => name === day)) ? [`BYDAY=${days.join(",")}`] : null;
  }
  if (kind === "MP") return byPositions(values);
  if (kind === "MD") {
    const days = values.map((value) =>
      value === "LD" ? "-1" : value.replace(/^(\d+)([+-])$/, "$2$1").replace("+", ""),
    );
    const own = String(civilFromDays(start).day);
    return days.every((day) => /^-?\d{1,2}$/.test(day)) ? [`BYMONTHDAY=${days.join(",") || own}`] : null;
  }
  if (!values.every((value) => /^\d{1,3}$/.test(value))) return null;
  if (values.length === 0) return [];
  return [`${kind === "YM" ? "BYMONTH" : "BYYEARDAY"}=${values.join(",")}`];
}

function byPositions(values: string[]): string[] | null {
  const days: string[] = [];
  let position = "";
  for (const value of values) {
    const match = /^(\d)([+-])$/.exec(value);
    if (match !== null) position = `${match[2] === "-" ? "-" : ""}${match[1]}`;
    else if (weekdayNames.some((name) => name === value) && position !== "") days.push(`${position}${value}`);
    else return null;
  }
  return days.length === 0 ? null : [`BYDAY=${days.join(",")}`];
}
