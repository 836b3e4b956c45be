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
  at: Position | null;
  events: ReadEvents;
  whole: NonNullable<Page["whole"]> | null;
}

/** Reads the next page of one calendar; `at` null: it cannot be read now and waits for the next round. */
async function readCalendarPage(
  client: CalendarClient,
  calendar: FollowedCalendar,
  signal: AbortSignal,
): Promise<ReadPage> {
  const asked = await askForPage(client, calendar, signal);
  if (asked === null) return { at: null, events: unreadable(client, calendar), whole: null };
  const { at, answer } = asked;
  const events = await readEvents(client, calendar, answer.events, signal);
  const seen = at.seen === null ? null : [...at.seen, ...events.ids];
  const { next } = answer;
  if ("pageToken" in next)
    return {
      at: at.state === "full" ? { ...at, ...next, seen: seen ?? [] } : { ...at, ...next, seen },
      events,
      whole: null,
    };
  const changes: Position = { state: "changes", syncToken: next.syncToken, pageToken: null, seen: null };
  if (seen === null) return { at: changes, events, whole: null };
  if (at.state === "full") return { at: { ...changes, seen }, events, whole: null };
  const externalIds = [...new Set(seen)].map((id) => externalIdOf(calendar.id, id));
  return { at: changes, events, whole: { of: externalIdOf(calendar.id, ""), externalIds } };
}

async function askForPage(
  client: CalendarClient,
  calendar: FollowedCalendar,
  signal: AbortSignal,
): Promise<{ at: Position; answer: EventPage } | null> {
  const ask = async (at: Position): Promise<{ at: Position; answer: EventPage }> => {
    const syncToken = at.state === "changes" ? at.syncToken : null;
    return { at, answer: await listEvents(client, calendar.id, { syncToken, pageToken: at.pageToken }, signal) };
  };
  const isFresh = calendar.at.state === "full" && calendar.at.pageToken === null;
  try {
    return await ask(calendar.at);
  } catch (error) {
    if (error instanceof StewardError && isMissing(error)) return null;
    if (!(error instanceof StewardError) || error.code !== "gone" || isFresh) throw error;
  }
  return await ask(startOfCalendar);
}

/** The list still names a calendar that was just deleted or is no longer shared; the list's next change says so. */
function isMissing(error: StewardError): boolean {
  return error.code === "not_found" || error.code === "no_permission";
}

function unreadable({ account }: CalendarClient, calendar: FollowedCalendar): ReadEvents {
  const locator = { path: `google-calendar:${account.email}/${calendar.id}`, offset: null };
  const reason = "Google lists this calendar but does not let it be read; the others are read on.";
  return { ids: [], records: [], gone: [], goneUnder: [], failed: [{ locator, reason }] };
}

/** Puts the calendar's new position into the cursor, and takes it out of the queue when it has no more pages. */
function advance(cursor: CalendarCursor, calendar: FollowedCalendar, { at, events }: ReadPage): CalendarCursor {
  const isOver = at === null || (at.state === "changes" && at.pageToken === null && at.seen === null);
  return {
    ...cursor,
    calendars: cursor.calendars.map((one) => (one.id === calendar.id ? { ...one, at: at ?? one.at } : one)),
    count: cursor.count + events.records.length + events.gone.length,
    queue: isOver ? cursor.queue.filter((id) => id !== calendar.id) : cursor.queue,
  };
}
