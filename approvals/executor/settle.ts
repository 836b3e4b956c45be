import type { Outcome } from "../../src/core/action.ts";
import { toInstant } from "../../src/core/clock.ts";
import { type StewardError, toStewardError } from "../../src/core/errors.ts";
import { type Attempt, changeAttempt, listUnsettledAttempts } from "../../src/store/attempts.ts";
import { changeCard } from "../../src/store/cards.ts";
import { appendLedger } from "../../src/store/ledger.ts";
import { addNotice } from "../../src/store/notices.ts";
import { type DoorSetup, isDrill } from "../door-setup.ts";
import { dropDependents } from "../drop-dependents.ts";
import { type Job, openJob, openQuestion, writeDone } from "./job.ts";

/** How long a service may go on not answering before the owner is asked to look. */
const patienceMs = 6 * 3_600_000;
const longestWaitMs = 10 * 60_000;

/**
 * Asks the service about every attempt whose end is not known and whose time has come. Contract: before anything else at every
 * start; only reads; never executes.
 */
export async function settleAttempts(setup: DoorSetup, signal: AbortSignal): Promise<number> {
  let settled = 0;
  for (const attempt of await listUnsettledAttempts(setup.store)) {
    if (signal.aborted) return settled;
    if (attempt.askAgainAt !== null && attempt.askAgainAt > toInstant(setup.clock.now())) continue;
    await settleAttempt(setup, attempt);
    settled += 1;
  }
  return settled;
}

/** Asks the service once about one attempt, and writes down what it says. */
export async function settleAttempt(setup: DoorSetup, attempt: Attempt): Promise<void> {
  const job = await openJob(setup, attempt.cardId, attempt.revision);
  let outcome: Outcome<unknown>;
  try {
    const call = await openQuestion(setup, job, attempt, AbortSignal.timeout(120_000));
    const handle: unknown = attempt.handle === null ? null : job.action.handle.parse(attempt.handle);
    outcome = await job.action.reconcile(job.input, handle, call);
  } catch (error) {
    if (isDrill(error)) throw error;
    outcome = unanswered(setup, attempt, toStewardError(error, "asking what became of it"));
  }
  switch (outcome.kind) {
    case "done": {
      const result: unknown = job.action.result.parse(outcome.result);
      await setup.store.write((tx) => writeDone(tx, job, attempt.id, result, attempt.requests));
      return;
    }
    case "not_done":
      return await writeNotDone(setup, job, attempt);
    case "unknown":
      return await writeUnknown(setup, job, attempt, outcome);
  }
}

/** The service could not be asked: that says nothing about the effect. It is asked again, ever less often, for some hours. */
function unanswered(setup: DoorSetup, attempt: Attempt, error: StewardError): Outcome<unknown> {
  const sinceMs = setup.clock.now() - Date.parse(attempt.committedAt ?? attempt.startedAt);
  const waitMs = Math.min(5000 * 2 ** Math.min(attempt.checks, 10), longestWaitMs);
  const askAgainMs = sinceMs < patienceMs ? Math.max(waitMs, error.retryAfterMs ?? 0) : null;
  return { kind: "unknown", reason: error.message, askAgainMs };
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
  job: Job,
  attempt: Attempt,
  { reason, askAgainMs }: Extract<Outcome<unknown>, { kind: "unknown" }>,
): Promise<void> {
  const { card } = job;
  const again = askAgainMs ?? null;
  await setup.store.write(async (tx) => {
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
