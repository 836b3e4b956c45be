import { z } from "zod";
import type { Store, Tx } from "./open-store.ts";

export const commitmentStates = ["open", "done", "overdue", "void"] as const;

const commitmentRow = z
  .object({
    id: z.number(),
    thread_id: z.number(),
    item_id: z.number(),
    promised_by: z.enum(["me", "them"]),
    identity_value: z.string(),
    what: z.string(),
    due_at: z.string().nullable(),
    state: z.enum(commitmentStates),
    closed_by_item_id: z.number().nullable(),
    owner_state: z.enum(["done", "void"]).nullable(),
    person: z.string().nullable(),
    sent_at: z.string().nullable(),
    source: z.enum(["rules", "model"]),
  })
  .transform((row) => ({
    id: row.id,
    threadId: row.thread_id,
    itemId: row.item_id,
    by: row.promised_by,
    address: row.identity_value,
    person: row.person ?? row.identity_value,
    what: row.what,
    dueAt: row.due_at,
    /** What the owner said about it wins over what the rules found. */
    state: row.owner_state ?? row.state,
    closedByItemId: row.closed_by_item_id,
    promisedAt: row.sent_at,
    /** Who found it. */
    source: row.source,
  }));
export type StoredCommitment = z.output<typeof commitmentRow>;

export interface CommitmentToSave {
  threadId: number;
  itemId: number;
  by: "me" | "them";
  address: string;
  what: string;
  dueAt: string | null;
  state: (typeof commitmentStates)[number];
  closedByItemId: number | null;
  source: "rules" | "model";
}

/** Replaces the commitments found in a thread; what the owner said about one stays. */
export async function saveCommitments(tx: Tx, threadId: number, found: readonly CommitmentToSave[]): Promise<void> {
  for (const one of found) {
    tx.sql.run(
      `INSERT INTO commitments (thread_id, item_id, promised_by, identity_value, what, due_at, state, closed_by_item_id, source, found_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (item_id, promised_by, what) DO UPDATE SET
         thread_id = excluded.thread_id, due_at = excluded.due_at, state = excluded.state, closed_by_item_id = excluded.closed_by_item_id,
         source = excluded.source`,
      threadId,
      one.itemId,
      one.by,
      one.address,
      one.what,
      one.dueAt,
      one.state,
      one.closedByItemId,
      one.source,
      tx.nowAt,
    );
  }
  const kept = JSON.stringify(found.map((one) => `${one.itemId}|${one.by}|${one.what}`));
  tx.sql.run(
    `DELETE FROM commitments WHERE thread_id = ? AND owner_state IS NULL
       AND item_id || '|' || promised_by || '|' || what NOT IN (SELECT value FROM json_each(?))`,
    threadId,
    kept,
  );
}

/** Commitments by due date (undated last), then by age. `all` includes those done or void. */
export async function listCommitments(store: Store, options: { all: boolean }): Promise<StoredCommitment[]> {
  return store.read.all(
    commitmentRow,
    `SELECT c.id, c.thread_id, c.item_id, c.promised_by, c.identity_value, c.what, c.due_at, c.state, c.closed_by_item_id,
            c.owner_state, c.source, p.name AS person, i.sent_at
     FROM commitments c
     JOIN items i ON i.id = c.item_id
     LEFT JOIN identities n ON n.value = c.identity_value
     LEFT JOIN people p ON p.id = n.person_id
     WHERE ? OR coalesce(c.owner_state, c.state) IN ('open', 'overdue')
     GROUP BY c.id ORDER BY c.due_at IS NULL, c.due_at, i.sent_at`,
    Number(options.all),
  );
}

/** The owner's word on a commitment: kept, or not one at all. */
export async function setCommitmentState(tx: Tx, id: number, state: "done" | "void"): Promise<boolean> {
  return tx.sql.run("UPDATE commitments SET owner_state = ? WHERE id = ?", state, id).changes > 0;
}
