import { z } from "zod";
import { type Action, blankPreview, type DoorAccess, type DoorConnector } from "../src/core/action.ts";
import { type CardContent, moreFriction, openStates } from "../src/core/card.ts";
import { toInstant } from "../src/core/clock.ts";
import { toStewardError } from "../src/core/errors.ts";
import { listAttempts } from "../src/store/attempts.ts";
import { type CardRevision, getRevision, readContent } from "../src/store/card-revisions.ts";
import { type Card, findCardByTarget, listBundle } from "../src/store/cards.ts";
import { listDecisions } from "../src/store/decisions.ts";
import { listLedger } from "../src/store/ledger.ts";
import { accountOfCard } from "./accounts.ts";
import { previewOf } from "./card-preview.ts";
import type { BundleView, CardView } from "./door.ts";
import { type DoorSetup, findAction } from "./door-setup.ts";
import { isUndoable } from "./executor/undo.ts";
import type { Facts } from "./gate/facts.ts";
import { hashWords } from "./hash-words.ts";

const noFacts: Facts = { recipients: [], warnings: [], values: [], unanswered: [] };
const receiptBody = z.looseObject({ receipt: z.string() });

/** Everything that is shown of a card. Stored bytes that are not the ones that were written are shown as damaged. */
export async function viewCard(setup: DoorSetup, card: Card, asked: AccessAnswers = new Map()): Promise<CardView> {
  const { store } = setup;
  const revision = await getRevision(store, card.id, card.revision);
  if (revision === null) throw new Error(`Card ${card.id} has no revision ${card.revision}.`);
  const isForgotten = revision.canonical === "";
  const read = isForgotten ? null : contentOf(revision);
  const content = read ?? forgotten(card);
  const isDamaged = read === null && !isForgotten;
  const found = findAction(setup.connectors, card.action);
  const isOpen = openStates.includes(card.state);
  const input = found?.action.input.safeParse(content.input);
  const windowOpen = (card.state === "approved" || card.state === "prepared") && card.reason === "";
  return {
    card,
    sha256: revision.sha256,
    content,
    preview: read !== null ? previewOf(revision) : { title: isForgotten ? "Forgotten" : "Damaged", ...blankPreview },
    facts: { ...noFacts, ...Object(revision.facts) },
    verdict: isDamaged ? { ...revision.verdict, friction: "never", refusal: damage } : revision.verdict,
    editable: isOpen && input?.success === true ? (found?.action.edit?.read(input.data) ?? null) : null,
    excludable: isOpen && found?.action.exclude !== undefined,
    undoable: found !== null && isUndoable(card, hasUndo(found.action, input?.data), setup.clock.now()),
    undoUntil: windowOpen ? card.sendAt : null,
    missingAccess: isOpen && found !== null ? await missingAccess(setup, card, asked) : null,
    decisions: await listDecisions(store, card.id),
    attempts: await listAttempts(store, card.id, card.revision),
    receipt: await receiptOf(setup, card),
    rejectedBefore: await rejectedBefore(setup, card),
    words: hashWords(revision.sha256),
  };
}

/** Whether what the card did can be put back without reaching anybody. An input that is forgotten says nothing of that. */
function hasUndo(action: Action, input: unknown): boolean {
  if (action.undo === undefined) return false;
  return action.mayUndo === undefined || (input !== undefined && action.mayUndo(input));
}

const damage = "What stands in the database is not what was written there. Reject it. Run: steward ledger verify";

/** Null for bytes that are not the ones that were written: one damaged card hides no other. */
function contentOf(revision: CardRevision): CardContent | null {
  try {
    return readContent(revision);
  } catch {
    return null;
  }
}

/** What is left of a card whose words were kept long enough: the ledger says what came of it. */
function forgotten({ action, account, expiresAt }: Card): CardContent {
  return { action, account, tier: "read", input: null, expiresAt };
}

/** The cards of one request, as they stand. */
export async function viewBundle(
  setup: DoorSetup,
  bundleId: string,
  asked: AccessAnswers = new Map(),
): Promise<BundleView | null> {
  const bundle = await listBundle(setup.store, bundleId);
  const cards = await Promise.all(bundle.map((card) => viewCard(setup, card, asked)));
  const [first] = cards;
  if (first === undefined) return null;
  const open = cards.filter(({ card }) => openStates.includes(card.state));
  return {
    bundleId,
    origin: first.card.origin,
    cards,
    friction: open.map(({ verdict }) => verdict.friction).reduce(moreFriction, "nothing"),
    open: open.map(({ card, sha256 }) => ({ cardId: card.id, revision: card.revision, sha256 })),
  };
}

/** What was asked already of each account while one screen is drawn up: a keychain takes its time. */
export type AccessAnswers = Map<string, Promise<CardView["missingAccess"]>>;

/** What stands between an approved card and its account; null when nothing does. */
export async function missingAccess(
  setup: DoorSetup,
  card: Card,
  asked: AccessAnswers,
): Promise<CardView["missingAccess"]> {
  const found = findAction(setup.connectors, card.action);
  if (found === null) return null;
  const key = `${found.connector.name} ${card.sourceId ?? ""}`;
  const answer = asked.get(key) ?? askAccess(setup, found.connector, card);
  asked.set(key, answer);
  return await answer;
}

/** Not being able to ask is no reason to hide the card. */
async function askAccess(setup: DoorSetup, connector: DoorConnector, card: Card): Promise<CardView["missingAccess"]> {
  try {
    const acting = await accountOfCard(setup.store, connector, card);
    const access: DoorAccess = await connector.access(acting.config, setup.deps);
    return access.state === "ok" ? null : { why: access.why, cure: access.cure };
  } catch (error) {
    const named = toStewardError(error, "asking what is allowed");
    return { why: named.message, cure: named.cure ?? "steward doctor" };
  }
}

/** What is told of an effect is told by the ledger. */
async function receiptOf(setup: DoorSetup, card: Card): Promise<string | null> {
  if (card.state !== "done") return null;
  const [done] = await listLedger(setup.store, { cardId: card.id, kinds: ["done"], limit: 1 });
  return receiptBody.safeParse(done?.body).data?.receipt ?? null;
}

async function rejectedBefore(setup: DoorSetup, card: Card): Promise<CardView["rejectedBefore"]> {
  const rejected = await findCardByTarget(setup.store, card.target, "rejected", card.number);
  return rejected === null ? null : { at: rejected.changedAt, reason: rejected.reason };
}

/** Whether a card that was put off may be shown again. */
export function isDue(card: Card, nowMs: number): boolean {
  return card.laterUntil === null || card.laterUntil <= toInstant(nowMs);
}
