import { z } from "zod";
import { type DecidedBy, endStates, type Origin, openStates } from "../src/core/card.ts";
import { toInstant } from "../src/core/clock.ts";
import { StewardError } from "../src/core/errors.ts";
import { saveActionList } from "../src/store/action-list.ts";
import { changeAttempt, listAttempts } from "../src/store/attempts.ts";
import { getRevision } from "../src/store/card-revisions.ts";
import {
  type Card,
  changeCard,
  getCard,
  getCardByNumber,
  listBundle,
  listCards,
  listRecentCards,
} from "../src/store/cards.ts";
import { grantMore } from "../src/store/effects.ts";
import { forgetCards } from "../src/store/forget-cards.ts";
import { forgetFiles } from "../src/store/forget-files.ts";
import { keepFile } from "../src/store/kept-files.ts";
import { appendLedger } from "../src/store/ledger.ts";
import { addNotice, hasNotice } from "../src/store/notices.ts";
import type { Tx } from "../src/store/open-store.ts";
import { forgetWords } from "../src/store/owner-words.ts";
import { findRedrafts, getProposal, getProposalOfCard, insertProposal, type Proposal } from "../src/store/proposals.ts";
import { previewOf } from "./card-preview.ts";
import { type AccessAnswers, isDue, missingAccess, viewBundle, viewCard } from "./card-view.ts";
import { editCard, excludeLines } from "./change-card.ts";
import { countedAddress } from "./counted-address.ts";
import { answering, decide, Refused } from "./decide.ts";
import type { BundleView, CardView, Door, ProposeAnswer, ProposeStep } from "./door.ts";
import { type DoorSetup, isDrill } from "./door-setup.ts";
import { carryOut } from "./executor/executor.ts";
import { settleAttempts } from "./executor/settle.ts";
import { undoCard } from "./executor/undo.ts";
import { hearWords } from "./own-words.ts";
import { refuseProposal, takeProposal } from "./propose.ts";
import { resumeAll, stopAll, whatStops } from "./stop.ts";
import { type ProposalWaits, takeProposals } from "./take-proposals.ts";
import { tidyCards } from "./tidy-cards.ts";
import { noteLedgerHead } from "./verify-ledger.ts";

/** The door with the turn that its one runner takes again and again. */
export interface OpenDoor extends Door {
  /**
   * One turn: settles what a crash left open, makes cards of what was proposed, ends what expired or moved, and carries out what
   * was approved and is due. Contract: only by the one that holds the door's lock. Returns how much moved.
   */
  turn(signal: AbortSignal): Promise<number>;
  /**
   * The part of a turn that has no effect outside: what was proposed becomes cards, what expired or moved ends, and what was agreed to
   * be looked up is looked up. As `turn`.
   */
  takeIn(signal: AbortSignal): Promise<number>;
  /** Forgets the words of what ended half a year ago. Returns how much. */
  forgetOld(): Promise<number>;
}

/** Requests on one screen; the next ones follow as these are decided. */
const mostShown = 500;

/** What was written, and to whom, is not kept for ever; that it happened is. */
const keepWordsMs = 183 * 86_400_000;

