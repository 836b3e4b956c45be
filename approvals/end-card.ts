import type { CardState } from "../src/core/card.ts";
import { changeAttempt, listAttempts } from "../src/store/attempts.ts";
import { type Card, changeCard, getCard } from "../src/store/cards.ts";
import { appendLedger } from "../src/store/ledger.ts";
import type { Tx } from "../src/store/open-store.ts";
import { dropDependents } from "./drop-dependents.ts";

/**
 * Ends a card that can no longer come about, with what was prepared for it and the steps behind it. Contract: changes nothing
 * and returns false when it is in none of the states `from` by now.
 */
export async function endCard(
  tx: Tx,
  card: Card,
  from: readonly CardState[],
  { state, reason }: { state: "expired" | "superseded" | "failed"; reason: string },
): Promise<boolean> {
  const now = await getCard(tx, card.id);
  if (now === null || !from.includes(now.state)) return false;
  await dropPrepared(tx, now, reason);
  await changeCard(tx, card.id, from, { state, reason, sendAt: null });
  const kind = state === "failed" ? "failed" : "dropped";
  await appendLedger(tx, { kind, cardId: card.id, body: { state, why: reason } });
  await dropDependents(tx, now, reason);
  return true;
}

/** What was made ready for a revision that will not be executed. */
export async function dropPrepared(tx: Tx, { id, revision }: Card, why: string): Promise<void> {
  for (const attempt of await listAttempts(tx, id, revision)) {
    if (attempt.state === "prepared")
      await changeAttempt(tx, attempt.id, ["prepared"], { state: "failed", error: why });
  }
}
