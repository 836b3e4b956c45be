import type { CardState } from "../src/core/card.ts";
import { type Card, changeCard, listBundle } from "../src/store/cards.ts";
import { appendLedger } from "../src/store/ledger.ts";
import type { Tx } from "../src/store/open-store.ts";

const waitingStates: readonly CardState[] = ["proposed", "approved", "prepared"];

/** Ends the steps that wait for one that will never be done, and those behind them. */
export async function dropDependents(tx: Tx, card: Card, why: string): Promise<void> {
  const reason = `Not done: ${why.replace(/\.$/, "")}.`;
  for (const one of await listBehind(tx, card)) {
    if (!waitingStates.includes(one.state)) continue;
    await changeCard(tx, one.id, waitingStates, { state: "superseded", reason, sendAt: null });
    await appendLedger(tx, { kind: "dropped", cardId: one.id, body: { why } });
  }
}

/** Every step that waits for this one, or for one that does; the nearest first. One reading of the bundle, however long. */
export async function listBehind(tx: Tx, card: Card): Promise<Card[]> {
  const waiting = Map.groupBy(await listBundle(tx, card.bundleId), (one) => one.afterCardId);
  const behind = [...(waiting.get(card.id) ?? [])];
  const known = new Set([card.id]);
  for (const one of behind) {
    if (known.has(one.id)) continue;
    known.add(one.id);
    behind.push(...(waiting.get(one.id) ?? []));
  }
  return behind;
}
