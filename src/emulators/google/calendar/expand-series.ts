import { RRuleTemporal } from "rrule-temporal";
import { type EventResource, exceptionsOf, type StoredCalendar } from "./calendar-state.ts";
import { type EventTime, instantOf, startMs, timeAt } from "./event-times.ts";

export { startMs } from "./event-times.ts";

const mostInstances = 2500;
const dayMs = 86_400_000;

/**
 * The single times of a series within a window, changed and removed ones in their place, with ids as Google makes them
 * (`<series>_20261114T091500Z`, `<series>_20261114` for whole days). Computed with rrule-temporal. Removed times are left out
 * unless they are asked for.
 */
export function expandSeries(
  calendar: StoredCalendar,
  master: EventResource,
  window: { fromMs: number; toMs: number },
  withRemoved = false,
): EventResource[] {
  const zone = calendar.entry.timeZone ?? "UTC";
  const changed = new Map(
    exceptionsOf(calendar, master.id ?? "").map(({ resource }) => [
      startMs(resource.originalStartTime ?? {}),
      resource,
    ]),
  );
  const lengthMs = startMs(master.end ?? {}) - startMs(master.start ?? {});
  const instances: EventResource[] = [];
  // A day more on both sides: a whole day begins at midnight where the calendar is.
  for (const at of startsOf(master, { fromMs: window.fromMs - lengthMs - dayMs, toMs: window.toMs + dayMs })) {
    const exception = changed.get(at);
    changed.delete(at);
    instances.push(exception ?? instanceOf(master, at, lengthMs));
  }
  // A time that was moved in from outside the window.
  for (const moved of changed.values()) instances.push(moved);
  return instances.filter((event) => {
    if (event.status === "cancelled" && !withRemoved) return false;
    const starts = instantOf(event.start ?? event.originalStartTime ?? {}, zone);
    const ends = event.end === undefined ? starts + lengthMs : instantOf(event.end, zone);
    return starts < window.toMs && Math.max(ends, starts + 1) > window.fromMs;
  });
}

/** The series as iCalendar text, its first time in its own zone; whole days count as midnight UTC. */
export function seriesText(master: EventResource): string {
  const start = master.start ?? {};
  const zone = zoneOf(start);
  const local = Temporal.Instant.fromEpochMilliseconds(startMs(start)).toZonedDateTimeISO(zone).toPlainDateTime();
  const stamp = local.toString({ smallestUnit: "second" }).replace(/[-:]/g, "");
  const lines = (master.recurrence ?? []).map((line) =>
    line.startsWith("EXDATE") || line.startsWith("RDATE") ? asInstants(line) : line,
  );
  return [`DTSTART;TZID=${zone}:${stamp}`, ...lines].join("\n");
}

/** `EXDATE;VALUE=DATE:20261114` as the midnight that the days of a series are counted from. */
function asInstants(line: string): string {
  if (!line.includes("VALUE=DATE:")) return line;
  const [name = "", days = ""] = line.split(":");
  const stamps = days.split(",").map((day) => `${day}T000000Z`);
  return `${name.replace(/;VALUE=DATE/, "")}:${stamps.join(",")}`;
}

function startsOf(master: EventResource, window: { fromMs: number; toMs: number }): number[] {
  const rule = new RRuleTemporal({ rruleString: seriesText(master) });
  const starts: number[] = [];
  for (const time of rule.between(new Date(window.fromMs), new Date(window.toMs), true)) {
    starts.push(time.epochMilliseconds);
    if (starts.length >= mostInstances) break;
  }
  return starts;
}

/** One time of a series that nobody changed. */
function instanceOf(master: EventResource, at: number, lengthMs: number): EventResource {
  const isAllDay = typeof master.start?.date === "string";
  const time = (ms: number): EventTime =>
    isAllDay ? { date: new Date(ms).toISOString().slice(0, 10) } : timeAt(ms, zoneOf(master.start ?? {}));
  const { recurrence: _recurrence, ...rest } = master;
  return {
    ...rest,
    id: instanceId(master, at),
    recurringEventId: master.id ?? "",
    originalStartTime: time(at),
    start: time(at),
    end: time(at + lengthMs),
  };
}

/** The id of the time of a series that begins at `at` by the rule. */
export function instanceId(master: EventResource, at: number): string {
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${master.id}_${typeof master.start?.date === "string" ? stamp.slice(0, 8) : stamp}`;
}

function zoneOf(start: EventTime): string {
  return typeof start.date === "string" ? "UTC" : (start.timeZone ?? "UTC");
}
