import { toInstant } from "../../core/clock.ts";
import { StewardError, toStewardError } from "../../core/errors.ts";
import type { ModelTool } from "../../core/model.ts";
import { type AskJob, askJobSchema, type RunLimit, type RunState } from "../../core/run.ts";
import { cardsOfRun, type RunCard } from "../../store/cards-of-run.ts";
import { isOfferedChoice } from "../../store/offered-choice.ts";
import type { Store } from "../../store/open-store.ts";
import { appendRunEvent, readRunEvents } from "../../store/run-events.ts";
import { claimRun, getRun, leaveRun, listRuns, queueRun, type Run } from "../../store/runs.ts";
import type { OwnerQuestion, ToolContext } from "../tool.ts";
import { firstMessage } from "./first-message.ts";
import { type Journal, openJournal } from "./journal.ts";
import { type Asker, proposeBundle } from "./propose-bundle.ts";
import { requestSystem } from "./request-system.ts";
import type { RunDeps } from "./run-deps.ts";
import { failRun, runLoop } from "./run-loop.ts";
import { runSubJob } from "./run-sub-job.ts";
import { viewOf } from "./run-view.ts";
import { leaseMs, type RunWatch, watchRun } from "./watch-run.ts";
import { prefixHash, wireTools } from "./wire-tools.ts";

/** What became of a request. What its cards are and in which state comes from the store, not from the answer. */
export interface RunOutcome {
  runId: string;
  state: RunState;
  /** What the model wrote, with links to items that were really read; text of others as far as screens are concerned. */
  text: string;
  question: OwnerQuestion | null;
  limitedBy: RunLimit | null;
  error: string | null;
  /** Items the answer named without having read them; their links were taken out. */
  unread: number[];
  cards: RunCard[];
}

/**
 * Works on one request of the owner until it ends, from its beginning or from where it was left. Contract: the same job twice is one
 * run; no card is made twice; when the process ends meanwhile the run stays `running` for the next one. Errors: `database_busy` while
 * another process works on it, those of the database.
 */
export async function runRequest(deps: RunDeps, job: AskJob): Promise<RunOutcome> {
  const { store, lease, clock } = deps;
  const untilAt = toInstant(clock.now() + leaseMs);
  const isMine = await store.write(async (tx) => {
    await queueRun(tx, newRun(deps, job));
    return await claimRun(tx, job.runId, { ...lease, untilAt });
  });
  const run = await getRun(store, job.runId);
  if (!isMine || run === null) {
    if (run === null || run.state === "running")
      throw new StewardError("database_busy", "Somebody works on this request already.");
    return await readOutcome(store, run);
  }
  const journal = await openJournal(deps, job.runId);
  const watch = watchRun(deps, job.runId, run.limits.ms - journal.view.activeMs);
  try {
    await work(deps, { job, run, journal, watch });
  } finally {
    watch.stop();
    await store.write((tx) => leaveRun(tx, job.runId, lease.owner));
  }
  return await readOutcome(store, (await getRun(store, job.runId)) ?? run);
}

const mostTakenUp = 8;

interface Working {
  job: AskJob;
  run: Run;
  journal: Journal;
  watch: RunWatch;
}

async function work(deps: RunDeps, { job, run, journal, watch }: Working): Promise<void> {
  const wire = wireTools(deps.tools);
  try {
    await takeUp(deps, { job, journal, wire });
  } catch (error) {
    if (watch.reason() !== "left") await failRun(deps, journal, toStewardError(error, "beginning with a request"));
    return;
  }
  const utterance = (await isOfferedChoice(deps.store, job.answers, job.text)) ? "" : job.text;
  const asker: Asker = { surface: job.surface, utterance, wordsId: job.wordsId };
  await runLoop(deps, journal, {
    purpose: "request",
    tools: deps.tools,
    wire,
    limits: run.limits,
    signal: watch.signal,
    reason: watch.reason,
    contextOf: (key) => {
      let question: OwnerQuestion | null = null;
      const context = contextOfCall(deps, { key, journal, watch, asker });
      const subJob: ToolContext["subJob"] = async (task, items) =>
        await runSubJob(deps, journal, {
          job: { key, task, items },
          watch,
          limits: run.limits,
          contextOf: (innerKey, inner) => contextOfCall(deps, { key: innerKey, journal: inner, watch, asker: null }),
        });
      const ask = (asked: OwnerQuestion): void => {
        question = asked;
      };
      return { context: { ...context, ask, subJob }, question: () => question };
    },
  });
}

