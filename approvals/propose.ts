import type { Action } from "../src/core/action.ts";
import { isSameJson } from "../src/core/canonical.ts";
import type { Origin } from "../src/core/card.ts";
import { StewardError, toStewardError } from "../src/core/errors.ts";
import { getRevision, insertRevision, readContent } from "../src/store/card-revisions.ts";
import { findCardByTarget, getCard, insertCard, listBundle } from "../src/store/cards.ts";
import { insertDecision } from "../src/store/decisions.ts";
import { appendLedger } from "../src/store/ledger.ts";
import { lookAtThread } from "../src/store/look-items.ts";
import { addNotice } from "../src/store/notices.ts";
import type { Tx } from "../src/store/open-store.ts";
import { getProposal, getProposalOfCard, type Proposal, settleProposal } from "../src/store/proposals.ts";
import { readStop } from "../src/store/stop-latch.ts";
import { type ActingAccount, chooseAccount } from "./accounts.ts";
import { approveIn } from "./approve-in.ts";
import { type ByWords, byWords, countByWords, decideByWords } from "./dictate.ts";
import { type DoorSetup, findAction } from "./door-setup.ts";
import { makeLook } from "./look.ts";
import { type Drafted, draftRevision } from "./make-card.ts";
import { withKeptWords } from "./own-words.ts";
import { isStopFileThere } from "./stop.ts";

const passing: ReadonlySet<string> = new Set([
  "unavailable",
  "rate_limited",
  "interrupted",
  "database_busy",
  "disk_full",
  "config",
]);

const drawUpWithinMs = 60_000;

/**
 * Makes the card of one proposal. False when it was refused. Errors: those that pass (`unavailable`, `rate_limited`, a
 * policy.yaml that cannot be read, …): then it still waits.
 */
export async function takeProposal(setup: DoorSetup, given: Proposal, signal: AbortSignal): Promise<boolean> {
  const patience = AbortSignal.timeout(drawUpWithinMs);
  const proposal = isTypedByOwner(given.origin)
    ? given
    : { ...given, origin: await withKeptWords(setup, given.origin) };
  try {
    const drawn = await drawUp(setup, proposal, AbortSignal.any([signal, patience]));
    const { acting, drafted } = drawn;
    await refuseRepeated(setup, proposal, drafted);
    if (drafted.verdict.friction === "never") {
      throw new StewardError("usage", drafted.verdict.refusal ?? "Steward never does this.");
    }
    const after = await cardOfStep(setup, proposal);
    const said = await byWords(setup, proposal, drafted);
    const cardId = setup.newId();
    await setup.store.write(async (tx) => {
      if (!(await settleProposal(tx, proposal.id, { cardId }))) return;
      await store(tx, setup, { proposal, cardId, after, acting, drafted, said });
    });
    return true;
  } catch (error) {
    if (signal.aborted) throw new StewardError("interrupted", "Proposing was stopped.", { cause: error });
    if (patience.aborted) throw new StewardError("unavailable", `${proposal.action} took too long to look at.`);
    const named = toStewardError(error, `proposing ${proposal.action}`);
    if (passing.has(named.code)) throw named;
    await refuseProposal(setup, proposal, reasonOf(named));
    return false;
  }
}

/** Typed by the owner, with no model between: said by the door's own surfaces alone. */
export function isTypedByOwner({ by, callId }: Origin): boolean {
  return by === "owner" && callId === null;
}

async function drawUp(
  setup: DoorSetup,
  proposal: Proposal,
  signal: AbortSignal,
): Promise<{ acting: ActingAccount; drafted: Drafted }> {
  const found = findAction(setup.connectors, proposal.action);
  if (found === null)
    throw new StewardError("usage", `There is no action ${proposal.action}.`, { cure: "steward propose --list" });
  const { connector, action } = found;
  const ask = action.ask.safeParse(proposal.ask);
  if (!ask.success) throw new StewardError("usage", `${action.name} cannot be asked so: ${wordsOf(ask.error)}.`);
  const acting = await chooseAccount(setup.store, connector, proposal.account, await threadOf(setup, ask.data));
  const look = await makeLook(setup, connector, acting, { signal, online: true });
  const resolved = action.input.parse(await action.resolve(ask.data, look));
  const input = await keepOwnWords(setup, proposal, action, resolved);
  const drafted = await draftRevision(setup, {
    connector,
    action,
    input,
    account: acting.account,
    origin: proposal.origin,
    look,
  });
  return { acting, drafted };
}

/** What the owner had written into the card that is drawn up anew stays theirs. */
async function keepOwnWords(setup: DoorSetup, proposal: Proposal, action: Action, input: unknown): Promise<unknown> {
  if (proposal.redraftOf === null || action.edit === undefined) return input;
  const before = await getCard(setup.store, proposal.redraftOf);
  const original = await getProposalOfCard(setup.store, proposal.redraftOf);
  // Whoever asks for something else has no claim on what the owner wrote there.
  if (original === null || original.action !== proposal.action || !isSameJson(original.ask, proposal.ask)) return input;
  const revision = before === null ? null : await getRevision(setup.store, before.id, before.revision);
  if (revision === null || revision.madeBy !== "owner") return input;
  const { subject, text } = action.edit.read(action.input.parse(readContent(revision).input));
  return action.edit.apply(input, {
    ...action.edit.read(input),
    ...(subject === undefined ? {} : { subject }),
    ...(text === undefined ? {} : { text }),
  });
}

async function threadOf(setup: DoorSetup, ask: unknown) {
  const thread: unknown = typeof ask === "object" && ask !== null ? Reflect.get(ask, "thread") : null;
  return typeof thread === "number" ? await lookAtThread(setup.store, thread) : null;
}

