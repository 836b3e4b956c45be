import { toInstant } from "../../src/core/clock.ts";
import { isDefinitive, StewardError, toStewardError } from "../../src/core/errors.ts";
import {
  type Attempt,
  changeAttempt,
  getAttempt,
  insertAttempt,
  listAttempts,
  type SentRequest,
} from "../../src/store/attempts.ts";
import { type Card, changeCard, getCard, listReady } from "../../src/store/cards.ts";
import { countEffect } from "../../src/store/effects.ts";
import { appendLedger } from "../../src/store/ledger.ts";
import { addNotice } from "../../src/store/notices.ts";
import type { Tx } from "../../src/store/open-store.ts";
import { type DoorSetup, isDrill, type Step } from "../door-setup.ts";
import { dropDependents } from "../drop-dependents.ts";
import { makeLook } from "../look.ts";
import { whatStops } from "../stop.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { type Job, openCall, openJob, writeDone } from "./job.ts";
import { heldBy } from "./limits.ts";
import { settleAttempt } from "./settle.ts";

const mostAttempts = 3;

/**
 * Carries out every card whose turn has come, one after the other. Contract: called by the one holder of the door's lock; each
 * card is checked at the moment of sending; never throws for what a service does. Returns how many it moved on.
 */
export async function carryOut(setup: DoorSetup, signal: AbortSignal): Promise<number> {
  const turns = new Map<string, number>();
  for (let moved = 0; ; moved += 1) {
    if (signal.aborted || (await whatStops(setup)) !== null) return moved;
    const [card] = await listReady(setup.store, toInstant(setup.clock.now()));
    if (card === undefined) return moved;
    const turn = (turns.get(card.id) ?? 0) + 1;
    turns.set(card.id, turn);
    if (turn > mostAttempts + 1) throw new StewardError("internal", `Card ${card.number} does not move on.`);
    await carryOutOne(setup, card, signal);
  }
}

/** One card: every check of the moment, then prepare, commit, execute, and what became of it. */
async function carryOutOne(setup: DoorSetup, card: Card, signal: AbortSignal): Promise<void> {
  try {
    const job = await openJob(setup, card.id, card.revision);
    if (!(await isStillRight(setup, job, signal))) return;
    const attemptId = await prepare(setup, job, signal);
    await execute(setup, job, attemptId, signal);
  } catch (error) {
    const named = toStewardError(error, "carrying out a card");
    if (isDrill(error)) throw error;
    await giveBack(setup, card, named);
  }
}

/** Expiry, caps, quiet hours, and whether the world has moved since the owner looked. False when it has to wait or is void. */
async function isStillRight(setup: DoorSetup, job: Job, signal: AbortSignal): Promise<boolean> {
  const { card, content, preview } = job;
  const nowMs = setup.clock.now();
  if (content.expiresAt <= toInstant(nowMs)) {
    await end(setup, card, "expired", "It was approved, and expired before it could go out.");
    return false;
  }
  const policy = await setup.policy();
  const zone = setup.owner().zone;
  const held = await heldBy(setup.store, { tier: content.tier, preview, policy, nowMs, zone });
  if (held !== null) {
    await hold(
      setup,
      card,
      held.text,
      held.kind === "quiet" ? held.untilMs : null,
      held.kind === "cap" ? held.cap : null,
    );
    return false;
  }
  const look = await makeLook(setup, job.connector, job.acting, { signal, online: true });
  const now = await job.action.preview(job.input, look);
  const gone = preview.basis.find((was) => !now.basis.some((is) => is.what === was.what && is.version === was.version));
  if (gone === undefined) return true;
  await end(setup, card, "superseded", `${sentence(gone.what)} changed after you saw it. Nothing was sent.`);
  return false;
}

/** The handle of an earlier try, or a new one, on disk before anything is executed with it. Returns the attempt's id. */
async function prepare(setup: DoorSetup, job: Job, signal: AbortSignal): Promise<string> {
  const { card, revision } = job;
  const earlier = await listAttempts(setup.store, card.id, card.revision);
  const open = earlier.find(({ state }) => state === "prepared");
  if (open !== undefined) return open.id;
  const last = earlier.at(-1);
  if (earlier.length >= mostAttempts) throw new StewardError("gone", `Tried ${mostAttempts} times without success.`);
  await step(setup, "before_prepare", card.id);
  const handle = last?.handle ?? (await prepareHandle(setup, job, signal));
  await step(setup, "prepared_unwritten", card.id);
  const id = setup.newId();
  await setup.store.write(async (tx) => {
    const key = idempotencyKey(card.id, card.revision, revision.sha256);
    const given = { cardId: card.id, revision: card.revision, decisionId: job.decision.id, idempotencyKey: key };
    const number = await insertAttempt(tx, { id, ...given, handle });
    await changeCard(tx, card.id, ["approved", "prepared"], { state: "prepared", sendAt: null, reason: "" });
    await appendLedger(tx, {
      kind: "prepared",
      cardId: card.id,
      body: { attempt: id, number, sha256: revision.sha256 },
    });
  });
  await step(setup, "prepared", card.id);
  return id;
}

async function prepareHandle(setup: DoorSetup, job: Job, signal: AbortSignal): Promise<unknown> {
  if (job.action.prepare === undefined) return null;
  const { call } = await openCall(setup, job, { purpose: "prepare", mostRequests: 20, attempt: 1, signal });
  return job.action.handle.parse(await job.action.prepare(job.input, call));
}

