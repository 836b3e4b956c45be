import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const searchRow = z.object({ card_id: z.string(), result: jsonText });

/** Cards of an action that was carried out and whose result nobody has made items of yet, oldest first. */
export async function listUntakenSearches(
  reading: Reading,
  action: string,
  limit: number,
): Promise<{ cardId: string; result: unknown }[]> {
  const rows = sqlOf(reading).all(
    searchRow,
    `SELECT c.id AS card_id, a.result FROM cards c JOIN attempts a ON a.card_id = c.id AND a.state = 'done'
     WHERE c.action = ? AND c.state = 'done' AND a.result IS NOT NULL
       AND c.id NOT IN (SELECT card_id FROM searches_taken) ORDER BY c.changed_at LIMIT ?`,
    action,
    limit,
  );
  return rows.map(({ card_id, result }) => ({ cardId: card_id, result }));
}

/** Notes that a card's result has become items. */
export async function markSearchTaken(tx: Tx, cardId: string): Promise<void> {
  tx.sql.run("INSERT OR IGNORE INTO searches_taken (card_id, taken_at) VALUES (?, ?)", cardId, tx.nowAt);
}
