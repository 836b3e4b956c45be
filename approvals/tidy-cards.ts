import { toInstant } from "../src/core/clock.ts";
import { type Card, changeCard, getCard, listCards, listCardsOfThread, listExpired } from "../src/store/cards.ts";
import { appendLedger } from "../src/store/ledger.ts";
import { newestItemOf, wentOn } from "../src/store/look-items.ts";
import type { DoorSetup } from "./door-setup.ts";
import { dropDependents } from "./drop-dependents.ts";

/**
 * Ends what waits for the owner and can no longer be right: cards whose time is over, and cards about a conversation that went
 * on after they were drawn up. Contract: changes open cards only. Returns how many it ended.
 */
export async function tidyCards(setup: DoorSetup): Promise<number> {
  let ended = 0;
  for (const card of await listExpired(setup.store, toInstant(setup.clock.now()))) {
    await drop(setup, card, "expired", "Nobody decided it in time.");
    ended += 1;
  }
  for (const card of await listCards(setup.store, ["proposed"])) {
    const why = await whyVoid(setup, card);
    if (why === null) continue;
    await drop(setup, card, "superseded", why);
    ended += 1;
  }
  return ended;
}

async function whyVoid(setup: DoorSetup, card: Card): Promise<string | null> {
  if (card.threadId === null || card.threadMark === null) return null;
  const newest = await newestItemOf(setup.store, card.threadId);
  if (newest === null) return "The conversation was deleted where it came from.";
  return (await hasMoved(setup, card)) ? "The conversation went on after this was drawn up." : null;
}

/** Others wrote, or the owner did by their own hand: what steward sent there itself does not count. */
async function hasMoved(setup: DoorSetup, card: Card): Promise<boolean> {
  if (card.threadId === null || card.threadMark === null) return false;
  const after = await wentOn(setup.store, card.threadId, card.threadMark);
  if (after.others) return true;
  if (!after.owner) return false;
  const done = await listCardsOfThread(setup.store, card.threadId, ["done", "committing", "unknown"]);
  return !done.some((one) => one.changedAt >= card.createdAt);
}

async function drop(setup: DoorSetup, card: Card, state: "expired" | "superseded", why: string): Promise<void> {
  await setup.store.write(async (tx) => {
    // Decided meanwhile, or gone with the step before it.
    if ((await getCard(tx, card.id))?.state !== "proposed") return;
    await changeCard(tx, card.id, ["proposed"], { state, reason: why });
    await appendLedger(tx, { kind: "dropped", cardId: card.id, body: { state, why } });
    await dropDependents(tx, card, why);
  });
}