/** Opens the door over a database. Writes down what it can do, so that the reading side knows what may be proposed. */
export async function openDoor(setup: DoorSetup): Promise<OpenDoor> {
  await listActionsOf(setup);
  const views = makeViews(setup);
  const waits: ProposalWaits = new Map();
  const { deps } = setup;
  return {
    ...views,
    propose: (given, origin) => propose(setup, given, origin),
    keep: (file) => setup.store.write((tx) => keepFile(tx, file)),
    hear: (...given) => hearWords(setup, ...given),
    decide: async (request) => {
      if (request.kind === "approve") {
        const missing = await firstMissing(
          setup,
          request.seen.map(({ cardId }) => cardId),
        );
        if (missing !== null) return { kind: "refused", refusal: "needs_consent", ...missing };
      }
      return await decide(setup, request);
    },
    edit: (seen, text, by) => editCard(setup, seen, text, by),
    exclude: (seen, lineIds, by) => excludeLines(setup, seen, lineIds, by),
    undo: (cardId, by) => undoCard(setup, cardId, by),
    sendNow: (cardId, by) =>
      answering(async () => {
        await setup.store.write(async (tx) => {
          const card = await getCard(tx, cardId);
          if (card === null) throw new Refused("not_there", cardId, "There is no such card.");
          if (card.state !== "approved" || card.reason !== "") return;
          await changeCard(tx, cardId, ["approved"], { sendAt: null });
          await appendLedger(tx, { kind: "decided", cardId, body: { kind: "send_now", decidedBy: by } });
        });
        return await cardsOf(setup, cardId);
      }),
    redraft: (cardId) => redraft(setup, cardId),
    markDone: (cardId, by) =>
      answering(async () => {
        await setup.store.write(async (tx) => {
          const card = await getCard(tx, cardId);
          if (card === null) throw new Refused("not_there", cardId, "There is no such card.");
          if (card.markedDoneAt !== null) return;
          const revision = await getRevision(tx, cardId, card.revision);
          if (revision === null || previewOf(revision).handOff === null) {
            throw new Refused("never", cardId, `Card ${card.number} was not handed to you: steward does it.`);
          }
          await changeCard(tx, cardId, ["done"], { markedDoneAt: tx.nowAt });
          await appendLedger(tx, { kind: "marked_done", cardId, body: { decidedBy: by } });
        });
        return await cardsOf(setup, cardId);
      }),
    settle: (cardId, happened, by) => settleByOwner(setup, cardId, happened, by),
    allowMore: (cap, more, by) => allowMore(setup, cap, more, by),
    stop: ({ surface }, why) => stopAll(setup, surface, why),
    resume: (by) => resumeAll(setup, by),
    stopped: () => whatStops(setup),
    forgetOld: () => forgetOld(setup),
    takeIn: async (signal) => {
      const moved = (await takeProposals(setup, waits, signal)) + (await tidyCards(setup));
      return moved + (await carryOut(setup, signal, "lookUps"));
    },
    turn: async (signal) => {
      const settled = await settleAttempts(setup, signal);
      const made = await takeProposals(setup, waits, signal);
      const ended = await tidyCards(setup);
      const done = await carryOut(setup, signal);
      if (!(await noteLedgerHead(setup.store, deps.homePath))) await tellBrokenLedger(setup);
      return settled + made + ended + done;
    },
  };
}

async function forgetOld({ store, clock }: DoorSetup): Promise<number> {
  const beforeAt = toInstant(clock.now() - keepWordsMs);
  const forgotten = await store.write((tx) => forgetCards(tx, beforeAt));
  await store.write((tx) => forgetWords(tx, beforeAt));
  await forgetFiles(store, beforeAt);
  return forgotten;
}

/** Once, whatever else happens: the owner has to look. */
async function tellBrokenLedger({ store }: DoorSetup): Promise<void> {
  const key = "ledger:broken";
  if (await hasNotice(store, key)) return;
  const text = "The ledger is not the one that was written. Run: steward ledger verify";
  await store.write((tx) => addNotice(tx, { key, kind: "alert", level: "push", text }));
}

type Views = Pick<Door, "queue" | "moving" | "history" | "card" | "cardByNumber" | "bundle">;

function makeViews(setup: DoorSetup): Views {
  const { store, clock } = setup;
  const viewAll = (cards: Awaited<ReturnType<typeof listCards>>): Promise<CardView[]> =>
    Promise.all(cards.map((card) => viewCard(setup, card)));
  return {
    queue: async (options = {}) => {
      const open = (await listCards(store, openStates, 10_000)).filter(
        (card) => options.all === true || isDue(card, clock.now()),
      );
      // Those that are put off hide no other.
      const bundles = [...new Set(open.map(({ bundleId }) => bundleId))].slice(0, mostShown);
      const asked: AccessAnswers = new Map();
      const views = await Promise.all(bundles.map((id) => viewBundle(setup, id, asked)));
      return views.filter((view): view is BundleView => view !== null);
    },
    moving: async () => {
      const dayAgo = toInstant(clock.now() - 86_400_000);
      const moving = await listCards(store, ["approved", "prepared", "committing", "unknown"]);
      const ended = await listRecentCards(store, ["done", "failed", "stopped"], 100);
      return await viewAll([...moving, ...ended.filter(({ changedAt }) => changedAt > dayAgo)]);
    },
    history: async (limit) => await viewAll(await listRecentCards(store, endStates, limit)),
    card: async (cardId) => {
      const card = await getCard(store, cardId);
      return card === null ? null : await viewCard(setup, card);
    },
    cardByNumber: async (number) => {
      const card = await getCardByNumber(store, number);
      return card === null ? null : await viewCard(setup, card);
    },
    bundle: (bundleId) => viewBundle(setup, bundleId),
  };
}

