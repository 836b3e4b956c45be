/** A day and time as a clock on the owner's wall shows it. `month` counts from 0, `weekday` from Sunday = 0. */
export interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  weekday: number;
}

/** Turns instants into the owner's local time and back. */
export interface ZoneClock {
  local(ms: number): LocalTime;
  /** Milliseconds since 1970 of a local day and time; days and months may overflow (32 January is 1 February). */
  instant(year: number, month: number, day: number, hour: number, minute: number): number;
}

const hourMs = 3_600_000;
const quarterMs = 900_000;
const memoryLimit = 20_000;

/** A clock for an IANA zone name; an unknown name reads as UTC. Contract: pure, never throws. */
export function createZoneClock(zone: string): ZoneClock {
  const format = formatterOf(zone);
  const memory = new Map<number, number>();
  const offsetAt = (ms: number): number => {
    // Offsets change at whole quarters of an hour only.
    const quarter = Math.floor(ms / quarterMs);
    const remembered = memory.get(quarter);
    if (remembered !== undefined) return remembered;
    if (memory.size > memoryLimit) memory.clear();
    const offset = offsetFrom(format, quarter * quarterMs);
    memory.set(quarter, offset);
    return offset;
  };
  return {
    local: (ms) => partsOf(ms + offsetAt(ms)),
    instant: (year, month, day, hour, minute) => {
      const wall = Date.UTC(year, month, day, hour, minute);
      const first = wall - offsetAt(wall);
      const second = wall - offsetAt(first);
      // In the hour that a clock change skips the two disagree; the later instant is the one a person would mean.
      return Math.abs(first - second) <= hourMs ? second : first;
    },
  };
}

function offsetFrom(format: Intl.DateTimeFormat, ms: number): number {
  const parts = format.format(new Date(ms)).match(/\d+/g)?.map(Number) ?? [];
  const [day = 1, month = 1, year = 1970, hour = 0, minute = 0, second = 0] = parts;
  return Date.UTC(year, month - 1, day, hour % 24, minute, second) - Math.floor(ms / 1000) * 1000;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const fields = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", { ...fields, timeZone: zone });
  } catch (error) {
    if (error instanceof RangeError) return new Intl.DateTimeFormat("en-GB", { ...fields, timeZone: "UTC" });
    throw error;
  }
}

function partsOf(wallMs: number): LocalTime {
  const date = new Date(wallMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    weekday: date.getUTCDay(),
  };
}
