import { readContentLine } from "./content-lines.ts";
import type { CalendarBlock } from "./cut-components.ts";
import { expandRule } from "./expand-rule.ts";
import { readRecurrenceRule } from "./recurrence-rule.ts";
import {
  canonicalZone,
  daySeconds,
  daysFromCivil,
  instantToWall,
  readWallTime,
  type WallSeconds,
} from "./wall-time.ts";
import { windowsZones } from "./windows-zones.ts";

/** `exact` false: only an offset is known, so repeats may be an hour off after a clock change. */
export interface ResolvedZone {
  zone: string;
  exact: boolean;
}

/**
 * The zone that a TZID means: an IANA name (also behind a vendor's path or inside a display name), a Windows name, the
 * location a VTIMEZONE of the file names, else the IANA zone whose offsets agree with that VTIMEZONE around `wall`. Null when
 * nothing fits. Contract: pure, never throws, bounded work.
 */
export function resolveZone(tzid: string, definitions: CalendarBlock[], wall: WallSeconds): ResolvedZone | null {
  const named = zoneByName(tzid);
  if (named !== null) return { zone: named, exact: true };
  const definition = definitions.find((block) => property(block, "TZID") === tzid.trim());
  if (definition === undefined) return zoneByOffset(tzid);
  const located = zoneByName(property(definition, "X-LIC-LOCATION")) ?? zoneByName(property(definition, "TZURL"));
  if (located !== null) return { zone: located, exact: true };
  return zoneByRules(definition, wall) ?? zoneByOffset(tzid);
}

/** An IANA or Windows zone named by the text, or null. */
export function zoneByName(text: string): string | null {
  const name = text.trim().replace(/^["']|["']$/g, "");
  if (name === "" || name.length > 200) return null;
  const direct = /^(?:z|utc|gmt)$/i.test(name) ? "UTC" : (windowsZones.get(name.toLowerCase()) ?? ianaZone(name));
  if (direct !== null) return direct;
  const pieces = name.split("/");
  for (let start = 1; start < Math.min(pieces.length, 8); start += 1) {
    const found = ianaZone(
      pieces
        .slice(start)
        .join("/")
        .replace(/\.ics$/i, ""),
    );
    if (found !== null && pieces.slice(start).join("/").includes("/")) return found;
  }
  return null;
}

function ianaZone(name: string): string | null {
  return /^[A-Za-z]/.test(name) ? canonicalZone(name) : null;
}

/** `GMT+01:00`, `UTC-3`, and Outlook's `(UTC+01:00) Amsterdam, Berlin, …`. */
function zoneByOffset(text: string): ResolvedZone | null {
  const match = /^\s*\(?(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?\)?/i.exec(text);
  if (match === null) return null;
  const zone = canonicalZone(`${match[1]}${(match[2] ?? "").padStart(2, "0")}:${match[3] ?? "00"}`);
  return zone === null ? null : { zone, exact: false };
}

/** Where a definition's rules have no name, the zones that Windows knows are compared with them month by month. */
function zoneByRules(definition: CalendarBlock, wall: WallSeconds): ResolvedZone | null {
  const year = new Date(wall * 1000).getUTCFullYear();
  const probes = Array.from({ length: 12 }, (_, month) => daysFromCivil(year, month + 1, 15) * daySeconds);
  const observed = definition.children
    .filter((child) => child.name === "STANDARD" || child.name === "DAYLIGHT")
    .slice(0, 60);
  const onsets = observed.map((child) => observance(child)).filter((found) => found !== null);
  const offsets = probes.map((probe) => offsetAt(onsets, probe));
  const [first] = offsets;
  if (first === undefined || first === null) return null;
  for (const zone of new Set(windowsZones.values())) {
    const fits = probes.every((probe, index) => {
      const instantMs = (probe - (offsets[index] ?? 0)) * 1000;
      return canonicalZone(zone) !== null && instantToWall(instantMs, zone) === probe;
    });
    if (fits) return { zone, exact: true };
  }
  const sign = first < 0 ? "-" : "+";
  const minutes = Math.floor(Math.abs(offsetAt(onsets, wall) ?? first) / 60);
  const text = `${sign}${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const zone = canonicalZone(text);
  return zone === null ? null : { zone, exact: false };
}

interface Observance {
  start: WallSeconds;
  rrule: string;
  offset: number;
}

function observance(block: CalendarBlock): Observance | null {
  const start = readWallTime(property(block, "DTSTART"));
  const offset = /^([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?$/.exec(property(block, "TZOFFSETTO"));
  if (start === null || offset === null) return null;
  const seconds = Number(offset[2]) * 3600 + Number(offset[3]) * 60 + Number(offset[4] ?? 0);
  return { start: start.wall, rrule: property(block, "RRULE"), offset: offset[1] === "-" ? -seconds : seconds };
}

/** The offset of the observance that began last before this reading; null before all of them. */
function offsetAt(observances: Observance[], wall: WallSeconds): number | null {
  let latest: { onset: WallSeconds; offset: number } | null = null;
  for (const { start, rrule, offset } of observances) {
    const onset = lastOnset(start, rrule, wall);
    if (onset !== null && (latest === null || onset >= latest.onset)) latest = { onset, offset };
  }
  return latest?.offset ?? observances[0]?.offset ?? null;
}

function lastOnset(start: WallSeconds, rrule: string, wall: WallSeconds): WallSeconds | null {
  if (start > wall) return null;
  const rule = rrule === "" ? null : readRecurrenceRule(rrule);
  // Anything but yearly changes is no clock change; following it would be work for nothing.
  if (rule === null || rule.frequency !== "YEARLY") return start;
  let last = start;
  const until = rule.until?.wall ?? Number.POSITIVE_INFINITY;
  const from = until < wall ? start : wall - 800 * daySeconds;
  expandRule(rule, { start, from, to: wall, until }, (onset) => {
    last = onset;
    return true;
  });
  return last;
}

function property(block: CalendarBlock, name: string): string {
  for (const raw of block.lines.slice(0, 100)) {
    const line = raw.length < 1000 && raw.toUpperCase().startsWith(name) ? readContentLine(raw) : null;
    if (line?.name === name) return line.value.trim();
  }
  return "";
}
