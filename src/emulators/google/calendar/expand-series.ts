import { RRuleTemporal } from "rrule-temporal";
import { type EventResource, exceptionsOf, type StoredCalendar } from "./calendar-state.ts";

const mostInstances = 2500;

/**
 * The single times of a series within a window, changed and removed ones in their place, with ids as Google makes them
 * (`<series>_20261114T091500Z`). Computed with rrule-temporal.
 */
export function expandSeries(
  calendar: StoredCalendar,
  master: EventResource,
  window: { fromMs: number; toMs: number },
): EventResource[] {
  const changed = new Map(
    exceptionsOf(calendar, master.id ?? "").map(({ resource }) => [
      startMs(resource.originalStartTime ?? {}),
      resource,
    ]),
  );
  const lengthMs = startMs(master.end ?? {}) - startMs(master.start ?? {});
  const instances: EventResource[] = [];
  for (const at of startsOf(master, window)) {
    const exception = changed.get(at);
    changed.delete(at);
    instances.push(exception ?? instanceOf(master, at, lengthMs));
  }
  // A time that was moved in from outside the window.
  for (const moved of changed.values()) instances.push(moved);
  return instances.filter((event) => {
    const starts = startMs(event.start ?? {});
    return event.status !== "cancelled" && starts < window.toMs && starts + Math.max(lengthMs, 1) > window.fromMs;
  });
}

/** The instant a time begins; a whole day begins at midnight UTC. */
export function startMs(time: { date?: string | null; dateTime?: string | null }): number {
  if (time.dateTime !== undefined && time.dateTime !== null) return Date.parse(time.dateTime);
  return Date.parse(`${time.date ?? "1970-01-01"}T00:00:00Z`);
}

function startsOf(master: EventResource, window: { fromMs: number; toMs: number }): number[] {
  const start = master.start ?? {};
  const zone = typeof start.date === "string" ? "UTC" : (start.timeZone ?? "UTC");
  const local = new Date(startMs(start))
    .toLocaleString("sv-SE", { timeZone: zone })
    .replace(/[-:]/g, "")
    .replace(" ", "T");
  const lines = (master.recurrence ?? []).map((line) => line.replace(/;VALUE=DATE:(\d{8})/g, ":$1T000000Z"));
  const rule = new RRuleTemporal({ rruleString: [`DTSTART;TZID=${zone}:${local}`, ...lines].join("\n") });
  const starts: number[] = [];
  for (const time of rule.between(new Date(window.fromMs - 40 * 86_400_000), new Date(window.toMs), true)) {
    starts.push(time.epochMilliseconds);
    if (starts.length >= mostInstances) break;
  }
  return starts;
}

function instanceOf(master: EventResource, at: number, lengthMs: number): EventResource {
  const allDay = typeof master.start?.date === "string";
  const zone = master.start?.timeZone;
  const time = (ms: number): NonNullable<EventResource["start"]> =>
    allDay
      ? { date: new Date(ms).toISOString().slice(0, 10) }
      : { dateTime: new Date(ms).toISOString(), ...(typeof zone === "string" ? { timeZone: zone } : {}) };
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
  const { recurrence: _recurrence, ...rest } = master;
  return {
    ...rest,
    id: `${master.id}_${allDay ? stamp.slice(0, 8) : stamp}`,
    recurringEventId: master.id ?? "",
    originalStartTime: time(at),
    start: time(at),
    end: time(at + lengthMs),
  };
}
