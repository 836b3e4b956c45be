import { type Card, changeCard, listBundle } from "../src/store/cards.ts";
import { appendLedger } from "../src/store/ledger.ts";
import type { Tx } from "../src/store/open-store.ts";

/** Steps that wait for one that will never be done. */
export async function dropDependents(tx: Tx, card: Card, why: string): Promise<void> {
  for (const one of await listBundle(tx, card.bundleId)) {
    if (one.afterCardId !== card.id || !["proposed", "approved"].includes(one.state)) continue;
    await changeCard(tx, one.id, ["proposed", "approved"], {
      state: "superseded",
      reason: `Not done: ${why}.`,
      sendAt: null,
    });
    await appendLedger(tx, { kind: "dropped", cardId: one.id, body: { why } });
    await dropDependents(tx, one, why);
  }
}
