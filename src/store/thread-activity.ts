import { z } from "zod";
import { type Channel, channels } from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { firstItemIdAt } from "./take-items.ts";

const activityRow = z.object({
  thread_id: z.number(),
  id: z.number(),
  sent_at: z.string(),
  from_owner: z.number(),
  kind: z.string(),
  sender: z.string().nullable(),
});

export interface ThreadActivity {
  /** The person it is about: who wrote the deciding item, else to whom the owner wrote. */
  who: string;
  /** The newest item of somebody else, "" when there is none. UTC ISO-8601. */
  newestAt: string;
  newMessages: number;
  itemIds: number[];
  /** When the deciding item was sent. */
  decidedAt: string | null;
}

const itemsPerThread = 20;

/**
 * What happened in threads, as the digest needs it: one lookup for all of them. `since` and `until` are UTC ISO-8601; the
 * answer is asked for by thread and the item that decides about it.
 */
export async function listThreadActivity(
  store: Store,
  threadIds: readonly number[],
  since: string,
  until: string,
): Promise<(threadId: number, decidingItemId: number | null) => ThreadActivity> {
  const rows = store.read.all(
    activityRow,
    `SELECT thread_id, id, sent_at, from_owner, kind, sender FROM (
       SELECT i.thread_id, i.id, i.sent_at, i.from_owner, i.kind, p.name AS sender,
              row_number() OVER (PARTITION BY i.thread_id ORDER BY i.id DESC) AS place
       FROM items i LEFT JOIN identities n ON n.id = i.sender_id LEFT JOIN people p ON p.id = n.person_id
       WHERE i.thread_id IN (SELECT value FROM json_each(?1)) AND i.superseded_by IS NULL AND i.sent_at IS NOT NULL)
     WHERE place <= ?2 ORDER BY thread_id, id`,
    JSON.stringify(threadIds),
    itemsPerThread,
  );
  const grouped = Map.groupBy(rows, (row) => row.thread_id);
  const counts = countNew(store, threadIds, since, until);
  const counterparts = listCounterparts(store, threadIds);
  return (threadId, decidingItemId) => {
    const items = grouped.get(threadId) ?? [];
    const deciding = items.find((item) => item.id === decidingItemId);
    const inbound = items.filter((item) => item.from_owner === 0);
    const speaker = deciding?.from_owner === 0 ? deciding.sender : null;
    return {
      who: speaker ?? counterparts.get(threadId) ?? inbound.at(-1)?.sender ?? "",
      newestAt: inbound.filter((item) => item.kind === "message" || item.sent_at <= until).at(-1)?.sent_at ?? "",
      newMessages: counts.get(threadId) ?? 0,
      itemIds: items.map((item) => item.id),
      decidedAt: deciding?.sent_at ?? null,
    };
  };
}

const countRow = z.object({ thread_id: z.number(), count: z.number() });

function countNew(store: Store, threadIds: readonly number[], since: string, until: string): Map<number, number> {
  const rows = store.read.all(
    countRow,
    `SELECT thread_id, count(*) AS count FROM items
     WHERE id >= ?2 AND kind = 'message' AND from_owner = 0 AND superseded_by IS NULL AND sent_at > ?3 AND sent_at <= ?4
       AND thread_id IN (SELECT value FROM json_each(?1))
     GROUP BY thread_id`,
    JSON.stringify(threadIds),
    firstItemIdAt(since),
    since,
    until,
  );
  return new Map(rows.map((row) => [row.thread_id, row.count]));
}

const counterpartRow = z.object({ thread_id: z.number(), name: z.string() });

/** To whom the owner last wrote in each thread. */
function listCounterparts(store: Store, threadIds: readonly number[]): Map<number, string> {
  const rows = store.read.all(
    counterpartRow,
    `SELECT i.thread_id, o.name FROM items i
     JOIN item_parties p ON p.item_id = i.id AND p.role IN ('to', 'member')
     JOIN identities n ON n.id = p.identity_id AND n.is_owner = 0
     JOIN people o ON o.id = n.person_id
     WHERE i.from_owner = 1 AND i.thread_id IN (SELECT value FROM json_each(?)) ORDER BY i.id`,
    JSON.stringify(threadIds),
  );
  return new Map(rows.map((row) => [row.thread_id, row.name]));
}

const channelRow = z.object({ source_id: z.string(), channel: z.enum(channels) });

/** The channel of each source: that of any of its items. */
export async function listSourceChannels(store: Store): Promise<Map<string, Channel>> {
  const rows = store.read.all(
    channelRow,
    `SELECT s.id AS source_id, i.channel FROM sources s
     JOIN items i ON i.id = (SELECT item_id FROM sightings WHERE source_id = s.id LIMIT 1)`,
  );
  return new Map(rows.map((row) => [row.source_id, row.channel]));
}

/** Voice messages of a source since an instant: nobody has heard them for the owner. */
export async function countUnheard(store: Store, sourceId: string, since: string): Promise<number> {
  const found = store.read.number(
    `SELECT count(*) FROM sightings s JOIN items i ON i.id = s.item_id, json_each(i.attachments) a
     WHERE s.source_id = ? AND i.id >= ? AND i.channel <> 'mail' AND i.attachments <> '[]'
       AND json_extract(a.value, '$.mediaType') LIKE 'audio/%'`,
    sourceId,
    firstItemIdAt(since),
  );
  return found ?? 0;
}
