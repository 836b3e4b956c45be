import type { Tx } from "./open-store.ts";

const ended = "('done', 'failed', 'rejected', 'expired', 'superseded', 'stopped')";

/**
 * Forgets the words of cards that ended before that instant: their bytes and what was shown. What happened stays in the ledger, by
 * its hash; their files are for `forgetFiles`. Returns how many revisions lost their words.
 */
export async function forgetCards(tx: Tx, beforeAt: string): Promise<number> {
  const { changes } = tx.sql.run(
    `UPDATE card_revisions SET content = '', preview = '{}', facts = '{}'
     WHERE content <> '' AND card_id IN (SELECT id FROM cards WHERE state IN ${ended} AND changed_at < ?)`,
    beforeAt,
  );
  tx.sql.run(
    `UPDATE attempts SET handle = NULL, result = NULL
     WHERE (handle IS NOT NULL OR result IS NOT NULL) AND card_id IN (SELECT id FROM cards WHERE state IN ${ended} AND changed_at < ?)`,
    beforeAt,
  );
  tx.sql.run(
    "UPDATE proposals SET ask = 'null' WHERE state <> 'waiting' AND ask <> 'null' AND proposed_at < ?",
    beforeAt,
  );
  return changes;
}
