import { StewardError } from "../../src/core/errors.ts";
import type { FetchedMessage } from "./client.ts";
import { batchSize } from "./fetch-batch.ts";
import type { GmailClient } from "./gmail-client.ts";

/** What came of fetching messages. `missing` are not there (any more, or yet); `failed` Gmail could not give. */
export interface Fetched {
  messages: FetchedMessage[];
  missing: string[];
  failed: string[];
}

const fewMessages = 2;
const mostListPages = 20;

/**
 * Fetches messages in the order of their ids: usual ones in batches, big ones one at a time, huge ones without attachments.
 *
 * Contract: one message that Gmail always fails to give does not keep the others from being read; an outage is no such message.
 * Errors: those of `GoogleAccount.call`.
 */
export async function fetchMessages(
  client: GmailClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Fetched> {
  const { big, huge } = client.memo.sizes ?? { big: new Set(), huge: new Set() };
  const usual = ids.filter((id) => !big.has(id) && !huge.has(id));
  const byId = new Map<string, FetchedMessage>();
  const failed = new Set<string>();
  const keep = (result: Fetched): void => {
    for (const message of result.messages) byId.set(message.id, message);
    for (const id of result.failed) failed.add(id);
  };
  const groups = usual.length <= fewMessages ? usual.map((id) => [id]) : inGroups(usual, batchSize);
  for (const result of await Promise.all(groups.map((group) => fetchGroup(client, group, signal)))) keep(result);
  for (const id of ids.filter((one) => big.has(one) || huge.has(one))) keep(await fetchGroup(client, [id], signal));
  return {
    messages: ids.flatMap((id) => byId.get(id) ?? []),
    missing: ids.filter((id) => !byId.has(id) && !failed.has(id)),
    failed: [...failed],
  };
}

async function fetchGroup(client: GmailClient, ids: readonly string[], signal: AbortSignal): Promise<Fetched> {
  const [only = "", ...others] = ids;
  try {
    const messages =
      others.length === 0 ? await fetchSingle(client, only, signal) : await client.calls.fetchMany(ids, signal);
    return { messages, missing: [], failed: [] };
  } catch (error) {
    if (!(error instanceof StewardError) || error.code !== "unavailable") throw error;
    // When Gmail answers something else, the fault is in a message; otherwise this throws, and all is asked again later.
    await client.calls.profile(signal);
    if (others.length === 0) return { messages: [], missing: [], failed: [only] };
  }
  const results: Fetched[] = [];
  for (const id of ids) results.push(await fetchGroup(client, [id], signal));
  return {
    messages: results.flatMap(({ messages }) => messages),
    missing: [],
    failed: results.flatMap((result) => result.failed),
  };
}

async function fetchSingle(client: GmailClient, id: string, signal: AbortSignal): Promise<FetchedMessage[]> {
  const isHuge = client.memo.sizes?.huge.has(id) === true;
  const size = client.wanted !== null ? "any" : isHuge ? "huge" : "usual";
  const message = await client.calls.fetchOne(id, size, signal);
  return message === null ? [] : [message];
}

/** Learns which messages are too big for a batch. The search index lags: what has just come is not in it, and need not be. */
export async function learnSizes(client: GmailClient, signal: AbortSignal): Promise<void> {
  client.memo.sizes ??= {
    big: await searchIds(client, "larger:2M", signal),
    huge: await searchIds(client, "larger:10M", signal),
  };
}

async function searchIds(client: GmailClient, q: string, signal: AbortSignal): Promise<Set<string>> {
  const ids = new Set<string>();
  let pageToken: string | null = null;
  for (let pages = 0; pages < mostListPages; pages += 1) {
    const page: Awaited<ReturnType<typeof client.calls.list>> = await client.calls.list({ q, pageToken }, signal);
    for (const id of page?.ids ?? []) ids.add(id);
    pageToken = page?.nextPageToken ?? null;
    if (pageToken === null) break;
  }
  return ids;
}

function inGroups<T>(values: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at < values.length; at += size) groups.push(values.slice(at, at + size));
  return groups;
}
