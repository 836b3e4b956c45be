import type { DraftItem } from "../core/item.ts";
import { rawText } from "../core/untrusted.ts";
import type { Connection } from "./connection.ts";

/**
 * The thread an item belongs to, by any of its keys; a new one when none is known. When its keys name several threads they
 * become one, under the oldest id.
 */
export function resolveThread(sql: Connection, draft: DraftItem): number {
  const found = new Set<number>();
  for (const key of draft.threadKeys) {
    const threadId = sql.number("SELECT thread_id FROM thread_keys WHERE key = ?", key);
    if (threadId !== null) found.add(threadId);
  }
  const [first, ...others] = [...found].sort((a, b) => a - b);
  const threadId = first ?? createThread(sql, draft);
  for (const other of others) mergeThreads(sql, threadId, other);
  for (const key of draft.threadKeys)
    sql.run("INSERT OR IGNORE INTO thread_keys (key, thread_id) VALUES (?, ?)", key, threadId);
  return threadId;
}

function createThread(sql: Connection, draft: DraftItem): number {
  return sql.run(
    "INSERT INTO threads (channel, title, is_group) VALUES (?, ?, ?)",
    draft.channel,
    rawText(draft.threadTitle),
    Number(draft.group),
  ).lastId;
}

function mergeThreads(sql: Connection, into: number, from: number): void {
  sql.run("UPDATE items SET thread_id = ? WHERE thread_id = ?", into, from);
  sql.run("UPDATE thread_keys SET thread_id = ? WHERE thread_id = ?", into, from);
  sql.run("UPDATE commitments SET thread_id = ? WHERE thread_id = ?", into, from);
  sql.run("UPDATE drafts SET thread_id = ? WHERE thread_id = ?", into, from);
  sql.run("UPDATE corrections SET thread_id = ? WHERE thread_id = ?", into, from);
  sql.run("DELETE FROM verdicts WHERE thread_id IN (?, ?)", into, from);
  sql.run("DELETE FROM threads WHERE id = ?", from);
  recountThread(sql, into);
}

/** Counts one item that was just stored into its thread's summary. */
export function noteThreadItem(
  sql: Connection,
  threadId: number,
  item: { itemId: number; sentAt: string | null; fromOwner: boolean },
): void {
  const inboundAt = item.fromOwner ? null : item.sentAt;
  const outboundAt = item.fromOwner ? item.sentAt : null;
  sql.run(
    `UPDATE threads SET item_count = item_count + 1,
       first_at = min(coalesce(first_at, ?1), coalesce(?1, first_at)),
       last_item_id = CASE WHEN last_item_id IS NULL OR ?2 > last_item_id THEN ?2 ELSE last_item_id END,
       last_at = max(coalesce(last_at, ?1), coalesce(?1, last_at)),
       inbound_at = max(coalesce(inbound_at, ?3), coalesce(?3, inbound_at)),
       outbound_at = max(coalesce(outbound_at, ?4), coalesce(?4, outbound_at))
     WHERE id = ?5`,
    item.sentAt,
    item.itemId,
    inboundAt,
    outboundAt,
    threadId,
  );
}

/** Recomputes a thread's summary from its items, after a merge or when the owner's identities changed. */
export function recountThread(sql: Connection, threadId: number): void {
  sql.run(
    `UPDATE threads SET
       (item_count, first_at, last_at, last_item_id, inbound_at, outbound_at) =
       (SELECT count(*), min(sent_at), max(sent_at), max(id), max(CASE WHEN from_owner = 0 THEN sent_at END),
               max(CASE WHEN from_owner = 1 THEN sent_at END)
        FROM items WHERE thread_id = ?1 AND superseded_by IS NULL)
     WHERE id = ?1`,
    threadId,
  );
}

/** The same for the thread of an item that was superseded, has gone, or turned out to be the owner's. */
export function recountThreadOf(sql: Connection, itemId: number): void {
  const threadId = sql.number("SELECT thread_id FROM items WHERE id = ?", itemId);
  if (threadId !== null) recountThread(sql, threadId);
}
