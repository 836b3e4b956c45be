import type { DecidedBy } from "../../src/core/card.ts";
import { toInstant } from "../../src/core/clock.ts";
import { toStewardError } from "../../src/core/errors.ts";
import { listAttempts } from "../../src/store/attempts.ts";
import { type Card, changeCard, getCard } from "../../src/store/cards.ts";
import { appendLedger } from "../../src/store/ledger.ts";
import { answering, Refused } from "../decide.ts";
import type { DecisionAnswer } from "../door.ts";
import type { DoorSetup } from "../door-setup.ts";
import { dropDependents } from "../drop-dependents.ts";
import { openCall, openJob } from "./job.ts";

/** How long what was done can be undone. */
export const undoableMs = 7 * 86_400_000;

/** Whether what a card did can be undone at this moment. */
export function isUndoable(card: Card, hasUndo: boolean, nowMs: number): boolean {
  return card.state === "done" && hasUndo && card.undoneAt === null && nowMs - Date.parse(card.changedAt) < undoableMs;
}

/** Before it begins a yes is taken back; after it was done it is undone, where the action can. Twice is once. */
export async function undoCard(setup: DoorSetup, cardId: string, decidedBy: DecidedBy): Promise<DecisionAnswer> {
  return await answering(async () => {
    const card = await getCard(setup.store, cardId);
    if (card === null) throw new Refused("not_there", cardId, "There is no such card.");
    if (card.undoneAt !== null) return [card];
    if (card.state === "approved" || card.state === "prepared") await takeBack(setup, card, decidedBy);
    else await undoDone(setup, card, decidedBy);
    const after = await getCard(setup.store, cardId);
    return after === null ? [] : [after];
  });
}

/** A yes that is taken back is a no to that revision: another yes needs the card drawn up anew. */
async function takeBack(setup: DoorSetup, card: Card, decidedBy: DecidedBy): Promise<void> {
  await setup.store.write(async (tx) => {
    await changeCard(tx, card.id, ["approved", "prepared"], {
      state: "rejected",
      reason: "Taken back before it went out.",
      sendAt: null,
    });
    await appendLedger(tx, { kind: "undone", cardId: card.id, body: { before: true, decidedBy } });
    await dropDependents(tx, card, "the step before it was taken back");
  });
}

/** Longer than an undo may take: after that, one that a crash cut off can be asked for again. */
const undoWithinMs = 120_000;
const undoLeaseMs = 150_000;

async function undoDone(setup: DoorSetup, card: Card, decidedBy: DecidedBy): Promise<void> {
  const cannot = new Refused(
    "already_decided",
    card.id,
    `Card ${card.number} is ${card.state}: that cannot be undone.`,
  );
  if (!isUndoable(card, true, setup.clock.now())) throw cannot;
  const job = await openJob(setup, card.id, card.revision);
  if (job.action.undo === undefined || job.action.mayUndo?.(job.input) === false) throw cannot;
  const attempt = (await listAttempts(setup.store, card.id, card.revision)).find(({ state }) => state === "done");
  // Of what only the owner saw happen there is nothing to go by.
  if (attempt === undefined || attempt.result === null) throw cannot;
  const result: unknown = job.action.result.parse(attempt.result);
  await beginUndo(setup, card, decidedBy);
  const { call, boundary } = await openCall(setup, job, {
    purpose: "undo",
    mostRequests: 20,
    attempt: attempt.number,
    signal: AbortSignal.timeout(undoWithinMs),
  });
  try {
    await job.action.undo(result, call);
  } catch (error) {
    const named = toStewardError(error, "undoing");
    await setup.store.write(async (tx) => {
      await changeCard(tx, card.id, ["done"], { sendAt: null });
      const body = { why: named.code, requests: boundary.sent };
      await appendLedger(tx, { kind: "undo_failed", cardId: card.id, body });
    });
    throw named;
  }
  await setup.store.write(async (tx) => {
    await changeCard(tx, card.id, ["done"], { undoneAt: tx.nowAt, sendAt: null });
    await appendLedger(tx, {
      kind: "undone",
      cardId: card.id,
      body: { before: false, decidedBy, requests: boundary.sent },
    });
  });
}

/** One undo at a time, on disk before its first byte, and nothing follows any more on what is being undone. */
async function beginUndo(setup: DoorSetup, { id }: Card, decidedBy: DecidedBy): Promise<void> {
  const nowMs = setup.clock.now();
  const untilAt = toInstant(nowMs + undoLeaseMs);
  await setup.store.write(async (tx) => {
    const card = await getCard(tx, id);
    if (card === null || card.undoneAt !== null) throw new Refused("already_decided", id, "It is undone already.");
    const isUnderWay = card.sendAt !== null && card.sendAt > tx.nowAt && card.sendAt <= untilAt;
    if (isUnderWay) throw new Refused("already_decided", id, `Card ${card.number} is being undone.`);
    await changeCard(tx, id, ["done"], { sendAt: untilAt });
    await appendLedger(tx, { kind: "undoing", cardId: id, body: { decidedBy } });
    await dropDependents(tx, card, "the step before it was undone");
  });
}
