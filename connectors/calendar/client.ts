import type { calendar_v3 } from "@googleapis/calendar";
import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleAccount } from "../google-account/account.ts";

/** Events a page; 2,500 is Google's most. Source: events.list, `maxResults`. */
const eventsPerPage = 2500;
const calendarsPerPage = 250;
const call = { service: "calendar", units: 1 } as const;

/** A signed-in account and its calendars' API. `series` remembers titles and uids of repeating events between pages. */
export interface CalendarClient {
  account: GoogleAccount;
  api: calendar_v3.Calendar;
  series: Map<string, Series>;
}

export interface Series {
  uid: string;
  summary: string;
}

const listedCalendar = z.object({
  id: z.string(),
  summary: z.string().nullish(),
  summaryOverride: z.string().nullish(),
  timeZone: z.string().nullish(),
  accessRole: z.string().nullish(),
  primary: z.boolean().nullish(),
  selected: z.boolean().nullish(),
  hidden: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
});
export type ListedCalendar = z.output<typeof listedCalendar>;

const tokens = { nextPageToken: z.string().nullish(), nextSyncToken: z.string().nullish() };
const calendarPage = z.object({
  kind: z.literal("calendar#calendarList"),
  ...tokens,
  items: z.array(listedCalendar).nullish(),
});
/** Events stay as they came: they are records; `src/formats/calendar/parse-google-event.ts` reads them. */
const eventPage = z.object({ kind: z.literal("calendar#events"), ...tokens, items: z.array(z.unknown()).nullish() });
const seriesEvent = z.object({ iCalUID: z.string(), summary: z.string().nullish(), status: z.string().nullish() });

/**
 * All calendars of the account, or with `syncToken` those whose entry changed; hidden and deleted ones are named then.
 * Errors: `gone` when the token is no longer valid, and those of `GoogleAccount.call`.
 * Source: https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list
 */
export async function listCalendars(
  client: CalendarClient,
  syncToken: string | null,
  signal: AbortSignal,
): Promise<{ calendars: ListedCalendar[]; syncToken: string }> {
  const calendars: ListedCalendar[] = [];
  const token = syncToken === null ? {} : { syncToken };
  let page = await calendarsPage(client, token, signal);
  calendars.push(...(page.items ?? []));
  while (page.nextPageToken !== null && page.nextPageToken !== undefined) {
    page = await calendarsPage(client, { ...token, pageToken: page.nextPageToken }, signal);
    calendars.push(...(page.items ?? []));
  }
  return { calendars, syncToken: requireSyncToken(page.nextSyncToken, "the list of calendars") };
}

async function calendarsPage(
  client: CalendarClient,
  from: { syncToken?: string; pageToken?: string },
  signal: AbortSignal,
): Promise<z.output<typeof calendarPage>> {
  const params = { maxResults: calendarsPerPage, ...from };
  return await ask(client, signal, calendarPage, (options) =>
    orOutdated(from, () => client.api.calendarList.list(params, options)),
  );
}

/** A page of a calendar's events: more pages, or the token that changes are asked for with from then on. */
export interface EventPage {
  events: unknown[];
  next: { pageToken: string } | { syncToken: string };
}

/**
 * One page of a calendar's events: series as one event, their changed times as events of their own. The request is the same
 * for the first read and for changes but for the tokens, as Google demands; an order or a filter would cost the sync token.
 * Errors: `gone` when the sync token is no longer valid, and those of `GoogleAccount.call`; `unreadable` when Google gives no
 * way to follow changes.
 * Source: https://developers.google.com/workspace/calendar/api/guides/sync
 */
export async function listEvents(
  client: CalendarClient,
  calendarId: string,
  from: { syncToken: string | null; pageToken: string | null },
  signal: AbortSignal,
): Promise<EventPage> {
  const tokenOf = {
    ...(from.syncToken === null ? {} : { syncToken: from.syncToken }),
    ...(from.pageToken === null ? {} : { pageToken: from.pageToken }),
  };
  const params = { calendarId, maxResults: eventsPerPage, singleEvents: false, ...tokenOf };
  const page = await ask(client, signal, eventPage, (options) =>
    orOutdated(tokenOf, () => client.api.events.list(params, options)),
  );
  const pageToken = page.nextPageToken ?? null;
  const next = pageToken === null ? { syncToken: requireSyncToken(page.nextSyncToken, calendarId) } : { pageToken };
  return { events: page.items ?? [], next };
}

/** What a repeating event is called, for the removed times that only name its id; null when it is no longer there. */
export async function getSeries(
  client: CalendarClient,
  calendarId: string,
  eventId: string,
  signal: AbortSignal,
): Promise<Series | null> {
  try {
    const params = { calendarId, eventId };
    const event = await ask(client, signal, seriesEvent, (options) => client.api.events.get(params, options));
    return event.status === "cancelled" ? null : { uid: event.iCalUID, summary: event.summary ?? "" };
  } catch (error) {
    if (error instanceof StewardError && (error.code === "not_found" || error.code === "gone")) return null;
    throw error;
  }
}

/** One call that costs next to nothing and needs the right to read calendars. */
export async function askOnce(client: CalendarClient, signal: AbortSignal): Promise<void> {
  await ask(client, signal, calendarPage, (options) => client.api.calendarList.list({ maxResults: 1 }, options));
}

/** Without it every poll would read the whole calendar again, and deletions would never be seen. */
function requireSyncToken(token: string | null | undefined, what: string): string {
  if (token !== null && token !== undefined && token !== "") return token;
  throw new StewardError("unreadable", `Google ended ${what} without a sync token: its changes cannot be followed.`, {
    cure: "Something between steward and Google changes requests (an order or a filter does this): take it away.",
  });
}

type Options = { signal: AbortSignal; retry: false };

/** An answer is decoded before the call counts as made, so that what a proxy garbled is asked for again. */
async function ask<Answer>(
  client: CalendarClient,
  signal: AbortSignal,
  schema: z.ZodType<Answer>,
  send: (options: Options) => Promise<{ data: unknown }>,
): Promise<Answer> {
  return await client.account.call(call, signal, async (options) => {
    const { data } = await send(options);
    return { data: schema.parse(data) };
  });
}

/** Of a request with a token, Google says 410 when it has dropped the token, and 400 when it does not know it at all. */
async function orOutdated<Answer>(
  from: { syncToken?: string; pageToken?: string },
  send: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    const hasToken = from.syncToken !== undefined || from.pageToken !== undefined;
    if (!hasToken || statusOf(error) !== 400) throw error;
    throw new StewardError("gone", "Google does not know the place in the calendar that was asked for.");
  }
}

function statusOf(error: unknown): unknown {
  const response: unknown = error instanceof Error ? Reflect.get(error, "response") : null;
  return typeof response === "object" && response !== null ? Reflect.get(response, "status") : null;
}
