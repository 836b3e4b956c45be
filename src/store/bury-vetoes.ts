import { z } from "zod";
import type { Store } from "./open-store.ts";
import { flag } from "./row-types.ts";

const row = z.object({ id: z.number(), judged: flag, reason: z.string().nullable() });

/** What triage says of putting one item out of sight. */
export interface BuryVeto {
  itemId: number;
  /** Whether its thread was looked at by triage at all. */
  judged: boolean;
  /** The first signal that forbids it, in words; null when none does. */
  reason: string | null;
}

/** What triage says of putting items out of sight; ids the store does not have are left out. */
export async function listBuryVetoes(store: Store, itemIds: readonly number[]): Promise<BuryVeto[]> {
  const rows = store.read.all(
    row,
    `SELECT i.id, v.thread_id IS NOT NULL AS judged,
       (SELECT json_extract(s.value, '$.reason') FROM json_each(v.signals) s
        WHERE json_extract(s.value, '$.vetoes') = 1 LIMIT 1) AS reason
     FROM items i LEFT JOIN verdicts v ON v.thread_id = i.thread_id
     WHERE i.id IN (SELECT value FROM json_each(?)) ORDER BY i.id`,
    JSON.stringify(itemIds),
  );
  return rows.map(({ id, judged, reason }) => ({ itemId: id, judged, reason }));
}
