import type { Action, Call, DoorConnector, Preview } from "../../src/core/action.ts";
import { isSameJson } from "../../src/core/canonical.ts";
import type { CardContent } from "../../src/core/card.ts";
import { StewardError } from "../../src/core/errors.ts";
import { type Attempt, changeAttempt, type SentRequest } from "../../src/store/attempts.ts";
import { type CardRevision, getRevision, readContent } from "../../src/store/card-revisions.ts";
import { type Card, changeCard, getCard } from "../../src/store/cards.ts";
import { type Decision, findYes } from "../../src/store/decisions.ts";
import { getKeptFile } from "../../src/store/kept-files.ts";
import { appendLedger } from "../../src/store/ledger.ts";
import type { Tx } from "../../src/store/open-store.ts";
import { type ActingAccount, accountOfCard } from "../accounts.ts";
import { previewOf } from "../card-preview.ts";
import { type DoorSetup, needAction } from "../door-setup.ts";
import { actingFetch, type Boundary, lookingFetch } from "./boundary.ts";
import { idempotencyKey } from "./idempotency-key.ts";

/** An approved card with everything that is needed to carry it out. */
export interface Job {
  card: Card;
  revision: CardRevision;
  content: CardContent;
  decision: Decision;
  connector: DoorConnector;
  action: Action;
  input: unknown;
  acting: ActingAccount;
  preview: Preview;
}

const executeWithinMs = 120_000;

/**
 * What was approved, and by whom, read from the database. Errors: `no_permission` without a yes to exactly these bytes,
 * `not_found` when the action or the account is gone, or is another one by now.
 */
export async function openJob(setup: DoorSetup, cardId: string, revisionNumber: number): Promise<Job> {
  const card = await getCard(setup.store, cardId);
  const revision = await getRevision(setup.store, cardId, revisionNumber);
  if (card === null || revision === null) throw new StewardError("no_permission", "Nobody approved this.");
  const content = readContent(revision);
  const decision = await findYes(setup.store, card.id, revisionNumber, revision.sha256);
  if (decision === null) throw new StewardError("no_permission", "Nobody approved this.");
  const { connector, action } = needAction(setup.connectors, content.action);
  const input = action.input.parse(content.input);
  if (!isSameJson(input, content.input)) throw new StewardError("internal", "What was approved reads differently now.");
  const acting = await accountOfCard(setup.store, connector, card);
  if (acting.account !== content.account) {
    throw new StewardError("not_found", `${content.account} is no longer the account that would act.`, {
      cure: "Redraft the card.",
    });
  }
  return { card, revision, content, decision, connector, action, input, acting, preview: previewOf(revision) };
}

/** The receipt: attempt, card and ledger at once. Steps that waited for it may go. */
export async function writeDone(
  tx: Tx,
  job: Pick<Job, "card" | "action" | "input" | "revision" | "decision">,
  attemptId: string,
  result: unknown,
  sent: readonly SentRequest[],
): Promise<void> {
  const { card, action, input, revision, decision } = job;
  const receipt = action.receipt(input, result);
  const requests = sent.length === 0 ? {} : { requests: sent };
  await changeAttempt(tx, attemptId, ["committing"], { state: "done", result, ...requests });
  await changeCard(tx, card.id, ["committing"], { state: "done", reason: "", sendAt: null });
  await appendLedger(tx, {
    kind: "done",
    cardId: card.id,
    body: {
      attempt: attemptId,
      action: action.name,
      account: card.account,
      receipt,
      sha256: revision.sha256,
      decision: decision.id,
      itemsRead: card.origin.itemsRead,
      callId: card.origin.callId,
      requests: sent,
      result,
    },
  });
}

/** A client whose every request passes the boundary, and the call it belongs to. */
export async function openCall(
  setup: DoorSetup,
  job: Pick<Job, "card" | "revision" | "connector" | "action" | "input" | "acting">,
  how: { purpose: "prepare" | "execute" | "undo"; mostRequests: number; attempt: number; signal: AbortSignal },
): Promise<{ call: Call; boundary: Boundary }> {
  const { connector, action, input, acting } = job;
  const { purpose, mostRequests } = how;
  const boundary = actingFetch(setup.deps.fetch, connector, { action, input, purpose, mostRequests });
  const client = await connector.connect(acting.config, { ...setup.deps, fetch: boundary.fetch });
  return { call: makeCall(setup, job, client, how), boundary };
}

/** A client that can only ask. */
export async function openQuestion(
  setup: DoorSetup,
  job: Pick<Job, "card" | "revision" | "connector" | "acting">,
  attempt: Pick<Attempt, "number" | "committedAt">,
  signal: AbortSignal,
): Promise<Call> {
  const fetch = lookingFetch(setup.deps.fetch, job.connector);
  const client = await job.connector.connect(job.acting.config, { ...setup.deps, fetch });
  const call = makeCall(setup, job, client, { attempt: attempt.number, signal });
  return attempt.committedAt === null ? call : { ...call, committedAt: attempt.committedAt };
}

function makeCall(
  setup: DoorSetup,
  { card, revision }: Pick<Job, "card" | "revision">,
  client: unknown,
  { attempt, signal }: { attempt: number; signal: AbortSignal },
): Call {
  return {
    client,
    signal: AbortSignal.any([signal, AbortSignal.timeout(executeWithinMs)]),
    clock: setup.clock,
    idempotencyKey: idempotencyKey(card.id, card.revision, revision.sha256),
    attempt,
    file: (sha256) => getKeptFile(setup.store, sha256),
  };
}
