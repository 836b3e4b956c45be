import { StewardError } from "../../src/core/errors.ts";
import type { ListAsk } from "./client.ts";
import type { GmailClient, ListedMailbox } from "./gmail-client.ts";
import { hasRemovals } from "./read-history.ts";

const mostPages = 20_000;

/**
 * Lists every message of a mailbox, spam and trash included, with all its labels: 5 units for 500 of each. What disappears
 * from a list while it is gone through may shift another message out of it: then everything is listed twice, and counts when
 * it was listed once. What has really gone is said by the history since `historyId`.
 */
export async function listMailbox(client: GmailClient, historyId: string, signal: AbortSignal): Promise<ListedMailbox> {
  const first = await listOnce(client, signal);
  const since = await client.calls.history(historyId, null, signal);
  if (since !== null && since !== "expired" && !hasRemovals(since.history) && since.nextPageToken === undefined)
    return first;
  return unite(await listOnce(client, signal), first);
}

async function listOnce(client: GmailClient, signal: AbortSignal): Promise<ListedMailbox> {
  const ids = await listAll(client, {}, signal);
  const labels = new Map<string, string[]>(ids.map((id) => [id, []]));
  const names = await client.calls.labelNames(signal);
  for (const label of names.keys()) {
    for (const id of await listAll(client, { labelId: label }, signal)) labels.get(id)?.push(label);
  }
  return { ids, labels };
}

async function listAll(client: GmailClient, ask: Pick<ListAsk, "labelId">, signal: AbortSignal): Promise<string[]> {
  const ids = new Set<string>();
  let pageToken: string | null = null;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page: Awaited<ReturnType<typeof client.calls.list>> = await client.calls.list(
      { ...ask, spamAndTrash: true, pageToken },
      signal,
    );
    for (const id of page?.ids ?? []) ids.add(id);
    pageToken = page?.nextPageToken ?? null;
    if (page !== null && pageToken === null) return [...ids];
  }
  throw new StewardError("unavailable", "Gmail's list of messages does not end.");
}

function unite(a: ListedMailbox, b: ListedMailbox): ListedMailbox {
  const labels = new Map(a.labels);
  for (const [id, some] of b.labels) labels.set(id, [...new Set([...(labels.get(id) ?? []), ...some])]);
  return { ids: [...new Set([...a.ids, ...b.ids])], labels };
}
