import { z } from "zod";
import type { Store } from "./open-store.ts";
import { writeInTurns } from "./person-writes.ts";

const statsRow = z.object({
  id: z.number(),
  received: z.number(),
  answered: z.number(),
  written: z.number(),
  written_at: z.string().nullable(),
});
type Stats = z.output<typeof statsRow>;

/**
 * Brings the counts of identities in line with the items: how many turns of theirs the owner received and answered, and how
 * often the owner wrote to them, with Sent evidence only. A turn is one mail, or in a chat a run of messages of one sender;
 * it is answered by a mail of the owner that replies to it, or by the owner writing next in the chat within three days.
 *
 * Contract: returns at once when `added` is false; idempotent; writes only counts that differ, in short transactions.
 * Returns how many identities changed.
 */
export async function refreshPeople(store: Store, options: { added: boolean }): Promise<number> {
  if (!options.added) return 0;
  const wanted = new Map<number, Stats>();
  for (const row of countMailTurns(store)) statsOf(wanted, row.id).received += row.count;
  for (const row of countChatTurns(store)) {
    const stats = statsOf(wanted, row.id);
    stats.received += row.count;
    stats.answered += row.answered ?? 0;
  }
  for (const row of countMailAnswers(store)) statsOf(wanted, row.id).answered += row.count;
  for (const row of countWritten(store)) {
    const stats = statsOf(wanted, row.id);
    stats.written = row.count;
    stats.written_at = row.at;
  }
  const stored = store.read.all(
    statsRow,
    `SELECT id, received_count AS received, answered_count AS answered, written_count AS written, written_at FROM identities
     WHERE received_count + answered_count + written_count > 0 OR written_at IS NOT NULL`,
  );
  const before = new Map(stored.map((row) => [row.id, row]));
  const changed = [...wanted.values()].filter((stats) => !isSame(stats, before.get(stats.id)));
  const emptied = stored.filter((row) => !wanted.has(row.id)).map((row) => emptyStats(row.id));
  await saveStats(store, [...changed, ...emptied]);
  return changed.length + emptied.length;
}

const countRow = z.object({ id: z.number(), count: z.number() });
const chatRow = countRow.extend({ answered: z.number().nullable() });
const writtenRow = z.object({ id: z.number(), count: z.number(), at: z.string().nullable() });

const notOwner = "(SELECT id FROM identities WHERE is_owner = 1)";

function countMailTurns(store: Store): z.output<typeof countRow>[] {
  return store.read.all(
    countRow,
    `SELECT i.sender_id AS id, count(*) AS count
     FROM items i INDEXED BY items_thread JOIN threads t ON t.id = i.thread_id
     WHERE t.channel = 'mail' AND i.superseded_by IS NULL AND i.kind = 'message' AND i.from_owner = 0
       AND i.sender_id IS NOT NULL AND i.sender_id NOT IN ${notOwner}
     GROUP BY i.sender_id`,
  );
}

/** In chats only the last message of a run counts: the one that another sender follows. */
function countChatTurns(store: Store): z.output<typeof chatRow>[] {
  return store.read.all(
    chatRow,
    `SELECT sender_id AS id, count(*) AS count,
            sum(next_owner = 1 AND julianday(next_at) - julianday(sent_at) <= 3) AS answered FROM (
       SELECT i.sender_id, i.from_owner, i.sent_at, lead(i.sender_id) OVER w AS next_sender,
              coalesce(lead(i.from_owner) OVER w, 0) AS next_owner, lead(i.sent_at) OVER w AS next_at
       FROM threads t CROSS JOIN items i INDEXED BY items_thread ON i.thread_id = t.id
       WHERE t.channel <> 'mail' AND i.superseded_by IS NULL AND i.kind = 'message' AND i.sender_id IS NOT NULL
       WINDOW w AS (PARTITION BY i.thread_id ORDER BY i.sent_at, i.id))
     WHERE from_owner = 0 AND next_sender IS NOT sender_id AND sender_id NOT IN ${notOwner}
     GROUP BY sender_id`,
  );
}

function countMailAnswers(store: Store): z.output<typeof countRow>[] {
  return store.read.all(
    countRow,
    `SELECT r.sender_id AS id, count(DISTINCT r.id) AS count
     FROM items o INDEXED BY items_owner_reply CROSS JOIN items r INDEXED BY items_message ON r.message_id = o.in_reply_to
     WHERE o.in_reply_to IS NOT NULL AND o.from_owner = 1 AND r.message_id IS NOT NULL AND r.from_owner = 0
       AND r.sender_id IS NOT NULL AND r.superseded_by IS NULL AND r.sender_id NOT IN ${notOwner}
     GROUP BY r.sender_id`,
  );
}

/** A deleted mail (superseded by itself) was still written; an older version of one (superseded by another) is not counted twice. */
function countWritten(store: Store): z.output<typeof writtenRow>[] {
  return store.read.all(
    writtenRow,
    `SELECT identity_id AS id, count(*) AS count, max(sent_at) AS at FROM (
       SELECT DISTINCT p.item_id, p.identity_id, i.sent_at
       FROM items i INDEXED BY items_thread
       JOIN threads t ON t.id = i.thread_id
       CROSS JOIN item_parties p ON p.item_id = i.id
       WHERE i.sent_evidence = 1 AND (i.superseded_by IS NULL OR i.superseded_by = i.id)
         AND (p.role IN ('to', 'cc', 'bcc') OR (p.role = 'member' AND t.is_group = 0)))
     WHERE identity_id NOT IN ${notOwner}
     GROUP BY identity_id`,
  );
}

function statsOf(all: Map<number, Stats>, id: number): Stats {
  const known = all.get(id);
  if (known !== undefined) return known;
  const fresh = emptyStats(id);
  all.set(id, fresh);
  return fresh;
}

function emptyStats(id: number): Stats {
  return { id, received: 0, answered: 0, written: 0, written_at: null };
}

function isSame(a: Stats, b: Stats | undefined): boolean {
  const other = b ?? emptyStats(a.id);
  return (
    a.received === other.received &&
    a.answered === other.answered &&
    a.written === other.written &&
    a.written_at === other.written_at
  );
}

async function saveStats(store: Store, rows: readonly Stats[]): Promise<void> {
  await writeInTurns(store, rows, (tx, { id, received, answered, written, written_at }) => {
    tx.sql.run(
      "UPDATE identities SET received_count = ?, answered_count = ?, written_count = ?, written_at = ? WHERE id = ?",
      received,
      answered,
      written,
      written_at,
      id,
    );
  });
}
