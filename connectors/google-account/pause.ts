import type { Clock } from "../../src/core/clock.ts";
import { StewardError } from "../../src/core/errors.ts";

/** Sleeps by the given clock. Errors: `interrupted` when the signal ends it. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  if (signal.aborted) throw new StewardError("interrupted", "Reading was stopped.");
}

/** Waits for `promise` until the signal ends it. Errors: `interrupted`, and those of the promise. */
export async function untilStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new StewardError("interrupted", "Reading was stopped."));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
