import type { Clock } from "../core/clock.ts";
import { PollSchedule, type PollTarget } from "./poll-schedule.ts";
import { waitAtMost } from "./wait-at-most.ts";

export interface PollDeps {
  clock: Clock;
  /** 0..1, spreads waits. */
  random(): number;
  /** What is registered at this moment. */
  targets(): Promise<PollTarget[]>;
  /**
   * Reads one source to its end. `alive` is to be called whenever something came; the signal says stop. Contract: never
   * rejects; stores what became of it, so that `targets` knows.
   */
  read(id: string, signal: AbortSignal, alive: () => void): Promise<void>;
  /** Told when a source will be read next. */
  planned(id: string, nextAtMs: number): Promise<void>;
  /** A fault of the loop itself (the database is locked, the disk is full); it goes on after a while. */
  faulted(error: unknown): void;
}

interface Running {
  controller: AbortController;
  /** How long nothing has come, in ticks of this loop: a laptop that slept was not silent. */
  silentMs: number;
  done: Promise<void>;
}

const tickMs = 1000;
/** A reading that gives no sign of life for so long is given up; quota waits of a quarter of an hour are usual. */
const silenceLimitMs = 30 * 60_000;
const faultWaitMs = 10_000;

/**
 * Reads every source again and again, each by its own schedule, several at a time, until the signal is given; then waits for
 * the readings to stop.
 *
 * Contract: one source that fails, hangs or vanishes leaves the others running; ends within `stopMs` of the signal even if a
 * reading does not.
 */
export async function runPollLoop(deps: PollDeps, signal: AbortSignal, stopMs = 20_000): Promise<void> {
  const schedule = new PollSchedule(deps.random);
  const running = new Map<string, Running>();
  let lastTickMs = deps.clock.now();
  while (!signal.aborted) {
    let waitMs = tickMs;
    try {
      const nowMs = deps.clock.now();
      watchSilence(running, Math.min(Math.max(0, nowMs - lastTickMs), 2 * tickMs));
      lastTickMs = nowMs;
      const { start, abandon } = schedule.turn(await deps.targets(), nowMs);
      for (const id of abandon) running.get(id)?.controller.abort();
      for (const target of start) running.set(target.id, begin(deps, schedule, running, target));
    } catch (error) {
      deps.faulted(error);
      waitMs = faultWaitMs;
    }
    await deps.clock.sleep(waitMs, signal).catch(ignoreAbort(signal));
  }
  for (const { controller } of running.values()) controller.abort();
  await waitAtMost(deps.clock, stopMs, Promise.all([...running.values()].map(({ done }) => done)));
}

function begin(deps: PollDeps, schedule: PollSchedule, running: Map<string, Running>, target: PollTarget): Running {
  const controller = new AbortController();
  const one: Running = { controller, silentMs: 0, done: Promise.resolve() };
  const alive = (): void => {
    one.silentMs = 0;
  };
  one.done = deps
    .read(target.id, controller.signal, alive)
    .catch((error: unknown) => deps.faulted(error))
    .then(() => settle(deps, schedule, target))
    .catch((error: unknown) => {
      // Not knowing how the source is now is no reason to ask it again at once.
      schedule.ended(target, deps.clock.now());
      deps.faulted(error);
    })
    .finally(() => running.delete(target.id));
  return one;
}

async function settle(deps: PollDeps, schedule: PollSchedule, { id }: PollTarget): Promise<void> {
  const target = (await deps.targets()).find((one) => one.id === id);
  if (target === undefined) schedule.forget(id);
  else await deps.planned(id, schedule.ended(target, deps.clock.now()));
}

function watchSilence(running: Map<string, Running>, passedMs: number): void {
  for (const one of running.values()) {
    one.silentMs += passedMs;
    if (one.silentMs > silenceLimitMs) one.controller.abort();
  }
}

function ignoreAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
