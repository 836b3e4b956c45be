import type { Page } from "../../src/core/connector.ts";
import { StewardError, stopIfAborted } from "../../src/core/errors.ts";
import {
  type CalendarCursor,
  type FollowedCalendar,
  type Position,
  readCursor,
  startOfCalendar,
} from "./calendar-cursor.ts";
import { type CalendarClient, type EventPage, listEvents } from "./client.ts";
import { externalIdOf, type ReadEvents, readEvents } from "./event-records.ts";
import { beginRound } from "./follow-calendars.ts";

/** What is left of a calendar that has more pages is unknown; this is said for the screen. */
const pageGuess = 2500;

/**
 * One page of an account's calendars. A round asks for changes in the list of calendars, then in each calendar; calendars
 * without news share a page, so that a poll that finds nothing is one page. A calendar whose token Google has dropped is read
 * anew, alone; once the changes made meanwhile are read too, it is told what it holds (`whole`).
 * Contract: the same cursor gives the same page again; all state is in the cursor.
 */
export async function pullCalendars(client: CalendarClient, stored: unknown, signal: AbortSignal): Promise<Page> {
  let cursor = readCursor(stored);
  const page = blankPage();
  if (cursor.queue.length === 0) {
    const round = await beginRound(client, cursor, signal);
    cursor = round.cursor;
    page.goneUnder.push(...round.leftIds.map((id) => externalIdOf(id, "")));
  }
  for (;;) {
    const calendar = cursor.calendars.find(({ id }) => id === cursor.queue[0]);
    if (calendar === undefined) return finish(page, { ...cursor, queue: [] });
    stopIfAborted(signal);
    const read = await readCalendarPage(client, calendar, signal);
    cursor = advance(cursor, calendar, read);
    page.records.push(...read.events.records);
    page.gone.push(...read.events.gone);
    page.goneUnder.push(...read.events.goneUnder);
    page.failed.push(...read.events.failed);
    if (read.whole !== null) page.whole = read.whole;
    const isBusy = page.records.length + page.gone.length + page.failed.length > 0 || page.whole !== undefined;
    if (isBusy) return finish(page, cursor);
  }
}

type CalendarPage = Page & { goneUnder: string[] };

function blankPage(): CalendarPage {
  return {
    records: [],
    gone: [],
    goneUnder: [],
    failed: [],
    cursor: null,
    done: false,
    coverage: null,
    progress: { done: 0, total: 0, unit: "records" },
  };
}

function finish(page: CalendarPage, cursor: CalendarCursor): Page {
  page.done = cursor.queue.length === 0;
  page.cursor = page.done ? { ...cursor, whole: true } : cursor;
  // Events lie ahead of now as well: the whole calendar has been seen once the first round is over.
  if (page.done && !cursor.whole) page.coverage = { from: null, to: null };
  const unread = cursor.calendars.filter(({ at }) => at.pageToken !== null).length;
  page.progress = { done: cursor.count, total: cursor.count + unread * pageGuess, unit: "records" };
  return page;
}

interface ReadPage {
  at: Position;
  events: ReadEvents;
  /** Whether this round is done with the calendar. */
  over: boolean;
  whole: NonNullable<Page["whole"]> | null;
}

/** Reads the next page of one calendar. */
async function readCalendarPage(
  client: CalendarClient,
  calendar: FollowedCalendar,
  signal: AbortSignal,
): Promise<ReadPage> {
  const asked = await askForPage(client, calendar, signal);
  if ("waits" in asked) return { at: asked.waits, events: asked.events, over: true, whole: null };
  const { at, answer } = asked;
  const events = await readEvents(client, calendar, answer.events, signal);
  const { next } = answer;
  if (at.state === "full") {
    const seen = [...at.seen, ...events.ids];
    const more: Position =
      "pageToken" in next ? { ...at, ...next, seen } : { ...at, ...next, state: "changes", pageToken: null, seen };
    return { at: more, events, over: false, whole: null };
  }
  const seen = at.seen === null ? null : [...at.seen, ...events.ids];
  if ("pageToken" in next) return { at: { ...at, ...next, seen }, events, over: false, whole: null };
  const changes: Position = { ...at, ...next, pageToken: null, seen: null };
  if (seen === null) return { at: changes, events, over: true, whole: null };
  const externalIds = [...new Set(seen)].map((id) => externalIdOf(calendar.id, id));
  const whole = { of: externalIdOf(calendar.id, ""), externalIds };
  return { at: at.confirm ? startOfCalendar : changes, events, over: true, whole };
}

type Asked = { at: Position; answer: EventPage } | { waits: Position; events: ReadEvents };

/** The next page; of a calendar whose token was dropped, the first of all its events. */
async function askForPage(client: CalendarClient, calendar: FollowedCalendar, signal: AbortSignal): Promise<Asked> {
  const { at } = calendar;
  const ask = async (from: Position): Promise<Asked> => {
    const syncToken = from.state === "changes" ? from.syncToken : null;
    const answer = await listEvents(client, calendar.id, { syncToken, pageToken: from.pageToken }, signal);
    return { at: from, answer };
  };
  try {
    return await ask(at);
  } catch (error) {
    if (!(error instanceof StewardError)) throw error;
    if (isMissing(error)) return { waits: at, events: unreadable(client, calendar) };
    if (error.code !== "gone" || (at.state === "full" && at.pageToken === null)) throw error;
    const anew: Position = { ...startOfCalendar, confirm: at.state === "changes" || at.confirm };
    // A token that is dropped as soon as it is given: reading anew at once would have no end.
    if (at.state === "changes" && at.seen !== null) return { waits: anew, events: noEvents() };
    return await ask(anew);
  }
}

/** The list still names a calendar that was just deleted or is no longer shared; the list's next change says so. */
function isMissing(error: StewardError): boolean {
  return error.code === "not_found" || error.code === "no_permission";
}

function unreadable({ account }: CalendarClient, calendar: FollowedCalendar): ReadEvents {
  const locator = { path: `google-calendar:${account.email}/${calendar.id}`, offset: null };
  const reason = "Google lists this calendar but does not let it be read; the others are read on.";
  return { ...noEvents(), failed: [{ locator, reason }] };
}

function noEvents(): ReadEvents {
  return { ids: [], records: [], gone: [], goneUnder: [], failed: [] };
}

/** Puts the calendar's new position into the cursor, and takes it out of the queue when this round is done with it. */
function advance(cursor: CalendarCursor, calendar: FollowedCalendar, { at, events, over }: ReadPage): CalendarCursor {
  return {
    ...cursor,
    calendars: cursor.calendars.map((one) => (one.id === calendar.id ? { ...one, at } : one)),
    count: cursor.count + events.records.length + events.gone.length,
    queue: over ? cursor.queue.filter((id) => id !== calendar.id) : cursor.queue,
  };
}
