import type { Page, Relabelled } from "../../src/core/connector.ts";
import { emptyPage } from "./empty-page.ts";
import { fetchMessages } from "./fetch-messages.ts";
import type { GmailClient, ListedMailbox } from "./gmail-client.ts";
import { type GmailCursor, type HistoryCursor, newestOf, type ResyncCursor } from "./gmail-cursor.ts";
import { isDraft, isHidden } from "./labels.ts";
import { listMailbox } from "./list-mailbox.ts";
import { toProblems, toRecord } from "./mail-record.ts";

/** Mail may be dated a little before it can be seen. */
const overlapMs = 3_600_000;
const fetchSize = 25;
const labelSize = 1000;

/**
 * The history since the last poll is lost: a new one is begun before anything is listed, and what came since the last message
 * that was processed will be fetched. The mailbox's own dates count; this computer's only where they reach further back.
 */
export async function beginResync(client: GmailClient, cursor: GmailCursor, signal: AbortSignal): Promise<Page> {
  const { historyId } = await client.calls.profile(signal);
  const { newestMs, polledMs } = cursor.history;
  const sinceMs = cursor.resync?.sinceMs ?? Math.min(newestMs ?? 0, polledMs) - overlapMs;
  const history: HistoryCursor = { id: historyId, pageToken: null, polledMs: client.clock.now(), newestMs };
  return emptyPage({ ...cursor, resync: { sinceMs, afterId: null, fetching: true, labelled: 0 }, history });
}

/**
 * One page of a resync: first the messages that are newer than the last one processed, then the labels of all, last the ids of
 * all, by which what was deleted is known. Contract: the list is asked for again when it was not kept, and then labels are
 * given from the first on; all of it may happen twice.
 */
export async function pullResync(
  client: GmailClient,
  cursor: GmailCursor,
  resync: ResyncCursor,
  signal: AbortSignal,
): Promise<Page> {
  const { mailbox, isKept } = await openMailbox(client, cursor, signal);
  if (resync.fetching) return await fetchNewer(client, cursor, resync, mailbox, signal);
  return await labelSome(client, cursor, isKept ? resync : { ...resync, labelled: 0 }, mailbox, signal);
}

async function openMailbox(
  client: GmailClient,
  { history }: GmailCursor,
  signal: AbortSignal,
): Promise<{ mailbox: ListedMailbox; isKept: boolean }> {
  const { whole } = client.memo;
  if (whole?.historyId === history.id) return { mailbox: whole.mailbox, isKept: true };
  const mailbox = await listMailbox(client, history.id, signal);
  client.memo.whole = { historyId: history.id, mailbox };
  return { mailbox, isKept: false };
}

async function fetchNewer(
  client: GmailClient,
  cursor: GmailCursor,
  resync: ResyncCursor,
  { ids, labels }: ListedMailbox,
  signal: AbortSignal,
): Promise<Page> {
  const readable = ids.filter((id) => {
    const labelIds = [...(labels.get(id) ?? [])];
    return !isDraft({ labelIds }) && !isHidden({ labelIds });
  });
  const from = resync.afterId === null ? 0 : readable.indexOf(resync.afterId) + 1;
  const some = readable.slice(from, from + fetchSize);
  const { messages, failed } = await fetchMessages(client, some, signal);
  const isReached = from + some.length >= readable.length || isOlder(messages, resync.sinceMs);
  const records = [];
  const relabelled: Relabelled[] = [];
  for (const message of messages) {
    if (isDraft(message) || isHidden(message)) continue;
    const words = await client.words.of(message.labelIds, signal);
    records.push(toRecord(client, message, words));
    relabelled.push({ externalId: message.id, labels: words });
  }
  const afterId = some.at(-1) ?? resync.afterId;
  const newestMs = newestOf(cursor.history.newestMs, messages);
  return {
    ...emptyPage({
      ...cursor,
      resync: { ...resync, afterId, fetching: !isReached },
      history: { ...cursor.history, newestMs },
    }),
    records,
    relabelled,
    failed: toProblems(client, failed),
    progress: { done: from + some.length, total: from + some.length, unit: "records" },
  };
}

/** Lists are not strictly in order of time: only a whole page of older messages ends the search. */
function isOlder(messages: readonly { internalDate: number }[], sinceMs: number): boolean {
  return messages.length > 0 && messages.every(({ internalDate }) => internalDate < sinceMs);
}

async function labelSome(
  client: GmailClient,
  cursor: GmailCursor,
  resync: ResyncCursor,
  { ids, labels }: ListedMailbox,
  signal: AbortSignal,
): Promise<Page> {
  const some = ids.slice(resync.labelled, resync.labelled + labelSize);
  const relabelled: Relabelled[] = [];
  for (const id of some) {
    const labelIds = labels.get(id) ?? [];
    if (labelIds.includes("DRAFT")) continue;
    relabelled.push({ externalId: id, labels: await client.words.of(labelIds, signal) });
  }
  const labelled = resync.labelled + some.length;
  const isLast = labelled >= ids.length;
  if (isLast) client.memo.whole = null;
  const page = emptyPage({ ...cursor, resync: isLast ? null : { ...resync, labelled } });
  return {
    ...page,
    relabelled,
    progress: { done: labelled, total: ids.length, unit: "records" },
    // Nothing was polled since the list was made: what is stored and not in it is gone.
    done: isLast,
    ...(isLast ? { whole: { of: "", externalIds: [...ids] } } : {}),
  };
}
