import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import { readDay, readMoment } from "../../src/formats/calendar/read-moment.ts";
import { canonicalZone } from "../../src/formats/calendar/wall-time.ts";

const dateTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/);
const zoneName = z.string().refine((zone) => canonicalZone(zone) !== null, "This is no time zone.");

/** A whole day, or an instant with the zone it is kept in. Source: events, `start` and `end`. */
export const eventTime = z.union([
  z.strictObject({ date: z.iso.date() }),
  z.strictObject({ dateTime, timeZone: zoneName }),
]);
export type EventTime = z.output<typeof eventTime>;

/** When something is: `end` is exclusive, for whole days the day after the last. */
export interface Span {
  start: EventTime;
  end: EventTime;
}

/** How the owner or a model says it. */
export const askedTimes = {
  /** `2026-11-24T14:00` on the clock of `zone`, with `Z` or `+01:00` exact; `2026-11-24` for a whole day. */
  start: z.string().max(40).optional(),
  /** As `start`; for whole days the last one. */
  end: z.string().max(40).optional(),
  /** Instead of `end`. One hour without either. */
  durationMinutes: z.int().min(1).max(10_080).optional(),
  /** IANA, such as Europe/Lisbon; the owner's own without it. */
  zone: z.string().max(60).optional(),
};
interface AskedTimes {
  start: string;
  end?: string | undefined;
  durationMinutes?: number | undefined;
  zone?: string | undefined;
}

/** Contract: pure. Errors: `usage` when a time is none, the zone is none, or it ends before it begins. */
export function readSpan({ start, end, durationMinutes, zone: asked }: AskedTimes, ownerZone: string): Span {
  const zone = canonicalZone(asked ?? ownerZone);
  if (zone === null) {
    throw new StewardError("usage", `"${forScreen(asked ?? "")}" is no time zone.`, {
      cure: "Write it as Europe/Lisbon.",
    });
  }
  if (end !== undefined && durationMinutes !== undefined) {
    throw new StewardError("usage", "Give the end or how long it takes, not both.");
  }
  const firstDay = readDay(start);
  if (firstDay !== null) {
    if (durationMinutes !== undefined) throw new StewardError("usage", "A whole day takes no minutes.");
    const lastDay = end === undefined ? firstDay : readDay(end);
    const after = lastDay === null ? null : readDay(lastDay, 1);
    if (lastDay === null || after === null || lastDay < firstDay) throw noTime(end ?? start);
    return { start: { date: firstDay }, end: { date: after } };
  }
  const startMs = readMoment(start, zone);
  if (startMs === null) throw noTime(start);
  const endMs = end === undefined ? startMs + (durationMinutes ?? 60) * 60_000 : readMoment(end, zone);
  if (endMs === null || endMs <= startMs) throw noTime(end ?? start);
  return { start: timeAt(startMs, zone), end: timeAt(endMs, zone) };
}

/** An instant as Google writes it: RFC 3339 with the offset of its zone, whole seconds. Pure. */
export function timeAt(ms: number, zone: string): EventTime {
  const there = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const offset = zone === "UTC" ? "Z" : there.offset.slice(0, 6);
  return { dateTime: `${there.toPlainDateTime().toString({ smallestUnit: "second" })}${offset}`, timeZone: zone };
}

/** The instant it begins; a whole day begins at midnight of `zone`. Pure. */
export function instantOf(time: EventTime, zone: string): number {
  if ("dateTime" in time) return Date.parse(time.dateTime);
  return Temporal.PlainDate.from(time.date).toZonedDateTime(zone).epochMilliseconds;
}

function noTime(text: string): StewardError {
  return new StewardError("usage", `"${forScreen(text)}" is no time an event begins or ends at.`, {
    cure: "Write 2026-11-28T14:00, or 2026-11-28 for a whole day, and the end after the start.",
  });
}
