import type { EventDetails } from "../../core/item.ts";
import type { Untrusted } from "../../core/untrusted.ts";
import { entryKey, newestEntries } from "../../triage/calendar-entries.ts";
import type { ExpandEvent } from "../../triage/gather-input.ts";

/** An event of a calendar as it is stored. */
export interface CalendarItem {
  itemId: number;
  subject: Untrusted;
  event: EventDetails;
}

/** One time at which an event takes place. `event` are the facts that hold for this time. */
export interface CalendarTime {
  itemId: number;
  subject: Untrusted;
  event: EventDetails;
  fromMs: number;
  toMs: number;
}

const timesPerEvent = 400;

/**
 * Every time that the events take place within [fromMs, toMs), in order of their start: the newest version of each, series
 * expanded, changed times in the place of those they change, cancelled ones left out. Contract: pure.
 */
export function timesWithin(
  items: readonly CalendarItem[],
  expand: ExpandEvent,
  fromMs: number,
  toMs: number,
): CalendarTime[] {
  const newest = newestEntries(items);
  const groups = Map.groupBy(newest, ({ event }) => event.uid);
  const byKey = new Map(newest.map((one) => [entryKey(one.event), one]));
  return [...groups.values()]
    .flatMap((group) => expandGroup(group, expand, fromMs, toMs))
    .map((time) => ({ ...time, ...(byKey.get(entryKey(time.event)) ?? {}), event: time.event }))
    .filter(({ event }) => event.status !== "cancelled")
    .sort((a, b) => a.fromMs - b.fromMs || a.itemId - b.itemId);
}

function expandGroup(
  group: readonly CalendarItem[],
  expand: ExpandEvent,
  fromMs: number,
  toMs: number,
): CalendarTime[] {
  const masters = group.filter(({ event }) => event.recurrenceId === null);
  const changed = group.filter(({ event }) => event.recurrenceId !== null).map(({ event }) => event);
  return (masters.length > 0 ? masters : group).flatMap((one) => {
    if (one.event.status === "cancelled") return [];
    const { occurrences } = expand(one.event, masters.length > 0 ? changed : [], fromMs, toMs, timesPerEvent);
    return occurrences.map(({ startsAt, endsAt, event }) => ({
      itemId: one.itemId,
      subject: one.subject,
      event,
      fromMs: Date.parse(startsAt),
      toMs: Date.parse(endsAt),
    }));
  });
}
