import { StewardError } from "../core/errors.ts";

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const unitMs: Record<string, number> = { min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const morning = "08:00";

/**
 * What a person types for a moment: `2d` `3h` `1w` `90min`, `today`, `yesterday`, `tomorrow`, a weekday, `18:30`, `2026-11-14`,
 * `2026-11-14 18:30` or a full instant; in the owner's zone. `past` looks back (a day means its beginning), `future` looks
 * ahead (a day means its morning, eight o'clock). Returns milliseconds. Errors: `usage`.
 */
export function parseWhen(
  text: string,
  options: { zone: string; nowMs: number; direction: "past" | "future" },
): number {
  const asked = text.trim().toLowerCase();
  const found = relative(asked, options) ?? namedDay(asked, options) ?? written(text.trim(), options);
  if (found === null) {
    throw new StewardError("usage", `"${text}" is not a moment that steward understands.`, {
      cure: "Use 2d, 3h, 1w, yesterday, tomorrow, monday, 18:30, 2026-11-14 or 2026-11-14T18:30.",
    });
  }
  if (options.direction === "future" && found <= options.nowMs) {
    throw new StewardError("usage", `"${text}" is not in the future.`, {
      cure: "Use 3h, tomorrow, monday, 1w or a date.",
    });
  }
  return found;
}

interface WhenOptions {
  zone: string;
  nowMs: number;
  direction: "past" | "future";
}

function relative(text: string, { nowMs, direction }: WhenOptions): number | null {
  const match = /^(\d{1,5})\s*(min|minutes?|h|hours?|d|days?|w|weeks?)$/.exec(text);
  if (match === null) return null;
  const word = match[2] ?? "";
  const unit = unitMs[word.startsWith("min") ? "min" : word.charAt(0)] ?? 0;
  return direction === "past" ? nowMs - Number(match[1]) * unit : nowMs + Number(match[1]) * unit;
}

function namedDay(text: string, options: WhenOptions): number | null {
  const today = zonedNow(options).toPlainDate();
  const away = daysAway(text, today.dayOfWeek, options.direction);
  return away === null ? null : atDay(today.add({ days: away }), options);
}

function daysAway(text: string, dayOfWeek: number, direction: "past" | "future"): number | null {
  if (text === "today") return 0;
  if (text === "yesterday") return -1;
  if (text === "tomorrow") return 1;
  const index = text.length < 3 ? -1 : weekdays.findIndex((day) => day.startsWith(text));
  if (index < 0) return null;
  const distance = direction === "past" ? (dayOfWeek - 1 - index + 7) % 7 : (index + 1 - dayOfWeek + 7) % 7;
  if (direction === "past") return -distance;
  return distance === 0 ? 7 : distance;
}

function written(text: string, options: WhenOptions): number | null {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  try {
    if (clock !== null) return atClock(Number(clock[1]), Number(clock[2]), options);
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return atDay(Temporal.PlainDate.from(text), options);
    if (/(?:z|[+-]\d{2}:?\d{2})$/i.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    if (/^\d{4}-\d{2}-\d{2}[t ]\d/i.test(text)) {
      return Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime(options.zone).epochMilliseconds;
    }
  } catch {
    return null;
  }
  return null;
}

function atClock(hour: number, minute: number, options: WhenOptions): number | null {
  if (hour > 23 || minute > 59) return null;
  const now = zonedNow(options);
  const today = now.with({ hour, minute, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 });
  const ms = today.epochMilliseconds;
  if (options.direction === "past") return ms <= options.nowMs ? ms : today.subtract({ days: 1 }).epochMilliseconds;
  return ms > options.nowMs ? ms : today.add({ days: 1 }).epochMilliseconds;
}

function atDay(day: Temporal.PlainDate, { zone, direction }: WhenOptions): number {
  const time = direction === "past" ? "00:00" : morning;
  return day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}

function zonedNow({ nowMs, zone }: WhenOptions): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
}
