import type { calendar_v3 } from "@googleapis/calendar";
import { badRequest } from "../google-error.ts";

export type EventTime = calendar_v3.Schema$EventDateTime;

/** The instant a time begins; a whole day begins at midnight UTC. */
export function startMs(time: { date?: string | null; dateTime?: string | null }): number {
  return instantOf(time, "UTC");
}

/** The instant a time stands for; a whole day begins at midnight where the calendar is. */
export function instantOf(time: { date?: string | null; dateTime?: string | null }, zone: string): number {
  if (time.dateTime !== undefined && time.dateTime !== null) return Date.parse(time.dateTime);
  const day = Temporal.PlainDate.from(time.date ?? "1970-01-01");
  return day.toZonedDateTime(zone).epochMilliseconds;
}

/** An instant as Google writes it: RFC 3339 with the offset of its zone, whole seconds. */
export function timeAt(ms: number, zone: string): { dateTime: string; timeZone: string } {
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const offset = zone === "UTC" ? "Z" : local.offset;
  return { dateTime: `${local.toPlainDateTime().toString({ smallestUnit: "second" })}${offset}`, timeZone: zone };
}

/**
 * A time of a request as it is kept: a day, or an instant with its zone (the calendar's when none is named). There are no
 * floating times. Errors: 400 for a day and an instant at once, for what is neither, for an unknown zone.
 */
export function readTime(time: EventTime, which: "start" | "end" | "original", calendarZone: string): EventTime {
  const { date, dateTime, timeZone } = time;
  if (typeof date === "string") {
    if (typeof dateTime === "string" || !isDay(date)) throw badRequest(`Invalid ${which} time.`, "invalid");
    return { date };
  }
  if (typeof dateTime !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(dateTime)) {
    throw badRequest(`Invalid ${which} time.`, "invalid");
  }
  const zone = typeof timeZone === "string" ? timeZone : calendarZone;
  if (!isZone(zone)) throw badRequest(`Invalid time zone definition for ${which} time.`, "invalid");
  if (/(?:[zZ]|[+-]\d\d:\d\d)$/.test(dateTime)) {
    const ms = Date.parse(dateTime);
    if (Number.isNaN(ms)) throw badRequest(`Invalid ${which} time.`, "invalid");
    return timeAt(ms, zone);
  }
  if (typeof timeZone !== "string") {
    throw badRequest(`Missing time zone definition for ${which} time.`, "required");
  }
  return timeAt(wallTime(dateTime, which).toZonedDateTime(zone).epochMilliseconds, zone);
}

/** A time of a query: RFC 3339 with an offset. Errors: 400. */
export function readInstant(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const ms = /^\d{4}-\d\d-\d\dT.+(?:[zZ]|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw badRequest("Bad Request", "badRequest");
  return ms;
}

export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

function wallTime(dateTime: string, which: string): Temporal.PlainDateTime {
  try {
    return Temporal.PlainDateTime.from(dateTime);
  } catch {
    throw badRequest(`Invalid ${which} time.`, "invalid");
  }
}
