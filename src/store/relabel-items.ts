import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { reindexItem } from "./reindex-item.ts";
import { jsonText } from "./row-types.ts";
import { giveSentEvidence } from "./sent-evidence.ts";

/** The full set of labels that a source now gives one of its records; `sent` when one of them says that the owner sent it. */
export interface NewLabels {
  externalId: string;
  labels: readonly string[];
  sent: boolean;
}

const labelledRow = z.object({
  id: z.number(),
  thread_id: z.number().nullable(),
  sent_at: z.string().nullable(),
  labels: jsonText.pipe(z.array(z.string())),
  sent_evidence: z.number(),
  is_group: z.number().nullable(),
});

/**
 * Gives items the labels their source now says, in place of those they had. Threads of changed items lose their verdicts, so
 * that they are judged anew. Contract: records that this source never sighted are ignored; idempotent; Sent evidence once
 * given stays. Returns how many items changed.
 */
export async function relabelItems(tx: Tx, sourceId: string, relabelled: readonly NewLabels[]): Promise<number> {
  let changed = 0;
  for (const { externalId, labels, sent } of relabelled) {
    const item = tx.sql.get(
      labelledRow,
      `SELECT i.id, i.thread_id, i.sent_at, i.labels, i.sent_evidence, h.is_group FROM sightings g
       JOIN items i ON i.id = g.item_id LEFT JOIN threads h ON h.id = i.thread_id
       WHERE g.source_id = ? AND g.external_id = ?`,
      sourceId,
      externalId,
    );
    if (item === null) continue;
    const wanted = [...new Set(labels)];
    const becomesSent = sent && item.sent_evidence === 0;
    if (isSameSet(wanted, item.labels) && !becomesSent) continue;
    tx.sql.run("UPDATE items SET labels = ? WHERE id = ?", JSON.stringify(wanted), item.id);
    if (becomesSent) giveSentEvidence(tx.sql, item.id, { sentAt: item.sent_at, group: item.is_group === 1 });
    reindexItem(tx.sql, item.id);
    if (item.thread_id !== null) tx.sql.run("DELETE FROM verdicts WHERE thread_id = ?", item.thread_id);
    changed += 1;
  }
  return changed;
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const known = new Set(b);
  return a.length === known.size && a.every((label) => known.has(label));
}
