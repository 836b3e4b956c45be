import { type StewardError, toStewardError } from "../../core/errors.ts";
import type { ModelPurpose, ModelTool } from "../../core/model.ts";
import type { RunLimit, RunLimits, RunState } from "../../core/run.ts";
import { cardsOfRun } from "../../store/cards-of-run.ts";
import type { AnyTool } from "../tool.ts";
import { askModel } from "./ask-model.ts";
import { type ContextOf, callTools } from "./call-tools.ts";
import { checkAnswer } from "./check-answer.ts";
import type { Journal } from "./journal.ts";
import { limitMet, limitNear } from "./limits-of-run.ts";
import type { RunDeps } from "./run-deps.ts";

/** What one run works with and when it has to stop. */
export interface Loop {
  purpose: ModelPurpose;
  tools: readonly AnyTool[];
  wire: readonly ModelTool[];
  limits: RunLimits;
  contextOf: ContextOf;
  /** Any reason to stop at once. */
  signal: AbortSignal;
  /** Which one it was. `left`: the process ends or lost the run, and somebody else goes on with it. */
  reason(): "left" | "cancelled" | "time" | null;
}

/**
 * Asks the model, runs the tools it asks for, and so on until it answers, asks, or a limit ends it. Contract: whatever happens is
 * written down before it has an effect; returns when the run ended, or when it was left unfinished.
 */
export async function runLoop(deps: RunDeps, journal: Journal, loop: Loop): Promise<void> {
  const { view } = journal;
  while (view.ended === null) {
    const reason = loop.reason();
    if (reason === "left") return;
    if (reason === "cancelled") return await end(deps, journal, { state: "cancelled" });
    if (reason === "time") return await end(deps, journal, { limitedBy: "time" });
    try {
      await step(deps, journal, loop);
    } catch (error) {
      const named = toStewardError(error, "working on a request");
      // Whatever a stop broke off is no failure: the next turn of the loop says why it stopped.
      if (loop.reason() !== null || loop.signal.aborted) continue;
      await failRun(deps, journal, named);
    }
  }
}

async function step(deps: RunDeps, journal: Journal, loop: Loop): Promise<void> {
  const { view } = journal;
  if (view.finish !== null) return await finish(deps, journal);
  if (view.pending.length > 0) {
    if (view.lastTurn !== null) return await end(deps, journal, { limitedBy: view.lastTurn });
    return await callTools(deps, journal, loop.tools, loop.contextOf);
  }
  if (view.question !== null) return await end(deps, journal, {});
  const sinceMs = view.lastAtMs === null ? 0 : deps.clock.now() - view.lastAtMs;
  const met = limitMet(view, loop.limits, sinceMs);
  if (met !== null) return await end(deps, journal, { limitedBy: met });
  const near = view.lastTurn === null ? limitNear(view, loop.limits, sinceMs) : null;
  if (near !== null) await journal.append({ kind: "last_turn", body: { limit: near } });
  await askModel(deps, journal, { purpose: loop.purpose, tools: loop.wire, signal: loop.signal });
}

async function finish(deps: RunDeps, journal: Journal): Promise<void> {
  const { finish: how, lastTurn } = journal.view;
  switch (how?.kind) {
    case "answer":
      return await end(deps, journal, { limitedBy: lastTurn });
    case "context":
    case "too_long":
      return await end(deps, journal, { limitedBy: "tokens" });
    case "refusal":
      return await end(deps, journal, {
        error: "The model declined to work on this. Say it in other words, or do it yourself.",
      });
    case "garbage":
    case undefined:
      return await end(deps, journal, {
        error: "The model's server gave no usable answer, three times. See what it can do: steward model probe",
      });
  }
}

/** Ends a run that met an error, in words for the owner. */
export async function failRun(deps: RunDeps, journal: Journal, error: StewardError): Promise<void> {
  if (error.code === "internal") {
    const cause = error.cause instanceof Error ? error.cause : error;
    deps.log(`run ${journal.runId} failed: ${cause.stack ?? cause.message}`);
    return await end(deps, journal, { error: "Something unexpected happened; steward.log says more." });
  }
  const words = `${error.message}${error.cure === null ? "" : ` ${error.cure}`}`;
  await end(deps, journal, error.code === "budget" ? { limitedBy: "money", error: words } : { error: words });
}

interface Ending {
  state?: RunState;
  limitedBy?: RunLimit | null;
  error?: string;
}

async function end(deps: RunDeps, journal: Journal, ending: Ending): Promise<void> {
  const { view } = journal;
  const { text, unread } = checkAnswer(view.text, view.items);
  const limitedBy = ending.limitedBy ?? null;
  const error = ending.error ?? null;
  const state = ending.state ?? (await stateOf(deps, journal, { limitedBy, error }));
  await journal.append({ kind: "ended", body: { state, text, limitedBy, error, unread } });
}

/** What waits for the owner comes first: a limit that was met beside it is said as well. */
async function stateOf(
  { store }: RunDeps,
  { runId, view }: Journal,
  { limitedBy, error }: { limitedBy: RunLimit | null; error: string | null },
): Promise<RunState> {
  if (limitedBy !== null) return "limited";
  if (error !== null) return "failed";
  if (view.question !== null) return "waiting";
  const cards = view.proposed.length === 0 ? [] : await cardsOfRun(store, runId);
  return cards.some(({ state }) => state !== "refused") ? "waiting" : "done";
}
