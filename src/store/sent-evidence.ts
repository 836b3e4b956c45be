import type { Connection } from "./connection.ts";
import { recountThreadOf } from "./threads.ts";

/**
 * A source says that the owner sent this item: it becomes theirs, and those it was addressed to were written to. Contract:
 * counted once, however many sources say so.
 */
export function giveSentEvidence(
  sql: Connection,
  itemId: number,
  item: { sentAt: string | null; group: boolean },
): void {
  const changed = sql.run(
    "UPDATE items SET sent_evidence = 1, from_owner = 1 WHERE id = ? AND sent_evidence = 0",
    itemId,
  ).changes;
  if (changed === 0) return;
  sql.run(
    `UPDATE identities SET written_count = written_count + 1, written_at = max(coalesce(written_at, ''), coalesce(?, ''))
     WHERE is_owner = 0 AND id IN (SELECT identity_id FROM item_parties WHERE item_id = ? AND
       (role IN ('to', 'cc', 'bcc') OR (role = 'member' AND ? = 0)))`,
    item.sentAt,
    itemId,
    Number(item.group),
  );
  recountThreadOf(sql, itemId);
}
