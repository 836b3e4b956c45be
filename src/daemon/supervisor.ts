import type { Clock } from "../core/clock.ts";
import { errorExitCodes } from "../core/errors.ts";
import { waitAtMost } from "./wait-at-most.ts";

/** One side, reading or acting, as its supervisor sees it. */
export interface SideProcess {
  pid: number;
  /** Resolves when it has ended; `code` null when a signal ended it. Never rejects. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** Asks it to finish what it does and end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

export type SupervisorEvent =
  | { kind: "died"; how: string; waitMs: number }
  | { kind: "crash_loop"; times: number; how: string }
  | { kind: "gave_up"; how: string }
  | { kind: "killed" };

export interface SupervisorDeps {
  clock: Clock;
  spawn(): SideProcess;
  onEvent(event: SupervisorEvent): void;
}

/** One that lived this long was well: what ended it is a new story. */
const wellAfterMs = 120_000;
const deathsInARow = 6;
const firstWaitMs = 1000;
const longestWaitMs = 60_000;
const stopWithinMs = 30_000;

/** Ends that a restart cannot mend: the owner has to. */
const hopeless: readonly number[] = [
  errorExitCodes.usage,
  errorExitCodes.not_found,
  errorExitCodes.no_permission,
  errorExitCodes.wrong_kind,
  errorExitCodes.database_newer,
  errorExitCodes.database_corrupt,
  errorExitCodes.config,
];

/**
 * Keeps one side running until the signal is given: one that dies is started again after a wait that doubles; one that dies
 * again and again, or says that it cannot run, is not.
 *
 * Contract: returns the exit code: 0 when it was asked to stop; there is never more than one of that side.
 */
export async function supervise(deps: SupervisorDeps, signal: AbortSignal): Promise<number> {
  let deaths = 0;
  while (!signal.aborted) {
    const startedMs = deps.clock.now();
    const side = deps.spawn();
    const { code, signal: endedBy } = await endOf(side, deps, signal);
    if (signal.aborted) return 0;
    const how = endedBy === null ? `ended with code ${code ?? 0}` : `was ended by ${endedBy}`;
    if (code !== null && hopeless.includes(code)) {
      deps.onEvent({ kind: "gave_up", how });
      return code;
    }
    const livedMs = deps.clock.now() - startedMs;
    deaths = livedMs >= wellAfterMs ? 1 : deaths + 1;
    if (deaths >= deathsInARow) {
      deps.onEvent({ kind: "crash_loop", times: deaths, how });
      return errorExitCodes.internal;
    }
    const waitMs = Math.min(firstWaitMs * 2 ** (deaths - 1), longestWaitMs);
    deps.onEvent({ kind: "died", how, waitMs });
    await deps.clock.sleep(waitMs, signal).catch(() => undefined);
  }
  return 0;
}

/** Waits for the side to end; once asked to stop it has half a minute for what it is doing. */
async function endOf(
  side: SideProcess,
  deps: SupervisorDeps,
  signal: AbortSignal,
): Promise<{ code: number | null; signal: string | null }> {
  const asked = Promise.withResolvers<void>();
  const ask = (): void => asked.resolve();
  signal.addEventListener("abort", ask, { once: true });
  if (signal.aborted) ask();
  try {
    const first = await Promise.race([side.ended, asked.promise]);
    if (first !== undefined) return first;
    side.stop();
    const stopped = await waitAtMost(deps.clock, stopWithinMs, side.ended);
    if (stopped !== null) return stopped;
    deps.onEvent({ kind: "killed" });
    side.kill();
    return await side.ended;
  } finally {
    signal.removeEventListener("abort", ask);
  }
}
