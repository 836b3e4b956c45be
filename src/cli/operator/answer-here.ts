import { setTimeout } from "node:timers/promises";
import { type RunOutcome, readOutcome, refuseRequest, runRequest } from "../../agent/runs/run-request.ts";
import { StewardError } from "../../core/errors.ts";
import type { AskJob } from "../../core/run.ts";
import type { KeptRunEvent } from "../../core/run-event.ts";
import { listCards } from "../../store/cards.ts";
import { readDaemonLease } from "../../store/daemon-lease.ts";
import { withFileLock } from "../../store/file-lock.ts";
import { endJob } from "../../store/jobs.ts";
import { isLeaseOwnerGone } from "../../store/lease-owner.ts";
import { readRunEvents } from "../../store/run-events.ts";
import { cancelRun, getRun } from "../../store/runs.ts";
import type { CommandContext } from "../command-context.ts";
import { doorLockPath } from "../door/door-lock-path.ts";
import { isDoorRunning } from "../door/is-door-running.ts";
import type { HomeWithDoor } from "../door/with-door.ts";
import { makeRequestDeps, noModelWords } from "./request-deps.ts";

/** What is shown while a request is worked on. */
export interface Following {
  onEvent(event: KeptRunEvent): void;
  /** Only where this process works on it. */
  onText?: (text: string) => void;
}

const doorWaitMs = 8000;
const takeInWithinMs = 60_000;
const lookEveryMs = 150;

/**
 * Has a request answered: by the running inside where there is one, else here. Ctrl-C cancels it. Contract: returns when it ended.
 * Errors: `config` where no model is set up.
 */
export async function answerHere(
  context: CommandContext,
  opened: HomeWithDoor,
  job: AskJob,
  following: Following,
): Promise<RunOutcome> {
  const { store } = opened.home;
  const interrupted = context.takeInterrupts();
  const cancel = (): void => void store.write((tx) => cancelRun(tx, job.runId));
  interrupted.addEventListener("abort", cancel);
  try {
    if (await isInsideRunning(context, opened)) return await followRun(opened, job.runId, following);
    return await workHere(context, opened, job, following);
  } finally {
    interrupted.removeEventListener("abort", cancel);
  }
}

async function isInsideRunning(context: CommandContext, { home }: HomeWithDoor): Promise<boolean> {
  const lease = await readDaemonLease(home.store);
  if (lease === null || isLeaseOwnerGone(lease.owner)) return false;
  return Date.parse(lease.untilAt) > context.clock.now();
}

async function followRun(
  { home: { store } }: HomeWithDoor,
  runId: string,
  { onEvent }: Following,
): Promise<RunOutcome> {
  let seen = 0;
  for (;;) {
    for (const event of await readRunEvents(store, runId, seen)) {
      seen = event.seq;
      onEvent(event);
    }
    const run = await getRun(store, runId);
    if (run === null) throw new StewardError("not_found", "The request is no longer there.");
    if (run.state !== "queued" && run.state !== "running") return await readOutcome(store, run);
    await setTimeout(lookEveryMs);
  }
}

async function workHere(
  context: CommandContext,
  opened: HomeWithDoor,
  job: AskJob,
  { onEvent, onText }: Following,
): Promise<RunOutcome> {
  const { store } = opened.home;
  const isDoorThere = await isDoorRunning(context.home);
  const deps = makeRequestDeps(context, opened.home, {
    door: { waitMs: doorWaitMs, ...(isDoorThere ? {} : { takeIn: () => takeIn(context, opened) }) },
    signal: new AbortController().signal,
    onEvent: (runId, event) => (runId === job.runId ? onEvent(event) : undefined),
    ...(onText === undefined ? {} : { onText }),
  });
  const run = await deps.ofRun(job.runId);
  if (run === null) {
    await refuseRequest(deps, job, noModelWords(context.self));
    await store.write((tx) => endJob(tx, job.runId, "failed", {}));
    throw new StewardError("config", "No model is set up, so nothing can be worked on in words.", {
      cure: `${context.self} model key, or a server of your own: ${context.self} model use URL`,
    });
  }
  const outcome = await runRequest(run, job);
  await deps.ended(job.runId);
  await store.write((tx) => endJob(tx, job.runId, "done", { runId: job.runId }));
  return outcome;
}

/** Cards are made here; a search that needs no yes is carried out here, too, or the run would wait for it in vain. */
async function takeIn(context: CommandContext, opened: HomeWithDoor): Promise<void> {
  const signal = AbortSignal.timeout(takeInWithinMs);
  try {
    await withFileLock(doorLockPath(context.home), () => takeInOnce(opened, signal), 0);
  } catch (error) {
    // Whoever has the door takes it in; a service that does not answer leaves the proposal waiting.
    if (!(error instanceof StewardError) || !passing.has(error.code)) throw error;
  }
}

const passing: ReadonlySet<string> = new Set(["database_busy", "unavailable", "rate_limited", "needs_reauth"]);

async function takeInOnce({ door, home }: HomeWithDoor, signal: AbortSignal): Promise<void> {
  await door.takeIn(signal);
  const approved = await listCards(home.store, ["approved"]);
  if (approved.some(({ action }) => action === "web.search")) await door.turn(signal);
}
