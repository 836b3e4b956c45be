import type { Outcome } from "../../src/core/action.ts";
import { toInstant } from "../../src/core/clock.ts";
import { type StewardError, toStewardError } from "../../src/core/errors.ts";
import { type Attempt, changeAttempt, getAttempt, listUnsettledAttempts } from "../../src/store/attempts.ts";
import { changeCard, getCard } from "../../src/store/cards.ts";
import { appendLedger } from "../../src/store/ledger.ts";
import { addNotice } from "../../src/store/notices.ts";
import { type DoorSetup, isDrill } from "../door-setup.ts";
import { dropDependents } from "../drop-dependents.ts";
import { type Job, openJob, openQuestion, writeDone } from "./job.ts";

/** How long a service may go on not answering, or not knowing, before the owner is asked to look. */
const patienceMs = 6 * 3_600_000;
const longestWaitMs = 10 * 60_000;
/** So often at most, whatever the clock says. */
const mostChecks = 200;
/** Nobody asks for more patience at once: a time further ahead was written by a clock that has been set back since. */
const furthestAheadMs = 86_400_000;

/**
 * Asks the service about every attempt whose end is not known and whose time has come. Contract: before anything else at every
 * start; only reads; never executes.
 */
export async function settleAttempts(setup: DoorSetup, signal: AbortSignal): Promise<number> {
  let settled = 0;
  for (const attempt of await listUnsettledAttempts(setup.store)) {
    if (signal.aborted) return settled;
    if (isWaiting(attempt, setup.clock.now())) continue;
    await settleAttempt(setup, attempt);
    settled += 1;
  }
  return settled;
}

function isWaiting({ askAgainAt }: Attempt, nowMs: number): boolean {
  return askAgainAt !== null && askAgainAt > toInstant(nowMs) && askAgainAt <= toInstant(nowMs + furthestAheadMs);
}

const passing: ReadonlySet<string> = new Set(["interrupted", "database_busy", "disk_full"]);

/**
 * Asks the service once about one attempt, and writes down what it says. What can no longer be asked about (the account or the
 * action is gone, the answer cannot be read) goes to the owner and holds up nothing else. Errors: those of the database.
 */
export async function settleAttempt(setup: DoorSetup, attempt: Attempt): Promise<void> {
  try {
    const job = await openJob(setup, attempt.cardId, attempt.revision);
    await writeOutcome(setup, job, attempt, await ask(setup, job, attempt));
  } catch (error) {
    const named = toStewardError(error, "asking what became of it");
    if (isDrill(error) || passing.has(named.code)) throw error;
    setup.deps.log(`card ${attempt.cardId}: ${named.message}`);
    const reason = named.code === "internal" ? "What the service says cannot be read." : named.message;
    await writeUnknown(setup, attempt, { reason, askAgainMs: null });
  }
}

async function ask(setup: DoorSetup, job: Job, attempt: Attempt): Promise<Outcome<unknown>> {
  try {
    const call = await openQuestion(setup, job, attempt, AbortSignal.timeout(120_000));
    const handle: unknown = attempt.handle === null ? null : job.action.handle.parse(attempt.handle);
    return await job.action.reconcile(job.input, handle, call);
  } catch (error) {
    if (isDrill(error)) throw error;
    return unanswered(attempt, toStewardError(error, "asking what became of it"));
  }
}

async function writeOutcome(setup: DoorSetup, job: Job, attempt: Attempt, outcome: Outcome<unknown>): Promise<void> {
  switch (outcome.kind) {
    case "done": {
      const result: unknown = job.action.result.parse(outcome.result);
      await setup.store.write((tx) => writeDone(tx, job, attempt.id, result, attempt.requests));
      return;
    }
    case "not_done":
      return await writeNotDone(setup, job, attempt);
    case "unknown":
      return await writeUnknown(setup, attempt, outcome);
  }
}

/** The service could not be asked: that says nothing about the effect. It is asked again, ever less often. */
function unanswered(attempt: Attempt, error: StewardError): Outcome<unknown> {
  const waitMs = Math.min(5000 * 2 ** Math.min(attempt.checks, 10), longestWaitMs);
  return { kind: "unknown", reason: error.message, askAgainMs: Math.max(waitMs, error.retryAfterMs ?? 0) };
}

/** When it is asked again; null when it is the owner's turn. */
function patience(setup: DoorSetup, attempt: Attempt, askAgainMs: number | null): number | null {
  const sinceMs = setup.clock.now() - Date.parse(attempt.committedAt ?? attempt.startedAt);
  return sinceMs < patienceMs && attempt.checks < mostChecks ? askAgainMs : null;
}

async function writeNotDone(setup: DoorSetup, job: Job, attempt: Attempt): Promise<void> {
  await setup.store.write(async (tx) => {
    await changeAttempt(tx, attempt.id, ["committing"], { state: "not_done", askAgainAt: null });
    await changeCard(tx, job.card.id, ["committing"], { state: "prepared", sendAt: null });
    await appendLedger(tx, {
      kind: "not_done",
      cardId: job.card.id,
      body: { attempt: attempt.id, why: "the service says so" },
    });
  });
}

async function writeUnknown(
  setup: DoorSetup,
  attempt: Attempt,
  { reason, askAgainMs }: Pick<Extract<Outcome<unknown>, { kind: "unknown" }>, "reason" | "askAgainMs">,
): Promise<void> {
  const again = patience(setup, attempt, askAgainMs ?? null);
  await setup.store.write(async (tx) => {
    const card = await getCard(tx, attempt.cardId);
    // Somebody else has written down what became of it.
    if (card === null || (await getAttempt(tx, attempt.id))?.state !== "committing") return;
    if (again !== null) {
      const askAgainAt = toInstant(setup.clock.now() + again);
      await changeAttempt(tx, attempt.id, ["committing"], { askAgainAt, checks: attempt.checks + 1, error: reason });
      return;
    }
    await changeAttempt(tx, attempt.id, ["committing"], { state: "unknown", error: reason, askAgainAt: null });
    await changeCard(tx, card.id, ["committing"], { state: "unknown", reason });
    await appendLedger(tx, { kind: "unknown", cardId: card.id, body: { attempt: attempt.id, why: reason } });
    await dropDependents(tx, card, "nobody knows what became of the step before it");
    const text = `Card ${card.number}: steward cannot tell whether it happened. ${reason}`;
    await addNotice(tx, { key: `unknown:${card.id}`, kind: "alert", level: "push", text, cardId: card.id });
  });
}
