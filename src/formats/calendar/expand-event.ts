import { toInstant } from "../../core/clock.ts";
import type { EventDetails } from "../../core/item.ts";
import { expandRule, type RuleWindow } from "./expand-rule.ts";
import { type RecurrenceRule, readRecurrenceRule } from "./recurrence-rule.ts";
import { daySeconds, instantToWall, isZone, readWallTime, type WallSeconds, wallToInstantMs } from "./wall-time.ts";

/** One time that an event takes place. Instants are UTC; of an all-day event they are midnights UTC of its dates. */
export interface Occurrence {
  startsAt: string;
  endsAt: string;
  /** The start the repeat rule gave it, before it was moved; null for an event that does not repeat. */
  recurrenceId: string | null;
  /** The facts that hold for this time: the override's when there is one. */
  event: EventDetails;
}

export interface Expansion {
  /** In order of their start. */
  occurrences: Occurrence[];
  /** False when the limit, the bound on work or a rule that cannot be followed left some out. */
  complete: boolean;
}

const slackSeconds = 26 * 3600;

/**
 * The times an event takes place within [fromMs, toMs): RRULE and RDATE lines of `event.rrule`, without `exdates`, with
 * `overrides` (the same uid's items that have a `recurrenceId`) in their place; a cancelled override removes its time.
 * Rules are followed on the wall clock of the event's zone, so a meeting at 9 stays at 9 when the clocks change.
 * Contract: pure, independent of the zone of the process, never throws; bounded work (well under 200 ms) for any rule.
 */
export function expandEvent(
  event: EventDetails,
  overrides: EventDetails[],
  fromMs: number,
  toMs: number,
  limit: number,
): Expansion {
  const startMs = event.startsAt === null ? Number.NaN : Date.parse(event.startsAt);
  if (Number.isNaN(startMs) || !(fromMs < toMs)) return { occurrences: [], complete: event.startsAt !== null };
  const durationMs = Math.max(0, (event.endsAt === null ? startMs : Date.parse(event.endsAt)) - startMs) || 0;
  const replaced = replacements(overrides);
  const found = new Map<number, Occurrence>();
  const take = (ms: number): boolean => {
    if (!replaced.has(ms) && overlaps(ms, durationMs, fromMs, toMs)) {
      const recurrenceId = event.rrule === null ? null : toInstant(ms);
      found.set(ms, { startsAt: toInstant(ms), endsAt: toInstant(ms + durationMs), recurrenceId, event });
    }
    return found.size < limit;
  };
  const complete = visitStarts(event, startMs, { fromMs: fromMs - durationMs, toMs }, take);
  const all = [...found.values(), ...movedInto(replaced, fromMs, toMs)];
  const sorted = all.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : a.startsAt > b.startsAt ? 1 : 0));
  return { occurrences: sorted.slice(0, limit), complete: complete && sorted.length <= limit };
}

interface InstantRange {
  fromMs: number;
  toMs: number;
}

/** False when something was left out. */
function visitStarts(
  event: EventDetails,
  startMs: number,
  range: InstantRange,
  take: (ms: number) => boolean,
): boolean {
  const lines = (event.rrule ?? "").split("\n").filter((line) => line !== "");
  const excluded = exclusions(event);
  const zone = event.allDay || event.zone === null || !isZone(event.zone) ? "UTC" : event.zone;
  const kept = (ms: number, wall: WallSeconds): boolean => {
    const date = toInstant(wall * 1000).slice(0, 10);
    return excluded.has(String(ms)) || (excluded.has(date) && !event.allDay) ? true : take(ms);
  };
  const dates = lines.filter((line) => line.startsWith("RDATE=")).flatMap((line) => line.slice(6).split(","));
  const rules = lines.filter((line) => !line.startsWith("RDATE="));
  const start = instantToWall(startMs, zone);
  if (rules.length === 0) kept(startMs, start);
  for (const date of dates) {
    const ms = Date.parse(date);
    if (!Number.isNaN(ms) && !kept(ms, instantToWall(ms, zone))) return false;
  }
  return rules.map((text) => visitRule(text, start, zone, range, kept)).every(Boolean);
}

