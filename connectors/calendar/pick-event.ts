import { z } from "zod";
import type { Look, LookItem } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { readDay } from "../../src/formats/calendar/read-moment.ts";
import type { CalendarDoorClient } from "./door-client.ts";
import type { LiveEvent } from "./live-event.ts";

export type CalendarLook = Look<CalendarDoorClient>;

/** Which event is meant. */
export const whichEvent = {
  /** Steward's number of the event's conversation, or of the mail that invites to it. */
  thread: z.int().positive().optional(),
  /** Steward's number of the event itself, where a conversation has several. */
  item: z.int().positive().optional(),
  /** Google's id of it. */
  event: z
    .string()
    .regex(/^[\w-]{1,1100}$/)
    .optional(),
  /** Google's id of the calendar; the account's own without it. */
  calendar: z.string().min(1).max(300).optional(),
  /** Of a series: the one time of it on that day, `2026-11-24`. */
  date: z.iso.date().optional(),
};
const which = z.strictObject(whichEvent);
export type WhichEvent = z.output<typeof which>;

export interface PickedEvent {
  calendar: string;
  event: LiveEvent;
  isSeries: boolean;
  threadId: number | null;
  itemIds: number[];
}

/**
 * The event that is meant, as Google has it now. Errors: `usage` when none or several may be meant, `gone` when it is no longer
 * there, `needs_reauth` without the right to ask Google.
 */
export async function pickEvent(asked: WhichEvent, look: CalendarLook): Promise<PickedEvent> {
  const client = needClient(look);
  const items = await itemsOf(asked, look);
  const place = await findPlace(asked, items, look, client);
  const found = await client.event(place.calendar, place.id, look.signal);
  if (found === null || found.status === "cancelled") throw gone();
  const event = asked.date === undefined ? found : await pickTime(found, place.calendar, asked.date, look, client);
  const known = await look.itemByExternalId("calendar", `${place.calendar}/${place.id}`);
  const item = items.find((one) => placesOf(one, look).some(({ id }) => id === place.id)) ?? known;
  return {
    calendar: place.calendar,
    event,
    isSeries: event.recurrence.length > 0,
    threadId: item?.threadId ?? asked.thread ?? null,
    itemIds: item === null || item === undefined ? [] : [item.id],
  };
}

/** Errors: `needs_reauth`. */
export function needClient(look: CalendarLook): CalendarDoorClient {
  if (look.client !== null) return look.client;
  throw new StewardError("needs_reauth", `Google does not let steward change the calendar of ${look.account} yet.`, {
    cure: `steward connect google --write calendar --account ${look.account}`,
  });
}

async function itemsOf({ thread, item }: WhichEvent, look: CalendarLook): Promise<LookItem[]> {
  if (item !== undefined) {
    const found = await look.item(item);
    if (found?.event != null) return [found];
    throw new StewardError("not_found", `Item ${item} is no event.`);
  }
  if (thread === undefined) return [];
  const found = (await look.thread(thread))?.items.filter(({ event }) => event !== null) ?? [];
  if (found.length > 0) return found;
  throw new StewardError("not_found", `Conversation ${thread} has no event.`);
}

interface Place {
  calendar: string;
  id: string;
}

async function findPlace(
  asked: WhichEvent,
  items: readonly LookItem[],
  look: CalendarLook,
  client: CalendarDoorClient,
): Promise<Place> {
  if (asked.event !== undefined) return { calendar: asked.calendar ?? look.account, id: asked.event };
  if (items.length === 0) throw new StewardError("usage", "Say which event: thread, item or event.");
  const places = items.flatMap((item) => placesOf(item, look));
  const wanted = asked.calendar === undefined ? places : places.filter(({ calendar }) => calendar === asked.calendar);
  const [first, ...others] = unique(asked.item === undefined ? withoutTimes(wanted) : wanted);
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined) throw several();
  return await findByUid(items, look, client);
}

/** An invitation is often read in the mail before the calendar is. */
async function findByUid(items: readonly LookItem[], look: CalendarLook, client: CalendarDoorClient): Promise<Place> {
  const uids = [...new Set(items.flatMap(({ event }) => event?.uid ?? []))];
  const [uid, another] = uids;
  if (uid === undefined || another !== undefined) throw several();
  const events = (await client.byUid(look.account, uid, look.signal)).filter(({ status }) => status !== "cancelled");
  const [found] = events.filter(({ recurringEventId }) => recurringEventId === undefined);
  if (found !== undefined) return { calendar: look.account, id: found.id };
  throw new StewardError("not_found", `The calendar of ${look.account} does not have this event.`, {
    cure: "Open the invitation in Google Calendar and add it, then ask again.",
  });
}

/** Where an item stands in the calendars of the account that acts. */
function placesOf(item: LookItem, look: CalendarLook): Place[] {
  return item.externalIds.flatMap(({ connector, account, externalId }) => {
    const at = externalId.lastIndexOf("/");
    if (connector !== "calendar" || account.toLowerCase() !== look.account || at < 1) return [];
    return [{ calendar: externalId.slice(0, at), id: externalId.slice(at + 1) }];
  });
}

/** A conversation holds a series and its changed times: the series is meant. */
function withoutTimes(places: readonly Place[]): Place[] {
  const ids = new Set(places.map(({ id }) => id));
  return places.filter(({ id }) => !ids.has(id.replace(/_\d{8}(?:T\d{6}Z)?$/, "")) || !/_\d{8}(?:T\d{6}Z)?$/.test(id));
}

function unique(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.calendar}/${place.id}`, place])).values()];
}

async function pickTime(
  series: LiveEvent,
  calendar: string,
  day: string,
  look: CalendarLook,
  client: CalendarDoorClient,
): Promise<LiveEvent> {
  if (series.recurrence.length === 0) throw new StewardError("usage", "The event does not repeat.");
  const { zone } = look.owner;
  const fromMs = midnight(day, zone);
  const untilMs = midnight(readDay(day, 1) ?? day, zone);
  const times = (await client.times(calendar, series.id, fromMs, untilMs, look.signal)).filter(
    ({ status }) => status !== "cancelled",
  );
  const [only, another] = times;
  if (only !== undefined && another === undefined) return only;
  throw new StewardError("usage", `The series has ${only === undefined ? "no time" : "several times"} on ${day}.`);
}

function midnight(day: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
}

function several(): StewardError {
  return new StewardError("usage", "There are several events in this conversation.", {
    cure: "Name the one that is meant by its item.",
  });
}

function gone(): StewardError {
  return new StewardError("gone", "The event is no longer in the calendar.", { cure: "steward sync" });
}
