import { StewardError } from "../../core/errors.ts";

/** An instant as the owner's clock shows it, with its offset: `2026-11-24T10:00+01:00`. Null stays null, and so does no date. */
export function ownerTime(instant: string | null, zone: string): string | null {
  const ms = instant === null ? Number.NaN : Date.parse(instant);
  if (Number.isNaN(ms)) return null;
  return Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: "never", smallestUnit: "minute" });
}

/** The first millisecond of a day (`2026-11-24`) in the owner's zone. Errors: `usage` for no such day. */
export function startOfDay(day: string, zone: string): number {
  return dayOf(day).toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}

/** The first millisecond after a day in the owner's zone. Errors: `usage` for no such day. */
export function endOfDay(day: string, zone: string): number {
  return dayOf(day).add({ days: 1 }).toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}

/** The day of an instant in the owner's zone: `2026-11-24`. */
export function ownerDay(ms: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate().toString();
}

function dayOf(day: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(day);
  } catch (error) {
    throw new StewardError("usage", `There is no day ${day.slice(0, 20)}.`, { cause: error });
  }
}
