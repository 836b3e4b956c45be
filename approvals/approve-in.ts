import type { DecidedBy, DecisionKind } from "../src/core/card.ts";
import { changeCard } from "../src/store/cards.ts";
import { appendLedger } from "../src/store/ledger.ts";
import type { Tx } from "../src/store/open-store.ts";

/** Moves a proposed card to `approved`, in the transaction of the decision, and writes it down. `sendAt` ends the undo window. */
export async function approveIn(
  tx: Tx,
  decision: {
    id: string;
    cardId: string;
    revision: number;
    sha256: string;
    kind: DecisionKind;
    reason: string;
    decidedBy: DecidedBy;
  },
  sendAt: string | null,
): Promise<void> {
  await changeCard(tx, decision.cardId, ["proposed"], { state: "approved", reason: "", sendAt, laterUntil: null });
  const { id, revision, sha256, kind, reason, decidedBy } = decision;
  await appendLedger(tx, {
    kind: "decided",
    cardId: decision.cardId,
    body: { id, kind, revision, sha256, reason, decidedBy },
  });
}
