import { type ZodType, z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { readJson, type WritingAccount } from "../google-account/writing-account.ts";
import { type LiveEvent, liveEvent } from "./live-event.ts";
import { type InsertBody, insertBody, type Notify, type PatchBody, patchBody } from "./write-event.ts";

/** What the door asks of the calendars of one account. Every call is one request, sent once. Errors: those of `WritingAccount`. */
export interface CalendarDoorClient {
  email: string;
  /** Null when it was never there; a removed one has the status `cancelled`. */
  event(calendar: string, id: string, signal: AbortSignal): Promise<LiveEvent | null>;
  /** Single times that touch what lies between two instants, at most 250. */
  between(calendar: string, fromMs: number, untilMs: number, signal: AbortSignal): Promise<ListedEvents>;
  /** The events of a calendar that an invitation's uid names. */
  byUid(calendar: string, uid: string, signal: AbortSignal): Promise<LiveEvent[]>;
  /** The times of a series between two instants. */
  times(calendar: string, id: string, fromMs: number, untilMs: number, signal: AbortSignal): Promise<LiveEvent[]>;
  insert(calendar: string, body: InsertBody, told: Notify, signal: AbortSignal): Promise<LiveEvent>;
  /** Only of exactly that version. Errors: `moved` for any other. */
  patch(place: EventPlace, body: PatchBody, told: Notify, signal: AbortSignal): Promise<LiveEvent>;
  /** The same. Errors: `gone` when it was removed already. */
  remove(place: EventPlace, told: Notify, signal: AbortSignal): Promise<void>;
}

export interface EventPlace {
  calendar: string;
  eventId: string;
  etag: string;
}

const listed = z.object({
  summary: z.string().default(""),
  timeZone: z.string().default("UTC"),
  accessRole: z.string().default("owner"),
  items: z.array(liveEvent).default([]),
});
export type ListedEvents = z.output<typeof listed>;

const root = "https://www.googleapis.com/calendar/v3/calendars";
const json = { "content-type": "application/json" };

/** Source: https://developers.google.com/workspace/calendar/api/v3/reference/events */
export function calendarDoorClient(account: WritingAccount): CalendarDoorClient {
  const get = async <T>(path: string, query: Record<string, string>, schema: ZodType<T>, signal: AbortSignal) => {
    const url = `${root}/${path}${Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query)}`}`;
    return readJson(await account.send({ service: "calendar", method: "GET", url, signal }), schema);
  };
  const events = (calendar: string, id?: string): string =>
    `${encodeURIComponent(calendar)}/events${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;
  const window = (fromMs: number, untilMs: number) => ({
    timeMin: new Date(fromMs).toISOString(),
    timeMax: new Date(untilMs).toISOString(),
    maxResults: "250",
  });
  return {
    email: account.email,
    event: async (calendar, id, signal) => {
      try {
        return await get(events(calendar, id), {}, liveEvent, signal);
      } catch (error) {
        if (error instanceof StewardError && error.code === "not_found") return null;
        throw error;
      }
    },
    between: async (calendar, fromMs, untilMs, signal) =>
      await get(events(calendar), { ...window(fromMs, untilMs), singleEvents: "true" }, listed, signal),
    byUid: async (calendar, iCalUID, signal) => (await get(events(calendar), { iCalUID }, listed, signal)).items,
    times: async (calendar, id, fromMs, untilMs, signal) =>
      (await get(`${events(calendar, id)}/instances`, window(fromMs, untilMs), listed, signal)).items,
    insert: async (calendar, body, sendUpdates, signal) => {
      const query = new URLSearchParams({
        sendUpdates,
        ...(body.conferenceData === undefined ? {} : { conferenceDataVersion: "1" }),
      });
      const answer = await account.send({
        service: "calendar",
        method: "POST",
        url: `${root}/${events(calendar)}?${query}`,
        headers: json,
        body: JSON.stringify(insertBody.parse(body)),
        signal,
      });
      return readJson(answer, liveEvent);
    },
    patch: async ({ calendar, eventId, etag }, body, sendUpdates, signal) => {
      const answer = await account.send({
        service: "calendar",
        method: "PATCH",
        url: `${root}/${events(calendar, eventId)}?sendUpdates=${sendUpdates}`,
        headers: { ...json, "if-match": etag },
        body: JSON.stringify(patchBody.parse(body)),
        signal,
      });
      return readJson(answer, liveEvent);
    },
    remove: async ({ calendar, eventId, etag }, sendUpdates, signal) => {
      const url = `${root}/${events(calendar, eventId)}?sendUpdates=${sendUpdates}`;
      const headers = { "if-match": etag };
      const { status, body } = await account.send({ service: "calendar", method: "DELETE", url, headers, signal });
      // Google says nothing when it is done: whatever says something came from elsewhere.
      if (status === 204 && body.byteLength === 0) return;
      throw new StewardError("unavailable", "Google gave an answer that cannot be understood.");
    },
  };
}
