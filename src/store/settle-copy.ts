import { changeAttempt, listUnsettledAttempts } from "./attempts.ts";
import { changeCard, listCards } from "./cards.ts";
import { appendLedger } from "./ledger.ts";
import type { Tx } from "./open-store.ts";

/**
 * Makes a copy of a database harmless: what was approved or under way when it was made may have gone out since, from the home it
 * was copied from, so nothing of it is carried out by the copy; and nobody is signed in to it. Doing it twice is doing it once.
 */
export async function settleCopy(tx: Tx): Promise<void> {
  tx.sql.exec("DELETE FROM page_sessions; DELETE FROM page_logins; DELETE FROM page_address; DELETE FROM daemon_lease");
  const waiting = await listCards(tx, ["approved", "prepared"]);
  for (const { id } of waiting) {
    const reason = "It was approved when this copy was made, and may have gone out since. Look, then redraft it.";
    await changeCard(tx, id, ["approved", "prepared"], { state: "stopped", reason, sendAt: null });
  }
  const begun = await listUnsettledAttempts(tx);
  for (const { id, cardId } of begun) {
    const reason = "It was under way when this copy was made.";
    await changeAttempt(tx, id, ["committing"], { state: "unknown", error: reason, askAgainAt: null });
    await changeCard(tx, cardId, ["committing"], { state: "unknown", reason });
  }
  const cards = [...waiting.map(({ id }) => id), ...begun.map(({ cardId }) => cardId)];
  if (cards.length > 0) await appendLedger(tx, { kind: "stopped", cardId: null, body: { why: "copied", cards } });
}
