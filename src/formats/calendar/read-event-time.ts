import { type ContentLine, param } from "./content-lines.ts";
import type { CalendarBlock } from "./cut-components.ts";
import { type ResolvedZone, resolveZone } from "./resolve-zone.ts";
import { isZone, readWallTime, type WallSeconds, wallToInstantMs } from "./wall-time.ts";

/** What local times of a calendar are read with. `ownZone` is the owner's, for times that name none. */
export interface ZoneContext {
  definitions: CalendarBlock[];
  ownZone: string | null;
  /** Zones found so far in this calendar, by TZID and year. */
  resolved: Map<string, ResolvedZone | null>;
}

/** `instantMs` of a bare date is midnight UTC of that date, and its `zone` is null: a date is the same day everywhere. */
export interface EventTime {
  instantMs: number;
  wall: WallSeconds;
  dateOnly: boolean;
  zone: string | null;
  problem: string | null;
}

/** Reads one date or time of a property with its TZID; null when it is none. Contract: pure, never throws. */
export function readEventTime(line: ContentLine, value: string, context: ZoneContext): EventTime | null {
  const time = readWallTime(value);
  if (time === null) return null;
  const { wall, dateOnly } = time;
  if (dateOnly) return { instantMs: wall * 1000, wall, dateOnly, zone: null, problem: null };
  if (time.utc) return { instantMs: wall * 1000, wall, dateOnly, zone: "UTC", problem: null };
  const tzid = param(line, "TZID")?.trim() ?? "";
  const own = context.ownZone !== null && isZone(context.ownZone) ? context.ownZone : "UTC";
  const found = tzid === "" ? { zone: own, exact: true } : findZone(tzid, wall, context);
  const zone = found?.zone ?? own;
  return { instantMs: wallToInstantMs(wall, zone), wall, dateOnly, zone, problem: zoneProblem(tzid, zone, found) };
}

function findZone(tzid: string, wall: WallSeconds, context: ZoneContext): ResolvedZone | null {
  const key = `${new Date(wall * 1000).getUTCFullYear()} ${tzid}`;
  const known = context.resolved.get(key);
  if (known !== undefined) return known;
  const found = resolveZone(tzid, context.definitions, wall);
  context.resolved.set(key, found);
  return found;
}

function zoneProblem(tzid: string, zone: string, found: ResolvedZone | null): string | null {
  const name = tzid.slice(0, 60);
  if (found === null) return `The time zone "${name}" is not known; the times are read as ${zone}.`;
  return found.exact
    ? null
    : `The time zone "${name}" is read as ${zone}; repeats may be an hour off after a clock change.`;
}