async function takeUp(
  deps: RunDeps,
  { job, journal, wire }: { job: AskJob; journal: Journal; wire: readonly ModelTool[] },
): Promise<void> {
  const { view } = journal;
  if (view.begun !== null) {
    if (view.ended !== null) return;
    // Whatever ends the process each time would end it for ever.
    if (view.resumed >= mostTakenUp)
      throw new StewardError("unavailable", "Steward was stopped in the middle of it too often.");
    return await journal.append({ kind: "resumed", body: {} });
  }
  const system = requestSystem(await deps.promptFiles());
  const { content, ...read } = await firstMessage(deps, job);
  const prefixSha256 = prefixHash(system, wire);
  await journal.append({ kind: "begun", body: { system, first: content, prefixSha256, ...read } });
}

/** What a tool's call gets. Without an `asker` nothing can be proposed: a job beneath a request only reads. */
function contextOfCall(
  deps: RunDeps,
  { journal, watch, asker }: { key: string; journal: Journal; watch: RunWatch; asker: Asker | null },
): ToolContext {
  const { store, owner, clock, surroundings } = deps;
  return {
    ...surroundings,
    store,
    owner,
    clock,
    signal: watch.signal,
    utterance: asker?.utterance ?? "",
    taint: () => ({ items: new Set(journal.view.items), threads: new Set(journal.view.threads) }),
    propose: async (steps, key) =>
      asker === null
        ? { kind: "refused", text: "A job that reads proposes nothing." }
        : await proposeBundle(deps, journal, { steps, key, asker, signal: watch.signal }),
    ask: null,
    subJob: null,
  };
}

function newRun(deps: Pick<RunDeps, "limits">, job: AskJob) {
  const { runId, text, surface } = job;
  return { id: runId, kind: "request" as const, parentId: null, job, text, surface, limits: deps.limits };
}

/** What became of a run, as the store has it now. */
export async function readOutcome(store: Store, run: Run): Promise<RunOutcome> {
  const view = viewOf(await readRunEvents(store, run.id));
  const { id: runId, state, outcome: text, question, limitedBy, error } = run;
  return {
    runId,
    state,
    text,
    question,
    limitedBy,
    error,
    unread: view.ended?.unread ?? [],
    cards: await cardsOfRun(store, runId),
  };
}

const mostLeft = 50;

/** Requests a process left behind, oldest first. Contract: without those another process works on. */
export async function listLeftRequests({
  store,
  clock,
  lease,
}: Pick<RunDeps, "store" | "clock" | "lease">): Promise<AskJob[]> {
  const running = await listRuns(store, { limit: mostLeft, states: ["running"], kinds: ["request"] });
  const nowAt = toInstant(clock.now());
  return running.reverse().flatMap(({ job, owner, untilAt }) => {
    const isHeld = owner !== null && (untilAt ?? "") > nowAt && !lease.isGone(owner);
    const asked = askJobSchema.safeParse(job);
    return isHeld || !asked.success ? [] : [asked.data];
  });
}

/** Ends a request that nobody can work on, in words for the owner. */
export async function refuseRequest(
  deps: Pick<RunDeps, "store" | "clock" | "lease" | "limits">,
  job: AskJob,
  error: string,
): Promise<void> {
  const untilAt = toInstant(deps.clock.now() + leaseMs);
  await deps.store.write(async (tx) => {
    await queueRun(tx, newRun(deps, job));
    if (!(await claimRun(tx, job.runId, { ...deps.lease, untilAt }))) return;
    const body = { state: "failed" as const, text: "", limitedBy: null, error, unread: [] };
    await appendRunEvent(tx, job.runId, { kind: "ended", body });
  });
}
