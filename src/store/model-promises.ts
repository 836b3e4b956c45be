import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const promiseRow = z
  .object({ item_id: z.number(), quote: z.string(), due_on: z.string().nullable() })
  .transform((row) => ({
    itemId: row.item_id,
    /** As it stands in the item, word for word. */
    quote: row.quote,
    /** `YYYY-MM-DD` as the model understood it; null for none. */
    dueOn: row.due_on,
  }));
/** A promise that a model found in an item in which rules found none. */
export type ModelPromise = z.output<typeof promiseRow>;

/** Keeps that a model read these items, and what it found: an item is never read twice. */
export async function savePromiseReadings(
  tx: Tx,
  read: { itemIds: readonly number[]; model: string; callId: string; found: readonly ModelPromise[] },
): Promise<void> {
  for (const itemId of read.itemIds) {
    tx.sql.run(
      "INSERT OR IGNORE INTO promise_readings (item_id, model, call_id, read_at) VALUES (?, ?, ?, ?)",
      itemId,
      read.model,
      read.callId,
      tx.nowAt,
    );
  }
  for (const { itemId, quote, dueOn } of read.found) {
    tx.sql.run("INSERT OR IGNORE INTO model_promises (item_id, quote, due_on) VALUES (?, ?, ?)", itemId, quote, dueOn);
  }
}

/** What a model found in items of the given threads, by item. */
export async function loadModelPromises(
  reading: Reading,
  threadIds: readonly number[],
): Promise<Map<number, ModelPromise>> {
  const rows = sqlOf(reading).all(
    promiseRow,
    `SELECT p.item_id, p.quote, p.due_on FROM model_promises p JOIN items i ON i.id = p.item_id
     WHERE i.thread_id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(threadIds),
  );
  return new Map(rows.map((row) => [row.itemId, row]));
}

/** Which of the given items a model has read for promises. */
export async function listPromiseReadings(reading: Reading, itemIds: readonly number[]): Promise<Set<number>> {
  const rows = sqlOf(reading).all(
    z.object({ item_id: z.number() }),
    "SELECT item_id FROM promise_readings WHERE item_id IN (SELECT value FROM json_each(?))",
    JSON.stringify(itemIds),
  );
  return new Set(rows.map((row) => row.item_id));
}
