import { z } from "zod";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { rawText } from "../../core/untrusted.ts";
import { listCalendarOwners } from "../../store/calendar-owners.ts";
import { listIdentitiesOfPerson } from "../../store/look-items.ts";
import { takesTime } from "../../triage/calendar-entries.ts";
import type { Tool, ToolContext } from "../tool.ts";
import type { CalendarTime } from "./calendar-times.ts";
import { readTimes, readWindow } from "./events.ts";
import { findFreeTime } from "./find-free-time.ts";
import { ownerTime } from "./owner-time.ts";
import { found } from "./tool-result.ts";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const time = z.string().regex(/^\d{2}:\d{2}$/);
const input = z.strictObject({
  people: z.array(z.string().min(1).max(200)).max(10),
  from: day,
  to: day,
  minutes: z.int().min(5).max(1440),
  between: z.array(time).length(2).optional(),
});
const workingHours: [number, number] = [9 * 60, 18 * 60];
const mostAllDay = 10;
/** Whose calendar is read is known by what stands in it some weeks around. */
const nearMs = 30 * 86_400_000;

/** When the owner and others have time, as far as their calendars are read. */
export const freeTimeTool: Tool<typeof input> = {
  name: "free_time",
  description:
    "Times at which the owner and these addresses are free, as far as is known. Without between: Mon-Fri 09:00-18:00.",
  input,
  effect: "read",
  run: async ({ people, from, to, minutes, between }, context) => {
    const { zone, identities } = context.owner;
    const window = readWindow(from, to, zone);
    const near = { fromMs: window.fromMs - nearMs, toMs: window.toMs + nearMs };
    const times = await readTimes(context, near);
    const others = await Promise.all(people.map((one) => whoIs(context, one)));
    const calendars = await listCalendarOwners(
      context.store,
      times.map(({ itemId }) => itemId),
    );
    const owners = new Set(identities);
    const isTaken = (one: CalendarTime): boolean =>
      takesTime(one.event, owners) || others.some((who) => isBusy(one, who, calendars.get(one.itemId) ?? []));
    const slots = findFreeTime({
      busy: times.filter(isTaken),
      window,
      nowMs: context.clock.now(),
      minutes,
      between: hoursOf(between),
      weekends: between !== undefined,
      zone,
    });
    const known = others.filter((who) => times.some((one) => tellsOf(one, who, calendars.get(one.itemId) ?? [])));
    const allDay = (await readTimes(context, window))
      .filter(({ event }) => event.allDay && event.ownCalendar && !event.transparent)
      .slice(0, mostAllDay);
    const data = {
      slots: slots.map(({ fromMs, toMs }) => ({
        start: ownerTime(toInstant(fromMs), zone),
        end: ownerTime(toInstant(toMs), zone),
      })),
      knows: known.map(({ asked }) => asked),
      unknown: others.filter((who) => !known.includes(who)).map(({ asked }) => asked),
      ...(allDay.length === 0
        ? {}
        : {
            allDay: allDay.map((one) => ({
              item: one.itemId,
              title: rawText(one.subject),
              day: toInstant(one.fromMs).slice(0, 10),
            })),
          }),
    };
    const note = data.unknown.length === 0 ? "" : "Of those in `unknown` no calendar is read: say so, or ask them.";
    return found(data, { itemIds: allDay.map(({ itemId }) => itemId), note });
  },
};

interface Other {
  asked: string;
  /** Every address of theirs, lower case. */
  addresses: ReadonlySet<string>;
}

async function whoIs({ store }: ToolContext, asked: string): Promise<Other> {
  const address = asked.trim().toLowerCase();
  const all = await listIdentitiesOfPerson(store, [address, asked.trim()]);
  return { asked, addresses: new Set([address, ...all.map((one) => one.toLowerCase())]) };
}

/** Whether it keeps somebody from being elsewhere: in their calendar, or with them as a guest who did not decline. */
function isBusy({ event }: CalendarTime, { addresses }: Other, calendars: readonly string[]): boolean {
  if (event.allDay || event.transparent) return false;
  const guest = event.attendees.find(({ address }) => addresses.has(address.toLowerCase()));
  if (guest !== undefined) return guest.answer !== "declined";
  return calendars.some((one) => addresses.has(one)) || addresses.has((event.organizer ?? "").toLowerCase());
}

/** Whether it stands in a calendar of theirs: their meetings with the owner say nothing of the rest of their day. */
function tellsOf({ event }: CalendarTime, { addresses }: Other, calendars: readonly string[]): boolean {
  if (calendars.some((one) => addresses.has(one))) return true;
  const isTheirs = addresses.has((event.organizer ?? "").toLowerCase());
  return !event.ownCalendar && isTheirs;
}

function hoursOf(between: readonly string[] | undefined): [number, number] {
  const [from = "09:00", to = "18:00"] = between ?? [];
  return between === undefined ? workingHours : [minuteOf(from), minuteOf(to)];
}

function minuteOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  if (hour > 24 || minute > 59) throw new StewardError("usage", `There is no time ${text}.`);
  return hour * 60 + minute;
}
