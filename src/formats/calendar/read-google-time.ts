import type { GoogleWhen } from "./google-event-schema.ts";
import type { EventTime } from "./read-event-time.ts";
import { canonicalZone, instantToWall, readWallTime, wallToInstantMs } from "./wall-time.ts";

/**
 * Reads a start, an end or an original start of Google's calendar. A whole day begins at midnight UTC of its date and has no
 * zone, as in a calendar file. `calendarZone` is for times that name none. Null when it is no date.
 * Contract: pure, never throws.
 */
export function readGoogleTime(when: GoogleWhen | null | undefined, calendarZone: string | null): EventTime | null {
  const date = when?.date ?? "";
  if (date !== "") {
    const day = readWallTime(date);
    if (day === null || !day.dateOnly) return null;
    return { instantMs: day.wall * 1000, wall: day.wall, dateOnly: true, zone: null, problem: null };
  }
  const match = /^(\S{10}T[\d:.]{5,30})(Z|[+-]\d{2}:\d{2})?$/i.exec((when?.dateTime ?? "").trim());
  const written = match === null ? null : readWallTime(match[1] ?? "");
  if (match === null || written === null || written.dateOnly) return null;
  const named = (when?.timeZone ?? "").trim();
  const known = named === "" ? null : canonicalZone(named);
  const zone = known ?? canonicalZone(calendarZone ?? "") ?? "UTC";
  const offset = offsetSeconds(match[2]);
  const instantMs = offset === null ? wallToInstantMs(written.wall, zone) : (written.wall - offset) * 1000;
  const problem =
    named === "" || known !== null
      ? null
      : `The time zone "${named.slice(0, 60)}" is not known; repeats are read as ${zone}.`;
  return { instantMs, wall: instantToWall(instantMs, zone), dateOnly: false, zone, problem };
}

function offsetSeconds(text: string | undefined): number | null {
  if (text === undefined) return null;
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === "-" ? -seconds : seconds;
}
