import type { Page, Relabelled } from "../../src/core/connector.ts";
import type { RawRecord } from "../../src/core/record.ts";
import { pause } from "../google-account/pause.ts";
import type { FetchedMessage } from "./client.ts";
import { emptyPage } from "./empty-page.ts";
import { type Fetched, fetchMessages } from "./fetch-messages.ts";
import type { GmailClient } from "./gmail-client.ts";
import { type GmailCursor, type HistoryCursor, newestOf } from "./gmail-cursor.ts";
import { isDraft, isHidden } from "./labels.ts";
import { toProblems, toRecord } from "./mail-record.ts";
import { beginResync } from "./pull-resync.ts";
import { type MessageNews, readHistory } from "./read-history.ts";

/** A message may be named before it can be got; after this it is taken as deleted again. Milliseconds. */
const waitsForNewMs = [1000, 2000, 4000];

/**
 * One page of what changed since the last poll; usually the only one. Contract: the history id moves when the last page is
 * done; until then the same cursor, or the start of the poll when its page token has expired, gives the same again.
 */
export async function pullHistory(client: GmailClient, cursor: GmailCursor, signal: AbortSignal): Promise<Page> {
  const { history } = cursor;
  const pollMs = client.clock.now();
  const answer = await client.calls.history(history.id, history.pageToken, signal);
  if (answer === null) return await beginResync(client, cursor, signal);
  if (answer === "expired") {
    return emptyPage({ ...cursor, history: { ...history, pageToken: null } });
  }
  const news = await applyNews(client, readHistory(answer.history), signal);
  const next: HistoryCursor =
    answer.nextPageToken === undefined
      ? { ...history, id: answer.historyId, pageToken: null, polledMs: pollMs }
      : { ...history, pageToken: answer.nextPageToken };
  const isLast = answer.nextPageToken === undefined;
  const { records, relabelled, gone, fetched } = news;
  const crawled = cursor.crawl;
  return {
    records,
    gone,
    relabelled,
    failed: toProblems(client, fetched.failed),
    cursor: { ...cursor, history: { ...next, newestMs: newestOf(history.newestMs, fetched.messages) } },
    done: isLast && crawled === null && cursor.resync === null,
    coverage: isLast ? rangeBetween(history.polledMs, pollMs) : null,
    progress:
      crawled === null
        ? { done: records.length, total: records.length, unit: "records" }
        : { done: crawled.done, total: crawled.total, unit: "records" },
  };
}

/** The history says everything since the last poll. A clock that was set back in between makes no range. */
function rangeBetween(fromMs: number, toMs: number): Page["coverage"] {
  const range = { from: Math.min(fromMs, toMs), to: toMs };
  return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
}

interface Applied {
  records: RawRecord[];
  relabelled: Relabelled[];
  gone: string[];
  fetched: Fetched;
}

async function applyNews(client: GmailClient, news: readonly MessageNews[], signal: AbortSignal): Promise<Applied> {
  const there = news.filter(({ isDeleted }) => !isDeleted);
  // What came and went between two polls was never stored.
  const gone = news.filter(({ isDeleted, isNew }) => isDeleted && !isNew).map(({ id }) => id);
  const wanted = there.filter(({ isNew, labelIds }) => isNew && !isUnread(labelIds));
  const fetched = await fetchNew(
    client,
    wanted.map(({ id }) => id),
    signal,
  );
  const records: RawRecord[] = [];
  const relabelled: Relabelled[] = [];
  const changed = new Set(there.filter(({ isRelabelled }) => isRelabelled).map(({ id }) => id));
  for (const message of fetched.messages) {
    if (isDraft(message) || isHidden(message)) continue;
    const labels = await client.words.of(message.labelIds, signal);
    records.push(toRecord(client, message, labels));
    // It may be stored with other labels already.
    if (changed.has(message.id)) relabelled.push({ externalId: message.id, labels });
  }
  const isFetched = new Set(wanted.map(({ id }) => id));
  for (const { id, labelIds } of there) {
    if (!changed.has(id) || isFetched.has(id)) continue;
    const ids = labelIds ?? (await client.calls.labelsOf(id, signal));
    if (ids === null || ids.includes("DRAFT")) continue;
    relabelled.push({ externalId: id, labels: await client.words.of(ids, signal) });
  }
  return { records, relabelled, gone: [...gone, ...fetched.missing], fetched };
}

function isUnread(labelIds: string[] | null): boolean {
  return labelIds !== null && (isDraft({ labelIds }) || isHidden({ labelIds }));
}

/** Fetches what is new; what is not there yet is asked for again for some seconds, all of it together. */
async function fetchNew(client: GmailClient, ids: readonly string[], signal: AbortSignal): Promise<Fetched> {
  let { messages, missing, failed } = await fetchMessages(client, ids, signal);
  for (const waitMs of waitsForNewMs) {
    if (missing.length === 0) break;
    await pause(client.clock, waitMs, signal);
    const more = await fetchMessages(client, missing, signal);
    messages = inOrder(ids, [...messages, ...more.messages]);
    missing = more.missing;
    failed = [...failed, ...more.failed];
  }
  return { messages, missing, failed };
}

function inOrder(ids: readonly string[], messages: readonly FetchedMessage[]): FetchedMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