async function listActionsOf(setup: DoorSetup): Promise<void> {
  const listed = setup.connectors.flatMap(({ actions }) =>
    actions.map(({ name, tier, description, ask }) => ({
      name,
      tier,
      description,
      askSchema: z.toJSONSchema(ask, { io: "input", unrepresentable: "any" }),
    })),
  );
  await setup.store.write((tx) => saveActionList(tx, listed));
}

async function propose(
  setup: DoorSetup,
  given: readonly ProposeStep[],
  origin: Omit<Origin, "requestId">,
): Promise<ProposeAnswer> {
  const misplaced = given.findIndex(({ after }, at) => after !== null && given.slice(0, at)[after] === undefined);
  if (misplaced >= 0) return { kind: "refused", text: `Step ${misplaced + 1} waits for a step that is not before it.` };
  const bundleId = setup.newId();
  const ids = given.map(() => setup.newId());
  const whole: Origin = { ...origin, requestId: bundleId };
  await setup.store.write(async (tx) => {
    for (const [position, { action, account, ask, after }] of given.entries()) {
      const id = ids[position] ?? setup.newId();
      const afterId = after === null ? null : (ids[after] ?? null);
      await insertProposal(tx, { id, bundleId, position, afterId, action, account, ask, origin: whole });
    }
  });
  return await takeAll(setup, bundleId, ids);
}

async function takeAll(setup: DoorSetup, bundleId: string, ids: readonly string[]): Promise<ProposeAnswer> {
  const refusals: string[] = [];
  for (const id of ids) {
    const proposal = await getProposal(setup.store, id);
    if (proposal === null) continue;
    if (proposal.state === "waiting") await takeOrLeave(setup, bundleId, ids, proposal);
    const after = await getProposal(setup.store, id);
    if (after?.state === "refused") refusals.push(after.refusal ?? "It became no card.");
  }
  if (refusals.length > 0) await dropOpen(setup, bundleId);
  const bundle = await viewBundle(setup, bundleId);
  if (bundle === null || refusals.length > 0) return { kind: "refused", text: refusals.join(" ") };
  return { kind: "cards", bundle };
}

/** Whoever asked is told of what failed, and asks again: nothing of it becomes a card later, behind their back. */
async function takeOrLeave(
  setup: DoorSetup,
  bundleId: string,
  ids: readonly string[],
  proposal: Proposal,
): Promise<void> {
  try {
    await takeProposal(setup, proposal, new AbortController().signal);
  } catch (error) {
    if (isDrill(error)) throw error;
    for (const id of ids) {
      const left = await getProposal(setup.store, id);
      if (left?.state === "waiting") await refuseProposal(setup, left, "It could not be looked at just then.");
    }
    await dropOpen(setup, bundleId);
    throw error;
  }
}

/** A request that cannot be proposed whole is not proposed in part; what the policy had waved through and has not begun, too. */
async function dropOpen(setup: DoorSetup, bundleId: string): Promise<void> {
  await setup.store.write(async (tx) => {
    for (const card of await listBundle(tx, bundleId)) {
      if (card.state !== "proposed" && card.state !== "approved") continue;
      const why = "Another step of the same request could not be proposed.";
      await changeCard(tx, card.id, [card.state], { state: "superseded", reason: why, sendAt: null });
      await appendLedger(tx, { kind: "dropped", cardId: card.id, body: { why } });
    }
  });
}

