/** A stretch of time, from `fromMs` up to and without `toMs`, milliseconds since 1970. */
export interface Period {
  fromMs: number;
  toMs: number;
}

const dayMs = 86_400_000;
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const unitMs: Record<string, number> = { h: 3_600_000, d: dayMs, w: 7 * dayMs, m: 30 * dayMs, y: 365 * dayMs };

/**
 * What a date in a query means: `2026-11-01` (also with / or as 01.11.2026), `2026-11`, `2026`, `today`, `yesterday`,
 * `monday`, `last monday`, `this week`, `last month`, `7d` (the last seven days; h, w, m and y too). Null when it is none of
 * these. Days are those of `zone` (an IANA name; an unknown one reads as UTC). Contract: pure, never throws.
 */
export function readPeriod(text: string, zone: string, nowMs: number): Period | null {
  const word = text.trim().toLowerCase().replace(/\s+/g, " ");
  const span = /^(\d{1,4})([hdwmy])$/.exec(word);
  if (span !== null) return { fromMs: nowMs - Number(span[1]) * (unitMs[span[2] ?? ""] ?? dayMs), toMs: nowMs };
  try {
    const days = writtenDays(word) ?? namedDays(word, todayIn(zone, nowMs));
    if (days === null) return null;
    return { fromMs: startOf(days.first, zone), toMs: startOf(days.end, zone) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Days {
  first: Temporal.PlainDate;
  /** The day after the last. */
  end: Temporal.PlainDate;
}

function writtenDays(word: string): Days | null {
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(word);
  const ordered = /^(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?$/.exec(word);
  const [year, month, day] =
    dotted === null ? [ordered?.[1], ordered?.[2], ordered?.[3]] : [dotted[3], dotted[2], dotted[1]];
  if (year === undefined) return null;
  const first = Temporal.PlainDate.from(
    { year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) },
    { overflow: "reject" },
  );
  return daysFrom(first, day !== undefined ? { days: 1 } : month !== undefined ? { months: 1 } : { years: 1 });
}

function namedDays(word: string, today: Temporal.PlainDate): Days | null {
  if (word === "today") return daysFrom(today, { days: 1 });
  if (word === "yesterday") return daysFrom(today.subtract({ days: 1 }), { days: 1 });
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  if (word === "this week") return daysFrom(monday, { days: 7 });
  if (word === "last week") return daysFrom(monday.subtract({ days: 7 }), { days: 7 });
  const month = today.with({ day: 1 });
  if (word === "this month") return daysFrom(month, { months: 1 });
  if (word === "last month") return daysFrom(month.subtract({ months: 1 }), { months: 1 });
  const year = month.with({ month: 1 });
  if (word === "this year") return daysFrom(year, { years: 1 });
  if (word === "last year") return daysFrom(year.subtract({ years: 1 }), { years: 1 });
  const weekday = weekdays.indexOf(word.replace(/^last /, "")) + 1;
  if (weekday === 0) return null;
  const back = (today.dayOfWeek - weekday + 7) % 7;
  return daysFrom(today.subtract({ days: back === 0 && word.startsWith("last ") ? 7 : back }), { days: 1 });
}

function daysFrom(first: Temporal.PlainDate, length: Temporal.DurationLike): Days {
  return { first, end: first.add(length) };
}

function todayIn(zone: string, nowMs: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zoneOrUtc(zone)).toPlainDate();
}

function startOf(day: Temporal.PlainDate, zone: string): number {
  return day.toZonedDateTime(zoneOrUtc(zone)).epochMilliseconds;
}

function zoneOrUtc(zone: string): string {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return zone;
  } catch (error) {
    if (error instanceof RangeError) return "UTC";
    throw error;
  }
}
