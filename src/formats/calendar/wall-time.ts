/**
 * Wall-clock seconds: the reading of a clock on the wall, counted as seconds since 1970-01-01T00:00 of that same wall. It is
 * no instant until a zone is applied.
 */
export type WallSeconds = number;

export const daySeconds = 86_400;

const earliestYear = 1;
const latestYear = 9999;

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar; `month` is 1..12 and `day` may be over the month. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The date of a day number; the inverse of `daysFromCivil`. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : daysFromCivil(year, month + 1, 1) - daysFromCivil(year, month, 1);
}

/** 0 = Monday … 6 = Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 3) % 7) + 7) % 7;
}

export interface WallTime {
  wall: WallSeconds;
  /** A date without a time of day. */
  dateOnly: boolean;
  utc: boolean;
}

/** Reads `20260301`, `20260301T100000`, `20260301T100000Z` and the ISO forms with separators; null when it is none. */
export function readWallTime(value: string): WallTime | null {
  // White space at the ends is no part of the pattern: two runs that can share it would cost its square.
  const text = value.trim();
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d+)?\s*(Z?))?$/i.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (
    year < earliestYear ||
    year > latestYear ||
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > daysInMonth(year, month)
  ) {
    return null;
  }
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return null;
  const wall = daysFromCivil(year, month, day) * daySeconds + hour * 3600 + minute * 60 + Math.min(second, 59);
  return { wall, dateOnly: match[4] === undefined, utc: match[7]?.toUpperCase() === "Z" };
}

/** Reads a DURATION such as `P1DT2H`, `PT30M`, `-P1W`, in seconds; null when it is none. */
export function readDuration(value: string): { days: number; seconds: number } | null {
  const match =
    /^\s*([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?\s*$/i.exec(value);
  if (match === null || !/\d/.test(value)) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(2, 7).map((part) => Number(part ?? 0));
  const sign = match[1] === "-" ? -1 : 1;
  return { days: sign * (weeks * 7 + days), seconds: sign * (hours * 3600 + minutes * 60 + seconds) };
}

/**
 * Milliseconds since 1970 UTC of a wall-clock reading in a zone (an IANA name or `+02:00`). A reading that a clock change
 * skips counts with the offset before the change, one that happens twice is the first: RFC 5545 §3.3.5.
 * Contract: `zone` must have passed `isZone`; never depends on the zone of the process.
 */
export function wallToInstantMs(wall: WallSeconds, zone: string): number {
  if (zone === "UTC") return wall * 1000;
  const date = civilFromDays(Math.floor(wall / daySeconds));
  const second = ((wall % daySeconds) + daySeconds) % daySeconds;
  const plain = new Temporal.PlainDateTime(
    date.year,
    date.month,
    date.day,
    Math.floor(second / 3600),
    Math.floor(second / 60) % 60,
    second % 60,
  );
  return plain.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** The wall-clock reading in a zone at an instant. Contract: as `wallToInstantMs`. */
export function instantToWall(instantMs: number, zone: string): WallSeconds {
  if (zone === "UTC") return Math.floor(instantMs / 1000);
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs)).toZonedDateTimeISO(zone);
  return Math.floor((Math.floor(instantMs) + zoned.offsetNanoseconds / 1e6) / 1000);
}

/** Whether this names a zone that local times can be read in. Contract: never throws. */
export function isZone(zone: string): boolean {
  return canonicalZone(zone) !== null;
}

/** The zone's name with its usual capitals, or null when nobody knows it. */
export function canonicalZone(zone: string): string | null {
  if (zone.length > 60) return null;
  try {
    return new Temporal.ZonedDateTime(0n, zone).timeZoneId;
  } catch {
    // Temporal has no way of asking; an unknown name is an answer here.
    return null;
  }
}
