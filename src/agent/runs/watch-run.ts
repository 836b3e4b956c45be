import { toInstant } from "../../core/clock.ts";
import { getRun, keepRun } from "../../store/runs.ts";
import type { RunDeps } from "./run-deps.ts";

/** Whether a run has to stop, and why. */
export interface RunWatch {
  signal: AbortSignal;
  reason(): "left" | "cancelled" | "time" | null;
  stop(): void;
}

export const leaseMs = 20_000;
const lookEveryMs = 250;
const renewEveryLooks = 16;

/**
 * Watches a run that this process works on: the owner may cancel it, its time may be over, another process may have taken it, this one
 * may be about to end. Contract: call `stop` at the end.
 */
export function watchRun(deps: RunDeps, runId: string, leftMs: number): RunWatch {
  const { store, clock, lease, signal } = deps;
  const own = new AbortController();
  const time = AbortSignal.timeout(Math.max(1, Math.min(leftMs, 2 ** 31 - 1)));
  let found: "left" | "cancelled" | null = null;
  let looks = 0;
  const stopFor = (reason: "left" | "cancelled"): void => {
    found ??= reason;
    own.abort();
  };
  const look = async (): Promise<void> => {
    looks += 1;
    const run = await getRun(store, runId);
    if (run?.cancelAskedAt != null) return stopFor("cancelled");
    if (looks % renewEveryLooks !== 0) return;
    const untilAt = toInstant(clock.now() + leaseMs);
    const isMine = await store.write((tx) => keepRun(tx, runId, lease.owner, untilAt));
    if (!isMine) stopFor("left");
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      deps.log(`run ${runId} cannot be watched: ${error instanceof Error ? error.message : "?"}`);
    });
  }, lookEveryMs);
  timer.unref();
  return {
    signal: AbortSignal.any([signal, own.signal, time]),
    reason: () => (signal.aborted ? "left" : (found ?? (time.aborted ? "time" : null))),
    stop: () => clearInterval(timer),
  };
}
