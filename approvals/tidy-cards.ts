import { toInstant } from "../src/core/clock.ts";
import { type Card, listCards, listCardsOfThread, listExpired, listOrphans } from "../src/store/cards.ts";
import { newestItemOf, wentOn } from "../src/store/look-items.ts";
import { addNotice } from "../src/store/notices.ts";
import type { DoorSetup } from "./door-setup.ts";
import { endCard } from "./end-card.ts";

/**
 * Ends what waits and can no longer be right: cards whose time is over, steps behind one that will never be done, and open cards
 * about a conversation that went on after they were drawn up. Contract: changes nothing that has begun. Returns how many it
 * ended.
 */
export async function tidyCards(setup: DoorSetup): Promise<number> {
  const nowAt = toInstant(setup.clock.now());
  let ended = 0;
  for (const card of await listExpired(setup.store, nowAt)) {
    const why = card.state === "proposed" ? "Nobody decided it in time." : "Its turn did not come in time.";
    ended += await drop(setup, card, "expired", why);
  }
  for (const card of await listOrphans(setup.store)) {
    ended += await drop(setup, card, "superseded", "The step before it will not be done.");
  }
  for (const card of await listCards(setup.store, ["proposed"], 5000)) {
    const why = await whyVoid(setup, card);
    if (why !== null) ended += await drop(setup, card, "superseded", why);
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

async function drop(setup: DoorSetup, card: Card, state: "expired" | "superseded", reason: string): Promise<number> {
  return await setup.store.write(async (tx) => {
    // Decided meanwhile, or gone with the step before it.
    if (!(await endCard(tx, card, [card.state], { state, reason }))) return 0;
    const text = `Card ${card.number}: ${reason}`;
    const level = card.state === "proposed" ? "show" : "push";
    await addNotice(tx, { key: `ended:${card.id}`, kind: "alert", level, text, cardId: card.id });
    return 1;
  });
}