/** Writes on disk that it begins, does it once, and writes down what became of it. */
async function execute(setup: DoorSetup, job: Job, attemptId: string, signal: AbortSignal): Promise<void> {
  const { card, action, content, preview } = job;
  const attempt = await needAttempt(setup, attemptId);
  const handle: unknown = attempt.handle === null ? null : action.handle.parse(attempt.handle);
  const { call, boundary } = await openCall(setup, job, {
    purpose: "execute",
    mostRequests: 1,
    attempt: attempt.number,
    signal,
  });
  if ((await whatStops(setup)) !== null) return;
  await setup.store.write(async (tx) => {
    await changeAttempt(tx, attemptId, ["prepared"], { state: "committing" });
    await changeCard(tx, card.id, ["prepared"], { state: "committing" });
    await countEffect(tx, {
      cardId: card.id,
      tier: content.tier,
      addresses: preview.recipients.map((one) => one.address),
    });
    await appendLedger(tx, {
      kind: "committing",
      cardId: card.id,
      body: { attempt: attemptId, number: attempt.number },
    });
  });
  await step(setup, "committing", card.id);
  let result: unknown;
  try {
    result = action.result.parse(await action.execute(job.input, handle, call));
  } catch (error) {
    if (isDrill(error)) throw error;
    await afterFailure(setup, job, attemptId, toStewardError(error, `doing ${action.name}`), boundary.sent);
    return;
  }
  await step(setup, "executed_unwritten", card.id);
  await setup.store.write((tx) => writeDone(tx, job, attemptId, result, boundary.sent));
  await step(setup, "done", card.id);
}

/** Only what surely did not happen is tried again or given back; of everything else the service is asked. */
async function afterFailure(
  setup: DoorSetup,
  job: Job,
  attemptId: string,
  error: StewardError,
  sent: readonly SentRequest[],
): Promise<void> {
  // The owner's own files change without any request.
  const nothingLeft = sent.length === 0 && job.connector.needsAccount;
  if (!nothingLeft && !isDefinitive(error.code)) {
    await setup.store.write((tx) =>
      changeAttempt(tx, attemptId, ["committing"], { error: error.message, requests: sent }),
    );
    await settleAttempt(setup, await needAttempt(setup, attemptId));
    return;
  }
  await setup.store.write(async (tx) => {
    await changeAttempt(tx, attemptId, ["committing"], { state: "not_done", error: error.message, requests: sent });
    await changeCard(tx, job.card.id, ["committing"], { state: "prepared" });
    await appendLedger(tx, { kind: "not_done", cardId: job.card.id, body: { attempt: attemptId, why: error.code } });
  });
  throw error;
}

/** What the outside of the executor gets when something definite went wrong before or instead of the effect. */
async function giveBack(setup: DoorSetup, card: Card, error: StewardError): Promise<void> {
  const now = await getCard(setup.store, card.id);
  if (now === null || (now.state !== "approved" && now.state !== "prepared")) return;
  const nowMs = setup.clock.now();
  switch (error.code) {
    case "moved":
      return await end(setup, card, "superseded", `${error.message} Nothing was sent.`);
    case "interrupted":
    case "database_busy":
    case "disk_full":
    case "unavailable":
    case "rate_limited":
      return await hold(setup, now, error.message, nowMs + Math.max(15_000, error.retryAfterMs ?? 60_000), null);
    case "needs_reauth":
    case "locked":
      return await hold(setup, now, `${error.message} ${error.cure ?? ""}`.trim(), nowMs + 60_000, null);
    default:
      return await end(setup, card, "failed", `${error.message} ${error.cure ?? ""}`.trim());
  }
}

async function hold(
  setup: DoorSetup,
  card: Card,
  why: string,
  untilMs: number | null,
  cap: string | null,
): Promise<void> {
  const far = setup.clock.now() + 3_600_000;
  await setup.store.write(async (tx) => {
    if (!(await isWaiting(tx, card))) return;
    await changeCard(tx, card.id, ["approved", "prepared"], { reason: why, sendAt: toInstant(untilMs ?? far) });
    const text = `Card ${card.number} waits: ${why}`;
    await addNotice(tx, { key: `held:${card.id}:${cap ?? why}`, kind: "alert", level: "push", text, cardId: card.id });
  });
}

async function end(
  setup: DoorSetup,
  card: Card,
  state: "expired" | "superseded" | "failed",
  reason: string,
): Promise<void> {
  await setup.store.write(async (tx) => {
    if (!(await isWaiting(tx, card))) return;
    const attempts = await listAttempts(tx, card.id, card.revision);
    for (const { id, state: was } of attempts) {
      if (was === "prepared") await changeAttempt(tx, id, ["prepared"], { state: "failed", error: reason });
    }
    await changeCard(tx, card.id, ["approved", "prepared"], { state, reason, sendAt: null });
    await appendLedger(tx, {
      kind: state === "failed" ? "failed" : "dropped",
      cardId: card.id,
      body: { state, why: reason },
    });
    await dropDependents(tx, card, reason);
    const text = `Card ${card.number}: ${reason}`;
    await addNotice(tx, { key: `ended:${card.id}`, kind: "alert", level: "push", text, cardId: card.id });
  });
}

/** Whether nobody took it back or stopped it meanwhile. */
async function isWaiting(tx: Tx, { id }: Card): Promise<boolean> {
  const now = await getCard(tx, id);
  return now?.state === "approved" || now?.state === "prepared";
}

async function needAttempt(setup: DoorSetup, id: string): Promise<Attempt> {
  const attempt = await getAttempt(setup.store, id);
  if (attempt === null) throw new StewardError("internal", "The attempt is not there.");
  return attempt;
}

async function step(setup: DoorSetup, at: Step, cardId: string): Promise<void> {
  await setup.atStep?.(at, cardId);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
