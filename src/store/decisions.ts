import { z } from "zod";
import { type DecidedBy, type DecisionKind, decidedBySchema, decisionKinds } from "../core/card.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const decisionRow = z
  .object({
    id: z.string(),
    card_id: z.string(),
    revision: z.number(),
    sha256: z.string(),
    kind: z.enum(decisionKinds),
    reason: z.string(),
    decided_by: jsonText.pipe(decidedBySchema),
    decided_at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    cardId: row.card_id,
    revision: row.revision,
    sha256: row.sha256,
    kind: row.kind,
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  }));
export type Decision = z.output<typeof decisionRow>;

export interface NewDecision {
  id: string;
  cardId: string;
  revision: number;
  sha256: string;
  kind: DecisionKind;
  reason: string;
  decidedBy: DecidedBy;
}

/** Stores a decision. Contract: a second yes to the same revision throws. */
export async function insertDecision(tx: Tx, decision: NewDecision): Promise<void> {
  tx.sql.run(
    "INSERT INTO decisions (id, card_id, revision, sha256, kind, reason, decided_by, decided_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    decision.id,
    decision.cardId,
    decision.revision,
    decision.sha256,
    decision.kind,
    decision.reason,
    JSON.stringify(decision.decidedBy),
    tx.nowAt,
  );
}

const columns = "id, card_id, revision, sha256, kind, reason, decided_by, decided_at";

/** The yes to exactly this revision with exactly this hash; null when there is none. */
export async function findYes(
  reading: Reading,
  cardId: string,
  revision: number,
  sha256: string,
): Promise<Decision | null> {
  return sqlOf(reading).get(
    decisionRow,
    `SELECT ${columns} FROM decisions WHERE card_id = ? AND revision = ? AND sha256 = ? AND kind IN ('approve', 'dictated', 'policy')`,
    cardId,
    revision,
    sha256,
  );
}

/** Every decision about a card, oldest first. */
export async function listDecisions(reading: Reading, cardId: string): Promise<Decision[]> {
  return sqlOf(reading).all(
    decisionRow,
    `SELECT ${columns} FROM decisions WHERE card_id = ? ORDER BY decided_at, id`,
    cardId,
  );
}
