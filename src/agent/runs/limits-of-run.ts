import type { RunLimit, RunLimits } from "../../core/run.ts";
import type { RunView } from "./run-view.ts";

/** From which share of a limit on the model is told to come to an end. */
const near = 0.85;

/** The limit a run has met; null while it may go on. Contract: pure; `sinceMs` is the time since its last event. */
export function limitMet(view: RunView, limits: RunLimits, sinceMs: number): RunLimit | null {
  return findLimit(usedOf(view, sinceMs), limits, 1, 0);
}

/** The limit that leaves room for one more answer. */
export function limitNear(view: RunView, limits: RunLimits, sinceMs: number): RunLimit | null {
  return findLimit(usedOf(view, sinceMs), limits, near, 1);
}

function usedOf(view: RunView, sinceMs: number): RunLimits {
  const { input, cacheWrite, cacheRead, output } = view.usage;
  return {
    turns: view.turns,
    tokens: input + cacheWrite + cacheRead + output,
    usd: view.costUsd,
    ms: view.activeMs + Math.max(0, sinceMs),
  };
}

function findLimit(used: RunLimits, limits: RunLimits, share: number, turnsLeft: number): RunLimit | null {
  if (used.turns >= limits.turns - turnsLeft) return "turns";
  if (used.tokens >= limits.tokens * share) return "tokens";
  if (used.usd >= limits.usd * share) return "money";
  return used.ms >= limits.ms * share ? "time" : null;
}
