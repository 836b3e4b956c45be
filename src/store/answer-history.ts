import { z } from "zod";
import { type Channel, channels } from "../core/item.ts";
import type { Store, Tx } from "./open-store.ts";
import { flag } from "./row-types.ts";

/** A past message to the owner outside of groups, with what the owner did about it and what they had done by then. */
export interface PastMessage {
  itemId: number;
  threadId: number;
  sentAt: string;
  answered: boolean;
  /** What happened from this message on, per address: subtracted from today's counts it gives those of that moment. */
  since: (address: string) => Exchange;
}

export interface Exchange {
  received: number;
  answered: number;
  written: number;
}

const messageRow = z.object({
  id: z.number(),
  thread_id: z.number(),
  channel: z.enum(channels),
  from_owner: flag,
  is_group: flag,
  is_bulk: flag,
  message_id: z.string().nullable(),
  in_reply_to: z.string().nullable(),
  sent_at: z.string(),
  sender: z.string().nullable(),
});
type MessageRow = z.output<typeof messageRow>;

const answerInChatMs = 86_400_000;

/** How many messages others have written to the owner: whether there is something new to learn from. */
export async function countReceived(store: Store): Promise<number> {
  return store.read.number("SELECT count(*) FROM items WHERE kind = 'message' AND from_owner = 0") ?? 0;
}

/**
 * The newest messages to the owner before `untilAt` (UTC), at most `limit`, newest first, without groups and bulk. Answered: a
 * mail of the owner replies to it, or the owner wrote next in the chat within a day.
 *
 * Contract: looks at the newest `scan` messages; `since` counts only what lies among these.
 */
export async function listPastMessages(
  store: Store,
  untilAt: string,
  { limit, scan }: { limit: number; scan: number },
): Promise<PastMessage[]> {
  const rows = store.read.all(
    messageRow,
    `SELECT i.id, i.thread_id, i.channel, i.from_owner, t.is_group, i.message_id, i.in_reply_to, i.sent_at, n.value AS sender,
            coalesce(json_extract(i.mail, '$.listUnsubscribe'), 0) = 1 AND i.in_reply_to IS NULL AS is_bulk
     FROM items i JOIN threads t ON t.id = i.thread_id LEFT JOIN identities n ON n.id = i.sender_id
     WHERE i.kind = 'message' AND i.superseded_by IS NULL AND i.sent_at IS NOT NULL ORDER BY i.id DESC LIMIT ?`,
    scan,
  );
  const replay = createReplay(rows, recipientsOf(store, rows));
  const past: PastMessage[] = [];
  for (const row of rows) {
    const answered = replay.take(row);
    if (row.from_owner || row.is_group || row.is_bulk || row.sent_at > untilAt || past.length >= limit) continue;
    past.push({ itemId: row.id, threadId: row.thread_id, sentAt: row.sent_at, answered, since: replay.mark() });
  }
  return past;
}

const recipientRow = z.object({ item_id: z.number(), value: z.string() });

function recipientsOf(store: Store, rows: readonly MessageRow[]): Map<number, string[]> {
  const own = rows.filter((row) => row.from_owner).map((row) => row.id);
  const found = store.read.all(
    recipientRow,
    `SELECT p.item_id, n.value FROM item_parties p JOIN identities n ON n.id = p.identity_id
     WHERE p.item_id IN (SELECT value FROM json_each(?)) AND n.is_owner = 0 AND p.role IN ('to', 'cc', 'bcc', 'member')`,
    JSON.stringify(own),
  );
  const byItem = new Map<number, string[]>();
  for (const { item_id, value } of found) byItem.set(item_id, [...(byItem.get(item_id) ?? []), value]);
  return byItem;
}

interface Step {
  at: number;
  address: string;
  kind: keyof Exchange;
}

/** Goes back in time and counts what lies after each moment. */
function createReplay(rows: readonly MessageRow[], recipients: ReadonlyMap<number, string[]>) {
  const senderOf = new Map(rows.map((row) => [row.message_id ?? "", row.from_owner ? null : row.sender]));
  const repliedTo = new Set(
    rows.flatMap((row) => (row.from_owner && row.in_reply_to !== null ? [row.in_reply_to] : [])),
  );
  const nextOwnMs = new Map<number, number>();
  const steps = new Map<string, Step[]>();
  let clock = 0;
  const count = (address: string | null, kind: keyof Exchange) => {
    if (address === null) return;
    const list = steps.get(address) ?? [];
    list.push({ at: clock, address, kind });
    steps.set(address, list);
  };
  return {
    take: (row: MessageRow): boolean => {
      clock += 1;
      if (row.from_owner) {
        for (const address of recipients.get(row.id) ?? []) count(address, "written");
        if (row.in_reply_to !== null) count(senderOf.get(row.in_reply_to) ?? null, "answered");
        if (row.channel !== "mail") nextOwnMs.set(row.thread_id, Date.parse(row.sent_at));
        return false;
      }
      count(row.sender, "received");
      return isMail(row.channel) ? repliedTo.has(row.message_id ?? "") : answeredInChat(row, nextOwnMs, count);
    },
    mark: () => {
      const now = clock;
      return (address: string): Exchange => {
        const sum = { received: 0, answered: 0, written: 0 };
        for (const step of steps.get(address) ?? []) if (step.at <= now) sum[step.kind] += 1;
        return sum;
      };
    },
  };
}

function isMail(channel: Channel): boolean {
  return channel === "mail";
}

function answeredInChat(
  row: MessageRow,
  nextOwnMs: Map<number, number>,
  count: (address: string | null, kind: keyof Exchange) => void,
): boolean {
  const next = nextOwnMs.get(row.thread_id);
  if (next === undefined || next - Date.parse(row.sent_at) > answerInChatMs) return false;
  count(row.sender, "answered");
  return true;
}

const learnedRow = z
  .object({
    base_version: z.string(),
    weights: z.string().nullable(),
    message_count: z.number(),
    learned_at: z.string(),
  })
  .transform((row) => ({
    baseVersion: row.base_version,
    /** Null when there was too little to learn from. */
    weights: row.weights === null ? null : parseJson(row.weights),
    messageCount: row.message_count,
    learnedAt: row.learned_at,
  }));
export type LearnedRow = z.output<typeof learnedRow>;

/** What was learned last in this home; null when nothing ever was. */
export async function loadLearned(store: Store): Promise<LearnedRow | null> {
  return store.read.get(
    learnedRow,
    "SELECT base_version, weights, message_count, learned_at FROM learned_weights WHERE id = 1",
  );
}

export async function saveLearned(
  tx: Tx,
  learned: { baseVersion: string; weights: unknown; messageCount: number; learnedAt: string },
): Promise<void> {
  tx.sql.run(
    "INSERT OR REPLACE INTO learned_weights (id, base_version, weights, message_count, learned_at) VALUES (1, ?, ?, ?, ?)",
    learned.baseVersion,
    learned.weights === null ? null : JSON.stringify(learned.weights),
    learned.messageCount,
    learned.learnedAt,
  );
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}
