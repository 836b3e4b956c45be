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
import { askAgain } from "../change-card.ts";
import { countedAddress } from "../counted-address.ts";
import { type DoorSetup, isDrill, type Step } from "../door-setup.ts";
import { endCard } from "../end-card.ts";
import { whatStops } from "../stop.ts";
import { checkNow } from "./check-now.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { type Job, openCall, openJob, writeDone } from "./job.ts";
import { settleAttempt } from "./settle.ts";

const mostAttempts = 3;
const lookWithinMs = 60_000;

/**
 * Carries out every card whose turn has come, one after the other. Contract: called by the one holder of the door's lock; each
 * card is checked at the moment of sending; never throws for what a service does. With `lookUps` only what has no effect is carried out, such as a search. Returns how many it
 * moved on.
 */
export async function carryOut(
  setup: DoorSetup,
  signal: AbortSignal,
  what: "all" | "lookUps" = "all",
): Promise<number> {
  const lookUps = setup.connectors.flatMap(({ actions }) => actions.filter(({ tier }) => tier === "read"));
  const only = what === "all" ? null : lookUps.map(({ name }) => name);
  const turns = new Map<string, number>();
  for (let moved = 0; ; moved += 1) {
    if (signal.aborted || (await whatStops(setup)) !== null) return moved;
    const [card] = await listReady(setup.store, toInstant(setup.clock.now()), 1, only);
    if (card === undefined) return moved;
    const turn = (turns.get(card.id) ?? 0) + 1;
    turns.set(card.id, turn);
    if (turn > mostAttempts + 1) await hold(setup, card, "It does not move on.", null, null);
    else await carryOutOne(setup, card, signal);
  }
}

/** One card: every check of the moment, then prepare, commit, execute, and what became of it. */
async function carryOutOne(setup: DoorSetup, card: Card, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.timeout(lookWithinMs);
  try {
    const job = await openJob(setup, card.id, card.revision);
    if (!(await isStillRight(setup, job, AbortSignal.any([signal, patience])))) return;
    const attemptId = await prepare(setup, job, signal);
    await execute(setup, job, attemptId, signal);
  } catch (error) {
    if (isDrill(error)) throw error;
    // Stopping the process says nothing about the card: the next one takes it up where it stands.
    if (signal.aborted) return;
    const late = new StewardError("unavailable", "It took too long to look whether it is still right.");
    await giveBack(setup, card, patience.aborted ? late : toStewardError(error, "carrying out a card"));
  }
}

/** Every check of the moment. False when it has to wait, or is void, or asks the owner again. */
async function isStillRight(setup: DoorSetup, job: Job, signal: AbortSignal): Promise<boolean> {
  const { card } = job;
  const now = await checkNow(setup, job, signal);
  switch (now.kind) {
    case "go":
      return true;
    case "end":
      await end(setup, card, now.state, now.reason);
      return false;
    case "hold":
      await hold(setup, card, now.why, now.untilMs, now.cap);
      return false;
    case "ask":
      await setup.store.write(async (tx) => {
        const current = await getCard(tx, card.id);
        if (current === null || !(await isWaiting(tx, card))) return;
        await askAgain(tx, current, now.verdict);
        const text = `Card ${card.number}: your policy no longer says yes to it. It asks you.`;
        await addNotice(tx, { key: `again:${card.id}`, kind: "card", level: "push", text, cardId: card.id });
      });
      return false;
  }
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
      addresses: [...new Set(preview.recipients.map(({ address }) => countedAddress(address)))],
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
  // What the service took is not undone by what went wrong after it.
  const allRefused = sent.every(({ status }) => status !== null && status >= 400 && status < 500);
  if (!nothingLeft && !(isDefinitive(error.code) && allRefused)) {
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
    case "config":
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
  const nowMs = setup.clock.now();
  const far = nowMs + 3_600_000;
  await setup.store.write(async (tx) => {
    if (!(await isWaiting(tx, card))) return;
    await changeCard(tx, card.id, ["approved", "prepared"], {
      reason: why,
      sendAt: toInstant(Math.max(untilMs ?? far, nowMs + 1000)),
    });
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
    if (!(await endCard(tx, card, ["approved", "prepared"], { state, reason }))) return;
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
