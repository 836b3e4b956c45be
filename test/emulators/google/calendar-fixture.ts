import { calendar, type calendar_v3 } from "@googleapis/calendar";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { authOf, base, clara } from "./google-fixture.ts";

export const calendarId = "primary";

export async function calendarOf(world: GoogleWorld, account = clara): Promise<calendar_v3.Calendar> {
  return calendar({ version: "v3", auth: await authOf(world, account), rootUrl: `${base}/`, retry: false });
}

/** An hour in Berlin. */
export function hour(day: string, from = 10): Required<Pick<calendar_v3.Schema$Event, "start" | "end">> {
  const at = (h: number) => ({ dateTime: `${day}T${String(h).padStart(2, "0")}:00:00`, timeZone: "Europe/Berlin" });
  return { start: at(from), end: at(from + 1) };
}

export async function insert(
  api: calendar_v3.Calendar,
  requestBody: calendar_v3.Schema$Event,
  more: Partial<calendar_v3.Params$Resource$Events$Insert> = {},
): Promise<calendar_v3.Schema$Event> {
  return (await api.events.insert({ calendarId, requestBody, ...more })).data;
}

/** All events of a listing, page by page, and the sync token it ends with. */
export async function listAll(
  api: calendar_v3.Calendar,
  query: calendar_v3.Params$Resource$Events$List = {},
): Promise<{ items: calendar_v3.Schema$Event[]; syncToken: string; pages: number }> {
  const items: calendar_v3.Schema$Event[] = [];
  let pageToken: string | undefined;
  for (let pages = 1; pages < 100; pages += 1) {
    const { data } = await api.events.list({ calendarId, ...query, ...(pageToken === undefined ? {} : { pageToken }) });
    items.push(...(data.items ?? []));
    if (data.nextPageToken === undefined) return { items, syncToken: data.nextSyncToken ?? "", pages };
    if (data.nextSyncToken !== undefined) throw new Error("a sync token before the last page");
    pageToken = data.nextPageToken ?? undefined;
  }
  throw new Error("the listing has no end");
}