async function redraft(setup: DoorSetup, cardId: string): Promise<ProposeAnswer> {
  const card = await getCard(setup.store, cardId);
  const proposal = await getProposalOfCard(setup.store, cardId);
  if (card === null || proposal === null) return { kind: "refused", text: "There is no such card." };
  if (!["expired", "failed", "superseded", "stopped", "rejected"].includes(card.state)) {
    return { kind: "refused", text: `Card ${card.number} is ${card.state}: there is nothing to draw up again.` };
  }
  const bundleId = setup.newId();
  const id = setup.newId();
  // Who asked is what the door found then, not what a row claims.
  const origin: Origin = { ...card.origin, requestId: bundleId };
  const { action, account, ask } = proposal;
  const standing = await setup.store.write(async (tx) => {
    const found = await standingRedraft(tx, cardId);
    if (found !== null) return found;
    await insertProposal(tx, {
      id,
      bundleId,
      position: 0,
      afterId: null,
      action,
      account,
      ask,
      origin,
      redraftOf: cardId,
    });
    return null;
  });
  if (standing === null) return await takeAll(setup, bundleId, [id]);
  if (standing === "waiting") return { kind: "refused", text: "It is being drawn up at this moment." };
  if (!openStates.includes(standing.state)) {
    return { kind: "refused", text: `It was drawn up again as card ${standing.number}, which is ${standing.state}.` };
  }
  const bundle = await viewBundle(setup, standing.bundleId);
  return bundle === null ? { kind: "refused", text: "There is no such card." } : { kind: "cards", bundle };
}

/** What stands in a card's place already: a second click must not become a second letter. */
async function standingRedraft(tx: Tx, cardId: string): Promise<Card | "waiting" | null> {
  const { cardIds, isWaiting } = await findRedrafts(tx, cardId);
  if (isWaiting) return "waiting";
  for (const id of cardIds) {
    const card = await getCard(tx, id);
    if (card === null || card.undoneAt !== null) continue;
    if (["proposed", "approved", "prepared", "committing", "unknown", "done"].includes(card.state)) return card;
  }
  return null;
}

const mostAllowed = 50;

/** Errors: `usage` for a cap there is none of, or a number nobody means. */
async function allowMore(setup: DoorSetup, cap: string, more: number, decidedBy: DecidedBy): Promise<void> {
  const isCap = ["send", "change", "critical"].includes(cap) || /^to \S/.test(cap);
  if (!isCap || !Number.isInteger(more) || more < 1 || more > mostAllowed) {
    throw new StewardError("usage", `Of a cap that was reached, 1 to ${mostAllowed} more can be allowed.`);
  }
  const counted = cap.startsWith("to ") ? `to ${countedAddress(cap.slice(3))}` : cap;
  await setup.store.write(async (tx) => {
    await grantMore(tx, counted, more);
    await appendLedger(tx, { kind: "cap_lifted", cardId: null, body: { cap: counted, more, decidedBy } });
    for (const card of await listCards(tx, ["approved", "prepared"], 10_000)) {
      if (card.reason !== "") await changeCard(tx, card.id, ["approved", "prepared"], { sendAt: null, reason: "" });
    }
  });
}

/** The owner looked where nobody else can. */
async function settleByOwner(
  setup: DoorSetup,
  cardId: string,
  happened: boolean,
  decidedBy: Parameters<Door["settle"]>[2],
) {
  return await answering(async () => {
    await setup.store.write(async (tx) => {
      const card = await getCard(tx, cardId);
      if (card === null) throw new Refused("not_there", cardId, "There is no such card.");
      if (card.state !== "unknown")
        throw new Refused("already_decided", cardId, `Card ${card.number} is ${card.state}.`);
      const [attempt] = (await listAttempts(tx, card.id, card.revision)).filter(({ state }) => state === "unknown");
      if (attempt !== undefined) {
        await changeAttempt(tx, attempt.id, ["unknown"], { state: happened ? "done" : "failed" });
      }
      const reason = happened ? "You saw that it happened." : "You saw that it did not happen.";
      await changeCard(tx, cardId, ["unknown"], { state: happened ? "done" : "failed", reason });
      await appendLedger(tx, { kind: "settled_by_owner", cardId, body: { happened, decidedBy } });
    });
    return await cardsOf(setup, cardId);
  });
}

async function cardsOf(setup: DoorSetup, cardId: string) {
  const card = await getCard(setup.store, cardId);
  return card === null ? [] : [card];
}

/** A yes that could not be carried out for want of a right is not taken: the right is asked for first. */
async function firstMissing(
  setup: DoorSetup,
  cardIds: readonly string[],
): Promise<{ cardId: string; text: string } | null> {
  const asked: AccessAnswers = new Map();
  for (const cardId of cardIds) {
    const card = await getCard(setup.store, cardId);
    if (card === null || !openStates.includes(card.state)) continue;
    const missing = await missingAccess(setup, card, asked);
    if (missing !== null) return { cardId, text: `${missing.why} ${missing.cure}` };
  }
  return null;
}
