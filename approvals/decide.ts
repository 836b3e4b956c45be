import type { CardState, DecidedBy, Refusal } from "../src/core/card.ts";
import { toInstant } from "../src/core/clock.ts";
import { type CardRevision, getRevision, readContent } from "../src/store/card-revisions.ts";
import { type Card, CardMoved, changeCard, getCard } from "../src/store/cards.ts";
import { findYes, insertDecision } from "../src/store/decisions.ts";
import { appendLedger } from "../src/store/ledger.ts";
import type { Tx } from "../src/store/open-store.ts";
import { readStop } from "../src/store/stop-latch.ts";
import { approveIn } from "./approve-in.ts";
import { previewOf } from "./card-preview.ts";
import type { CardSeen, DecideRequest, DecisionAnswer } from "./door.ts";
import type { DoorSetup } from "./door-setup.ts";
import { dropDependents } from "./drop-dependents.ts";
import { isStopFileThere } from "./stop.ts";
import { tomorrowMorning } from "./tomorrow-morning.ts";

/** A decision that could not be taken; thrown inside the transaction so that nothing of it stays. */
export class Refused extends Error {
  readonly refusal: Refusal;
  readonly cardId: string;

  constructor(refusal: Refusal, cardId: string, text: string) {
    super(text);
    this.name = "Refused";
    this.refusal = refusal;
    this.cardId = cardId;
  }
}

/** Runs what may be refused and makes the answer of it. */
export async function answering(work: () => Promise<Card[]>): Promise<DecisionAnswer> {
  try {
    return { kind: "ok", cards: await work() };
  } catch (error) {
    // The store names what its callbacks throw; a refusal is the cause of it.
    const refused = error instanceof Refused ? error : error instanceof Error ? error.cause : null;
    if (refused instanceof Refused) {
      return { kind: "refused", refusal: refused.refusal, cardId: refused.cardId, text: refused.message };
    }
    // Another hand was faster.
    if (!(error instanceof CardMoved)) throw error;
    return { kind: "refused", refusal: "already_decided", cardId: error.cardId, text: error.message };
  }
}

/**
 * Takes the owner's decision about what they saw. Contract: all of it or nothing, in one transaction; a card, revision or hash
 * that is not the current one is refused (`changed`); the same yes twice is one; cards of several requests are never decided
 * together.
 */
export async function decide(setup: DoorSetup, request: DecideRequest): Promise<DecisionAnswer> {
  const passkey = await setup.hasPasskey();
  // A no needs no policy.
  const undoMs = request.kind === "approve" ? (await setup.policy()).undo_seconds * 1000 : 0;
  return await answering(() =>
    setup.store.write(async (tx) => {
      const bundles = new Set<string>();
      // A no to a step ends those behind it: their own no comes first.
      const inOrder = request.kind === "reject" ? await lastStepFirst(tx, request.seen) : request.seen;
      for (const seen of inOrder) {
        const { card, revision } = await takeSeen(tx, seen);
        bundles.add(card.bundleId);
        if (bundles.size > 1) throw new Refused("changed", card.id, "These cards are of different requests.");
        if (request.kind === "approve") await approve(tx, setup, { card, revision, request, passkey, undoMs });
        else if (request.kind === "reject") await reject(tx, setup, { card, revision, request });
        else await putOff(tx, setup, { card, revision, request });
      }
      const cards = await Promise.all(request.seen.map(({ cardId }) => getCard(tx, cardId)));
      return cards.filter((card) => card !== null);
    }),
  );
}

async function lastStepFirst(tx: Tx, seen: readonly CardSeen[]): Promise<CardSeen[]> {
  const cards = await Promise.all(seen.map(({ cardId }) => getCard(tx, cardId)));
  const placed = seen.map((one, at) => ({ one, position: cards[at]?.position ?? 0 }));
  return placed.sort((a, b) => b.position - a.position).map(({ one }) => one);
}

/** The card and revision that were seen, if they still are what stands there. */
export async function takeSeen(tx: Tx, seen: CardSeen): Promise<{ card: Card; revision: CardRevision }> {
  const card = await getCard(tx, seen.cardId);
  if (card === null) throw new Refused("not_there", seen.cardId, "There is no such card.");
  const revision = await getRevision(tx, card.id, card.revision);
  if (revision === null) throw new Refused("not_there", card.id, "There is no such card.");
  if (seen.revision !== card.revision || seen.sha256 !== revision.sha256) {
    throw new Refused("changed", card.id, `Card ${card.number} was changed after you saw it. Look at it again.`);
  }
  return { card, revision };
}

interface Deciding {
  card: Card;
  revision: CardRevision;
  request: DecideRequest;
}

