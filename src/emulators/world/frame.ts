import type { Language, World } from "./schema.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Where the demo stands in time. Day 0 is the local date nine hours before now, and what arrived last is written as
 * `now-3:05` (at most 8:59), so that every earlier day lies before it whatever the hour is.
 */
export interface Frame {
  nowMs: number;
  zone: string;
  dayZero: number;
  offsetMs(utcMs: number): number;
}

/** A day as the number of days since 1970-01-01 and minutes after midnight, in the owner's zone. */
export interface LocalMoment {
  day: number;
  minutes: number;
}

export function makeFrame(world: World, nowMs: number): Frame {
  const zone = world.persona.zone;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" });
  const offsetMs = (utcMs: number): number => {
    const name = format.formatToParts(utcMs).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
    const found = /GMT([+-])(\d\d):(\d\d)/.exec(name);
    if (found === null) return 0;
    return (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
  };
  const earlier = nowMs - 9 * HOUR_MS;
  return { nowMs, zone, offsetMs, dayZero: Math.floor((earlier + offsetMs(earlier)) / DAY_MS) };
}

/** `+5` is five days after day 0; `+5w` is that day or the next working day after it (before it, for a past day). */
export function resolveDay(frame: Frame, text: string): number {
  const offset = Number.parseInt(text, 10);
  let day = frame.dayZero + offset;
  if (text.endsWith("w")) while (weekdayOf(day) === 0 || weekdayOf(day) === 6) day += offset < 0 ? -1 : 1;
  return day;
}

/** `-3 14:05` in the owner's zone, or `now-3:05`, as UTC milliseconds. */
export function resolveAt(frame: Frame, text: string): number {
  const recent = /^now-(\d+):(\d\d)$/.exec(text);
  if (recent !== null) return frame.nowMs - Number(recent[1]) * HOUR_MS - Number(recent[2]) * 60_000;
  return toUtcMs(frame, resolveMoment(frame, text));
}

/** `+5w 12:30` as a local day and minutes, without a zone. */
export function resolveMoment(frame: Frame, text: string): LocalMoment {
  const [day = "0", time = "00:00"] = text.split(" ");
  const [hours = "0", minutes = "0"] = time.split(":");
  return { day: resolveDay(frame, day), minutes: Number(hours) * 60 + Number(minutes) };
}

export function toUtcMs(frame: Frame, local: LocalMoment): number {
  const wall = local.day * DAY_MS + local.minutes * 60_000;
  const guess = wall - frame.offsetMs(wall);
  return wall - frame.offsetMs(guess);
}

/** The owner's wall clock at an instant, as a Date whose UTC fields are the local ones. */
export function toWall(frame: Frame, utcMs: number): Date {
  return new Date(utcMs + frame.offsetMs(utcMs));
}

export function weekdayOf(day: number): number {
  return new Date(day * DAY_MS).getUTCDay();
}

/**
 * Replaces `{{weekday:+2}}`, `{{date:+2:de}}`, `{{iso:+2w}}`, `{{month:-40}}`, `{{time:now-7:45}}`, `{{weekday:at}}` and
 * `{{n}}` in a text. `atMs` is the instant of the message, `n` the number that a series counts.
 */
export function fillIn(frame: Frame, text: string, lang: Language, atMs: number, n = 1): string {
  return text.replace(/\{\{([a-z]+)(?::([^}]+))?\}\}/g, (token: string, name: string, argument: string | undefined) => {
    if (name === "n") return String(4100 + n * 37);
    const parts = /^(at|now-\d+:\d\d|[+-]?\d+w?)(?::(en|de|fr|es|it|pt))?$/.exec(argument ?? "");
    if (parts === null) throw new Error(`unreadable placeholder ${token}`);
    const when = parts[1] ?? "at";
    const wall = placeholderWall(frame, when, atMs);
    return formatWall(wall, name, parts[2] ?? lang);
  });
}

function placeholderWall(frame: Frame, when: string, atMs: number): Date {
  if (when === "at") return toWall(frame, atMs);
  if (when.startsWith("now-")) return toWall(frame, resolveAt(frame, when));
  return new Date(resolveDay(frame, when) * DAY_MS);
}

function formatWall(wall: Date, name: string, lang: string): string {
  const locale = lang === "en" ? "en-GB" : lang;
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(wall);
  if (name === "weekday") return format({ weekday: "long" });
  if (name === "date") return format({ day: "numeric", month: "long" });
  if (name === "month") return format({ month: "long" });
  if (name === "iso") return wall.toISOString().slice(0, 10);
  if (name === "time") return wall.toISOString().slice(11, 16);
  throw new Error(`unknown placeholder ${name}`);
}