/** Nobody but the owner may ask for the same thing twice while it waits for them. */
async function refuseRepeated(setup: DoorSetup, proposal: Proposal, drafted: Drafted): Promise<void> {
  if (proposal.origin.by === "owner") return;
  const open = await findCardByTarget(setup.store, drafted.target, "proposed");
  if (open !== null) throw new StewardError("usage", `Card ${open.number} proposes this already.`);
}

/** The card of the step this one waits for. A step that was refused takes those behind it with it. */
async function cardOfStep(setup: DoorSetup, { afterId, bundleId }: Proposal): Promise<string | null> {
  if (afterId === null) return null;
  const step = await getProposal(setup.store, afterId);
  if (step?.bundleId === bundleId && step.state === "waiting") {
    throw new StewardError("unavailable", "The step before it is no card yet.");
  }
  if (step !== null && step.bundleId !== bundleId) {
    throw new StewardError("usage", "The step it waits for belongs to another request.");
  }
  if (step?.cardId == null) throw new StewardError("usage", "The step before it became no card.");
  return step.cardId;
}

interface ToStore {
  proposal: Proposal;
  cardId: string;
  after: string | null;
  acting: ActingAccount;
  drafted: Drafted;
  /** Whether the owner's own words decide it. */
  said: ByWords;
}

/** One request is one origin: nobody adds a step to what somebody else asked for. */
async function refuseForeignBundle(tx: Tx, { bundleId, origin }: Proposal): Promise<void> {
  for (const { origin: other } of await listBundle(tx, bundleId)) {
    if (isSameJson(sayingWho(other), sayingWho(origin))) continue;
    throw new StewardError("usage", "It claims to be a step of somebody else's request.");
  }
}

function sayingWho({ by, requestId, surface, utterance, rule, callId }: Origin) {
  return { by, requestId, surface, utterance, rule, drafted: callId !== null };
}

async function store(tx: Tx, setup: DoorSetup, made: ToStore): Promise<void> {
  const { proposal, cardId, drafted } = made;
  await refuseForeignBundle(tx, proposal);
  const { content, preview, facts, verdict, target } = drafted;
  const number = await insertCard(tx, {
    id: cardId,
    bundleId: proposal.bundleId,
    position: proposal.position,
    afterCardId: made.after,
    action: content.action,
    account: content.account,
    sourceId: made.acting.sourceId,
    origin: proposal.origin,
    target,
    threadId: preview.about.threadId,
    threadMark: drafted.threadMark,
    expiresAt: content.expiresAt,
  });
  const sha256 = await insertRevision(tx, {
    cardId,
    revision: 1,
    content,
    preview,
    facts,
    verdict,
    madeBy: proposal.redraftOf === null ? "proposal" : "redraft",
  });
  await appendLedger(tx, {
    kind: "proposed",
    cardId,
    body: {
      number,
      action: content.action,
      account: content.account,
      tier: content.tier,
      title: preview.title,
      sha256,
      by: proposal.origin.by,
      callId: proposal.origin.callId,
      itemsRead: proposal.origin.itemsRead,
      friction: verdict.friction,
      warnings: verdict.warnings.map(({ code }) => code),
    },
  });
  const isDecided = await decideByItself(tx, setup, made, { number, sha256 });
  if (isDecided || proposal.origin.by === "owner") return;
  const text = `Card ${number}: ${preview.title}`;
  await addNotice(tx, { key: `card:${cardId}`, kind: "card", level: "push", text, cardId });
}

/** The yes of the owner's policy, or of their own words. What is stopped takes none. */
async function decideByItself(
  tx: Tx,
  setup: DoorSetup,
  { cardId, drafted, said }: ToStore,
  { number, sha256 }: { number: number; sha256: string },
): Promise<boolean> {
  const { verdict, preview } = drafted;
  if ((await readStop(tx)) !== null || isStopFileThere(setup)) return false;
  if (verdict.friction === "nothing") {
    await approveByPolicy(tx, setup, cardId, sha256, verdict.rule);
    return true;
  }
  if (said?.kind === "sent") {
    return await decideByWords(tx, setup, { cardId, number, sha256, title: preview.title }, said);
  }
  if (said !== null) await countByWords(tx, cardId, said);
  return false;
}

async function approveByPolicy(
  tx: Tx,
  setup: DoorSetup,
  cardId: string,
  sha256: string,
  rule: string | null,
): Promise<void> {
  const decision = {
    id: setup.newId(),
    cardId,
    revision: 1,
    sha256,
    kind: "policy" as const,
    reason: rule ?? "",
    decidedBy: { surface: "policy" as const, session: rule ?? "policy.yaml", proof: "policy" as const },
  };
  await insertDecision(tx, decision);
  await approveIn(tx, decision, null);
}

/** Writes down why a proposal became no card; one that did meanwhile stays a card. */
export async function refuseProposal(setup: DoorSetup, proposal: Proposal, refusal: string): Promise<void> {
  await setup.store.write(async (tx) => {
    if (!(await settleProposal(tx, proposal.id, { refusal }))) return;
    const { action, origin } = proposal;
    await appendLedger(tx, {
      kind: "refused",
      cardId: null,
      body: { action, by: origin.by, proposal: proposal.id, refusal },
    });
  });
}

function wordsOf(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.length === 0 ? "the whole" : path.map(String).join(".")}: ${message}`)
    .join("; ");
}

function reasonOf(error: StewardError): string {
  const said = error.code === "internal" ? "Something unexpected happened; steward.log says more." : error.message;
  return error.cure === null ? said : `${said} ${error.cure}`;
}
