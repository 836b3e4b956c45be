import type { Page } from "../../src/core/connector.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { FetchedMessage, IdPage } from "./client.ts";
import { fetchMessages, learnSizes } from "./fetch-messages.ts";
import type { GmailClient, HeldList } from "./gmail-client.ts";
import { type CrawlCursor, type GmailCursor, newestOf } from "./gmail-cursor.ts";
import { isDraft, isHidden } from "./labels.ts";
import { toProblems, toRecord } from "./mail-record.ts";

/** Few at first, so that there is something to show at once. */
const firstPage = 25;
const pageSize = 50;
/** How many of the last messages are kept, to find the place again in another list. */
const keptLast = 150;
/** The search index lags: a list by date is asked only for what is older than this. */
const settledMs = 3_600_000;
const mostListPages = 200;
/** Smaller numbers are read as years by the search. */
const oldestSecond = 100_000;

/** The first cursor: where the history stood before anything was listed, so that nothing falls between. */
export async function beginCrawl(client: GmailClient, signal: AbortSignal): Promise<GmailCursor> {
  const { historyId, messagesTotal } = await client.calls.profile(signal);
  const nowMs = client.clock.now();
  return {
    version: 1,
    crawl: { pageToken: null, last: [], oldestMs: null, startedMs: nowMs, done: 0, total: messagesTotal },
    resync: null,
    history: { id: historyId, pageToken: null, polledMs: nowMs, newestMs: null },
  };
}

/**
 * One page of the first read, newest first. Contract: the same cursor gives the same messages or newer versions of them; what
 * is deleted, moved or delivered meanwhile shifts nothing, because a list is asked for by date, not by page, as soon as the
 * search index can be trusted.
 */
export async function pullCrawl(
  client: GmailClient,
  cursor: GmailCursor,
  crawl: CrawlCursor,
  signal: AbortSignal,
): Promise<Page> {
  await learnSizes(client, signal);
  const { ids, pageToken, isEnd } = await nextIds(client, crawl, signal);
  const { messages, failed } = await fetchMessages(client, ids, signal);
  const records = [];
  for (const message of messages) {
    if (isDraft(message) || isHidden(message)) continue;
    records.push(toRecord(client, message, await client.words.of(message.labelIds, signal)));
  }
  const next = advance({ ...crawl, pageToken }, ids, messages);
  const { polledMs } = cursor.history;
  const newestMs = newestOf(cursor.history.newestMs, messages);
  const total = isEnd ? next.done : Math.max(next.total, next.done);
  return {
    records,
    gone: [],
    failed: toProblems(client, failed),
    cursor: { ...cursor, crawl: isEnd ? null : { ...next, total }, history: { ...cursor.history, newestMs } },
    done: false,
    coverage: next.oldestMs === null ? null : rangeTo(next.oldestMs, polledMs),
    progress: { done: next.done, total, unit: "records" },
  };
}

/** From the oldest message that was read until the mailbox was last asked; a clock that was set back makes no range. */
function rangeTo(fromMs: number, toMs: number): Page["coverage"] {
  return fromMs <= toMs ? { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() } : null;
}

function advance(crawl: CrawlCursor, ids: readonly string[], messages: readonly FetchedMessage[]): CrawlCursor {
  const dates = new Map(messages.map(({ id, internalDate }) => [id, internalDate]));
  let oldestMs = crawl.oldestMs;
  const last = [...crawl.last];
  for (const id of ids) {
    const date = dates.get(id) ?? oldestMs ?? crawl.startedMs;
    oldestMs = Math.min(oldestMs ?? date, date);
    last.push({ id, second: Math.floor(date / 1000) });
  }
  return { ...crawl, last: last.slice(-keptLast), oldestMs, done: crawl.done + ids.length };
}

interface NextIds {
  ids: string[];
  pageToken: string | null;
  isEnd: boolean;
}

async function nextIds(client: GmailClient, crawl: CrawlCursor, signal: AbortSignal): Promise<NextIds> {
  const known = new Set(crawl.last.map(({ id }) => id));
  const lastId = crawl.last.at(-1)?.id ?? "";
  const held = client.memo.list;
  const at = held?.ids.indexOf(lastId) ?? -1;
  const isHeld = held !== null && at >= 0;
  let rest = isHeld ? held.ids.slice(at + 1).filter((id) => !known.has(id)) : [];
  let { pageToken } = crawl;
  if (rest.length === 0 && !(isHeld && held.nextPageToken === null)) {
    const list = await listOn(client, crawl, isHeld ? held.nextPageToken : null, signal);
    rest = newIn(list, crawl);
    pageToken = list.before === null ? list.askedToken : null;
  }
  const ids = rest.slice(0, crawl.done === 0 ? firstPage : pageSize);
  return { ids, pageToken, isEnd: ids.length === rest.length && client.memo.list?.nextPageToken === null };
}

/** Lists on from where the crawl is, until something is listed that was not read just now. */
async function listOn(
  client: GmailClient,
  crawl: CrawlCursor,
  followToken: string | null,
  signal: AbortSignal,
): Promise<HeldList> {
  const known = new Set(crawl.last.map(({ id }) => id));
  const { before, token: firstToken } = nextList(client, crawl, followToken);
  let token = firstToken;
  let isSeeking = false;
  for (let pages = 0; pages < mostListPages; pages += 1) {
    const q = before === null ? {} : { q: `before:${before}` };
    const page: IdPage | null = await client.calls.list({ pageToken: token, ...q }, signal);
    if (page === null) {
      // The token is too old: the list is begun anew, and gone through until the last messages come by again.
      token = null;
      isSeeking = true;
      continue;
    }
    const list = { ...page, before, askedToken: token };
    client.memo.list = list;
    isSeeking &&= !page.ids.some((id) => known.has(id));
    token = page.nextPageToken;
    if (!isSeeking && (token === null || newIn(list, crawl).length > 0)) return list;
    // They are all deleted: what is read twice is stored once.
    if (token === null) isSeeking = false;
  }
  throw new StewardError("unavailable", "Gmail lists the same messages over and over.");
}

/** What a list has to read still: one by date begins among the last messages, a plain one goes on after them. */
function newIn(list: HeldList, { last }: CrawlCursor): string[] {
  const known = new Set(last.map(({ id }) => id));
  const from = list.before === null ? list.ids.indexOf(last.at(-1)?.id ?? "") + 1 : 0;
  return list.ids.slice(from).filter((id) => !known.has(id));
}

/**
 * By date from the last messages on, which are listed once more; by page while they are too new for the search index, and
 * when one second holds more messages than a list does.
 */
function nextList(
  client: GmailClient,
  crawl: CrawlCursor,
  followToken: string | null,
): { before: number | null; token: string | null } {
  const newest = Math.max(...crawl.last.map(({ second }) => second));
  const isSettled = crawl.last.length === keptLast && newest * 1000 < crawl.startedMs - settledMs;
  if (!isSettled || newest < oldestSecond) return { before: null, token: followToken ?? crawl.pageToken };
  const before = newest + 1;
  return { before, token: client.memo.list?.before === before ? followToken : null };
}
