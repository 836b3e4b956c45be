import { z } from "zod";
import type { Store } from "./open-store.ts";

const keyRow = z.object({ id: z.number(), key: z.string(), taken_at: z.string() });

/** Which event an item carries, and since when this version of it is known, UTC ISO-8601. */
export interface CarriedEvent {
  key: string;
  takenAt: string;
}

/**
 * The event each item carries, an entry of a calendar or an invitation in a mail; items without one are left out. Equal keys
 * mean the same event of the same organizer: anybody can write a uid that they saw into an invitation of their own.
 */
export async function listCarriedEvents(store: Store, itemIds: readonly number[]): Promise<Map<number, CarriedEvent>> {
  const rows = store.read.all(
    keyRow,
    `SELECT id, lower(coalesce(json_extract(event, '$.organizer'), '')) || ' ' || json_extract(event, '$.uid') AS key, taken_at
     FROM items WHERE id IN (SELECT value FROM json_each(?)) AND event IS NOT NULL`,
    JSON.stringify(itemIds),
  );
  return new Map(rows.map((row) => [row.id, { key: row.key, takenAt: row.taken_at }]));
}
