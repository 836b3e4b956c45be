import { z } from "zod";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { rawText } from "../../core/untrusted.ts";
import { listEvents } from "../../store/triage-facts.ts";
import { takesTime } from "../../triage/calendar-entries.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { type CalendarTime, timesWithin } from "./calendar-times.ts";
import { endOfDay, ownerTime, startOfDay } from "./owner-time.ts";
import { found } from "./tool-result.ts";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const input = z.strictObject({ from: day, to: day });
const mostShown = 80;
const mostGuests = 20;
const dayMs = 86_400_000;
const longestDays = 200;

/** What stands in the calendars that are read. */
export const eventsTool: Tool<typeof input> = {
  name: "events",
  description: "The calendar on these days, both included; repeats expanded. busy: it takes the owner's time.",
  input,
  effect: "read",
  run: async ({ from, to }, context) => {
    const { zone, identities } = context.owner;
    const window = readWindow(from, to, zone);
    const times = await readTimes(context, window);
    const shown = times.slice(0, mostShown);
    const owners = new Set(identities);
    const data = { events: shown.map((time) => showTime(time, zone, takesTime(time.event, owners))) };
    const note = times.length > shown.length ? `${times.length - shown.length} later ones are not shown.` : "";
    return found(data, { itemIds: shown.map(({ itemId }) => itemId), note });
  },
};

/** Days of the owner as [fromMs, toMs). Errors: `usage` for days in the wrong order, or too many. */
export function readWindow(from: string, to: string, zone: string): { fromMs: number; toMs: number } {
  const window = { fromMs: startOfDay(from, zone), toMs: endOfDay(to, zone) };
  if (window.fromMs >= window.toMs) throw new StewardError("usage", "`to` is before `from`.");
  if (window.toMs - window.fromMs > longestDays * dayMs)
    throw new StewardError("usage", `That is more than ${longestDays} days: ask for fewer.`);
  return window;
}

/** Every time of every event in calendars within a window. */
export async function readTimes(
  { store, triage, owner }: ToolContext,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<CalendarTime[]> {
  // What lasts a day is dated by midnights of UTC, which lie up to a day beside the owner's.
  const stored = await listEvents(store, toInstant(fromMs - 2 * dayMs));
  const times = timesWithin(
    stored.filter(({ inCalendar }) => inCalendar),
    triage.expandEvent,
    fromMs - dayMs,
    toMs + dayMs,
  );
  return times.filter((time) => {
    const [begins, ends] = time.event.allDay ? daysOf(time, owner.zone) : [time.fromMs, time.toMs];
    return begins < toMs && Math.max(ends, begins + 1) > fromMs;
  });
}

function daysOf({ fromMs, toMs }: CalendarTime, zone: string): [number, number] {
  return [startOfDay(dateOf(fromMs), zone), startOfDay(dateOf(Math.max(toMs, fromMs + dayMs)), zone)];
}

function dateOf(ms: number): string {
  return toInstant(ms).slice(0, 10);
}

function showTime({ itemId, subject, event, fromMs, toMs }: CalendarTime, zone: string, busy: boolean) {
  const when = (ms: number) => (event.allDay ? dateOf(ms) : ownerTime(toInstant(ms), zone));
  return {
    item: itemId,
    title: rawText(subject),
    start: when(fromMs),
    end: when(toMs),
    allDay: event.allDay,
    where: rawText(event.location),
    guests: event.attendees.slice(0, mostGuests).map(({ address }) => address),
    busy,
    ...(event.ownCalendar ? {} : { calendarOf: "others" }),
    ...(event.status === "tentative" ? { tentative: true } : {}),
  };
}