async function approve(
  tx: Tx,
  setup: DoorSetup,
  { card, revision, request, passkey, undoMs }: Deciding & { passkey: boolean; undoMs: number },
): Promise<void> {
  // Bytes that are not the ones that were written are approved by nobody; they can be rejected.
  readContent(revision);
  if (await isSameYes(tx, card, revision)) return;
  await refuseWhatCannotBe(tx, setup, card);
  refuseWeakProof(card, revision, request.decidedBy, passkey);
  const decision = {
    id: setup.newId(),
    cardId: card.id,
    revision: card.revision,
    sha256: revision.sha256,
    kind: "approve" as const,
    reason: request.reason,
    decidedBy: request.decidedBy,
  };
  await insertDecision(tx, decision);
  const waits = revision.verdict.tier === "send" || revision.verdict.tier === "critical";
  const handsOver = previewOf(revision).handOff !== null;
  await approveIn(tx, decision, waits && !handsOver ? toInstant(setup.clock.now() + undoMs) : null);
}

/** A yes to one of these says what was said already; one that was taken back, stopped or let expire needs a new card. */
const agreedStates: readonly CardState[] = ["approved", "prepared", "committing", "done", "unknown"];

/** A second tap, a second tab, a request that was sent twice: one yes. */
async function isSameYes(tx: Tx, card: Card, revision: CardRevision): Promise<boolean> {
  return agreedStates.includes(card.state) && (await findYes(tx, card.id, card.revision, revision.sha256)) !== null;
}

async function refuseWhatCannotBe(tx: Tx, setup: DoorSetup, card: Card): Promise<void> {
  if ((await readStop(tx)) !== null || isStopFileThere(setup)) {
    throw new Refused("stopped", card.id, "Everything is stopped. Lift it first: steward resume");
  }
  if (card.state !== "proposed") {
    throw new Refused("already_decided", card.id, `Card ${card.number} is ${card.state} already.`);
  }
  if (card.expiresAt <= tx.nowAt) {
    throw new Refused(
      "expired",
      card.id,
      `Card ${card.number} has expired. Draw it up again: steward redraft ${card.number}`,
    );
  }
}

/** What a yes costs, checked where it counts and not only where it is asked. */
function refuseWeakProof(card: Card, revision: CardRevision, by: DecidedBy, passkey: boolean): void {
  const { friction } = revision.verdict;
  const { proof } = by;
  if (friction === "never") throw new Refused("never", card.id, revision.verdict.refusal ?? "Steward never does this.");
  const isOwners = proof !== "policy" && proof !== "dictated";
  if (!isOwners || (friction === "amber" && proof === "tap")) {
    throw new Refused("needs_page", card.id, `Card ${card.number} is held for a second, not tapped.`);
  }
  if (friction !== "red" || proof === "passkey") return;
  if (passkey) throw new Refused("needs_passkey", card.id, `Card ${card.number} needs your passkey, on the page.`);
  if (proof !== "typed") {
    const what = revision.verdict.typeToApprove;
    throw new Refused(
      "needs_typing",
      card.id,
      what === null ? `Card ${card.number} needs the word yes, typed.` : `Card ${card.number} needs ${what}, typed.`,
    );
  }
}

async function reject(tx: Tx, setup: DoorSetup, { card, revision, request }: Deciding): Promise<void> {
  if (card.state === "rejected") return await sayWhy(tx, setup, { card, revision, request });
  if (card.state !== "proposed") {
    throw new Refused("already_decided", card.id, `Card ${card.number} is ${card.state} already.`);
  }
  await writeDown(tx, setup, { card, revision, request });
  await changeCard(tx, card.id, ["proposed"], { state: "rejected", reason: request.reason, laterUntil: null });
  await dropDependents(tx, card, `the step before it was rejected`);
}

/** The reason may come after the no. The first one stays. */
async function sayWhy(tx: Tx, setup: DoorSetup, { card, revision, request }: Deciding): Promise<void> {
  if (request.reason === "" || card.reason !== "") return;
  await writeDown(tx, setup, { card, revision, request });
  await changeCard(tx, card.id, ["rejected"], { reason: request.reason });
}

async function putOff(tx: Tx, setup: DoorSetup, { card, revision, request }: Deciding): Promise<void> {
  if (card.state !== "proposed") {
    throw new Refused("already_decided", card.id, `Card ${card.number} is ${card.state} already.`);
  }
  const nowMs = setup.clock.now();
  const wantedMs =
    request.laterUntil === null ? tomorrowMorning(nowMs, setup.owner().zone) : Date.parse(request.laterUntil);
  if (Number.isNaN(wantedMs)) throw new Refused("never", card.id, "That is no time to put it off to.");
  // Back before the owner while there still is time to decide it.
  const latestMs = nowMs + (Date.parse(card.expiresAt) - nowMs) * 0.75;
  const laterUntil = toInstant(Math.min(wantedMs, latestMs));
  await writeDown(tx, setup, { card, revision, request: { ...request, laterUntil } });
  await changeCard(tx, card.id, ["proposed"], { laterUntil });
}

async function writeDown(tx: Tx, setup: DoorSetup, { card, revision, request }: Deciding): Promise<void> {
  const { kind, reason, decidedBy } = request;
  const id = setup.newId();
  const { sha256 } = revision;
  await insertDecision(tx, { id, cardId: card.id, revision: card.revision, sha256, kind, reason, decidedBy });
  await appendLedger(tx, {
    kind: "decided",
    cardId: card.id,
    body: { id, kind, revision: card.revision, sha256, reason, decidedBy, laterUntil: request.laterUntil },
  });
}