function visitRule(
  text: string,
  start: WallSeconds,
  zone: string,
  range: InstantRange,
  kept: (ms: number, wall: WallSeconds) => boolean,
): boolean {
  const rule = readRecurrenceRule(text);
  const toMs = dayCachedInstants(zone);
  if (rule === null) {
    kept(toMs(start), start);
    return false;
  }
  const window: RuleWindow = {
    start,
    from: instantToWall(clampMs(range.fromMs), zone) - slackSeconds,
    to: instantToWall(clampMs(range.toMs), zone) + slackSeconds,
    until: untilWall(rule, zone),
  };
  let full = false;
  const finished = expandRule(rule, window, (wall) => {
    const ms = toMs(wall);
    if (ms < range.fromMs) return true;
    if (ms >= range.toMs) return ms < range.toMs + slackSeconds * 1000;
    full = !kept(ms, wall);
    return !full;
  });
  return finished && !full;
}

function untilWall(rule: RecurrenceRule, zone: string): WallSeconds {
  if (rule.until === null) return Number.POSITIVE_INFINITY;
  if (rule.until.dateOnly) return rule.until.wall + daySeconds - 1;
  return rule.until.utc ? instantToWall(rule.until.wall * 1000, zone) : rule.until.wall;
}

/** Most days have one offset; only the days of a clock change need the calendar's own arithmetic each time. */
function dayCachedInstants(zone: string): (wall: WallSeconds) => number {
  let cachedDay = Number.NaN;
  let offsetMs: number | null = null;
  return (wall) => {
    const day = Math.floor(wall / daySeconds);
    if (day !== cachedDay) {
      const startOffset = wallToInstantMs(day * daySeconds, zone) - day * daySeconds * 1000;
      const endOffset = wallToInstantMs((day + 1) * daySeconds, zone) - (day + 1) * daySeconds * 1000;
      offsetMs = startOffset === endOffset ? startOffset : null;
      cachedDay = day;
    }
    return offsetMs === null ? wallToInstantMs(wall, zone) : wall * 1000 + offsetMs;
  };
}

/** Instants as milliseconds in text, and bare dates (`2026-03-01`), which exclude whatever starts on that day. */
function exclusions(event: EventDetails): Set<string> {
  return new Set(
    event.exdates.map((text) => (readWallTime(text)?.dateOnly === true ? text : String(Date.parse(text)))),
  );
}

function replacements(overrides: EventDetails[]): Map<number, EventDetails> {
  const replaced = new Map<number, EventDetails>();
  for (const override of overrides) {
    const ms = Date.parse(override.recurrenceId ?? "");
    const existing = replaced.get(ms);
    if (!Number.isNaN(ms) && (existing === undefined || existing.sequence <= override.sequence))
      replaced.set(ms, override);
  }
  return replaced;
}

function movedInto(replaced: Map<number, EventDetails>, fromMs: number, toMs: number): Occurrence[] {
  const moved: Occurrence[] = [];
  for (const [originalMs, event] of replaced) {
    const ms = Date.parse(event.startsAt ?? "");
    if (Number.isNaN(ms) || event.status === "cancelled") continue;
    const durationMs = Math.max(0, Date.parse(event.endsAt ?? "") - ms) || 0;
    if (!overlaps(ms, durationMs, fromMs, toMs)) continue;
    const endsAt = toInstant(ms + durationMs);
    moved.push({ startsAt: toInstant(ms), endsAt, recurrenceId: toInstant(originalMs), event });
  }
  return moved;
}

function overlaps(startMs: number, durationMs: number, fromMs: number, toMs: number): boolean {
  return startMs < toMs && (startMs >= fromMs || startMs + durationMs > fromMs);
}

const farMs = 253_402_300_799_000;

/** Windows open at an end reach no further than the years a calendar knows. */
function clampMs(ms: number): number {
  return Math.min(Math.max(ms, -62_135_596_800_000), farMs);
}
