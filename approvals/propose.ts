import type { Action, DoorConnector } from "../src/core/action.ts";
import { StewardError, toStewardError } from "../src/core/errors.ts";
import { getRevision, insertRevision, readContent } from "../src/store/card-revisions.ts";
import { getCard, insertCard, listCardsByTarget } from "../src/store/cards.ts";
import { insertDecision } from "../src/store/decisions.ts";
import { appendLedger } from "../src/store/ledger.ts";
import { lookAtThread } from "../src/store/look-items.ts";
import { addNotice } from "../src/store/notices.ts";
import type { Tx } from "../src/store/open-store.ts";
import { getProposal, listWaitingProposals, type Proposal, settleProposal } from "../src/store/proposals.ts";
import { type ActingAccount, chooseAccount } from "./accounts.ts";
import { approveIn } from "./approve-in.ts";
import { type DoorSetup, findAction } from "./door-setup.ts";
import { makeLook } from "./look.ts";
import { type Drafted, draftRevision } from "./make-card.ts";

/**
 * Makes a card of every waiting proposal, or says why not. Contract: each proposal ends as one card or one refusal, whatever
 * is killed in between; a fault of a service leaves it waiting. Returns how many cards were made.
 */
export async function takeProposals(setup: DoorSetup, signal: AbortSignal): Promise<number> {
  let made = 0;
  for (const proposal of await listWaitingProposals(setup.store)) {
    if (signal.aborted) return made;
    if (await takeProposal(setup, proposal, signal)) made += 1;
  }
  return made;
}

const passing: ReadonlySet<string> = new Set([
  "unavailable",
  "rate_limited",
  "interrupted",
  "database_busy",
  "disk_full",
]);

/** Makes the card of one proposal. False when it was refused. Errors: those that pass (`unavailable`, `rate_limited`, …). */
export async function takeProposal(setup: DoorSetup, proposal: Proposal, signal: AbortSignal): Promise<boolean> {
  try {
    const { connector, action, acting, drafted } = await drawUp(setup, proposal, signal);
    await refuseRepeated(setup, proposal, drafted);
    if (drafted.verdict.friction === "never") {
      throw new StewardError("usage", drafted.verdict.refusal ?? "Steward never does this.");
    }
    const after = await cardOfStep(setup, proposal);
    const cardId = setup.newId();
    await setup.store.write(async (tx) => {
      if (!(await settleProposal(tx, proposal.id, { cardId }))) return;
      await store(tx, setup, { proposal, cardId, after, acting, drafted, connector, action });
    });
    return true;
  } catch (error) {
    const named = toStewardError(error, `proposing ${proposal.action}`);
    if (passing.has(named.code)) throw named;
    await refuse(setup, proposal, reasonOf(named));
    return false;
  }
}

async function drawUp(
  setup: DoorSetup,
  proposal: Proposal,
  signal: AbortSignal,
): Promise<{ connector: DoorConnector; action: Action; acting: ActingAccount; drafted: Drafted }> {
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
  return { connector, action, acting, drafted };
}

/** What the owner had written into the card that is drawn up anew stays theirs. */
async function keepOwnWords(setup: DoorSetup, proposal: Proposal, action: Action, input: unknown): Promise<unknown> {
  if (proposal.redraftOf === null || action.edit === undefined) return input;
  const before = await getCard(setup.store, proposal.redraftOf);
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
  const open = (await listCardsByTarget(setup.store, drafted.target)).find(({ state }) => state === "proposed");
  if (open !== undefined) throw new StewardError("usage", `Card ${open.number} proposes this already.`);
}

/** The card of the step this one waits for. A step that was refused takes those behind it with it. */
async function cardOfStep(setup: DoorSetup, { afterId }: Proposal): Promise<string | null> {
  if (afterId === null) return null;
  const step = await getProposal(setup.store, afterId);
  if (step?.cardId == null) throw new StewardError("usage", "The step before it became no card.");
  return step.cardId;
}

interface ToStore {
  proposal: Proposal;
  cardId: string;
  after: string | null;
  acting: ActingAccount;
  drafted: Drafted;
  connector: DoorConnector;
  action: Action;
}

async function store(tx: Tx, setup: DoorSetup, made: ToStore): Promise<void> {
  const { proposal, cardId, drafted } = made;
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
  if (verdict.friction === "nothing") await approveByPolicy(tx, setup, cardId, sha256, verdict.rule);
  else if (proposal.origin.by !== "owner") {
    await addNotice(tx, {
      key: `card:${cardId}`,
      kind: "card",
      level: "push",
      text: `Card ${number}: ${preview.title}`,
      cardId,
    });
  }
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

async function refuse(setup: DoorSetup, proposal: Proposal, refusal: string): Promise<void> {
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
