import type { Clock } from "../core/clock.ts";

/**
 * Waits for `work`, but no longer than `ms`; null when it took longer. Contract: leaves no timer behind, which would keep a
 * process alive that has nothing left to do; `work` that rejects rejects.
 */
export async function waitAtMost<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const limit = clock.sleep(ms, over.signal).then(
    () => null,
    () => null,
  );
  try {
    return await Promise.race([work, limit]);
  } finally {
    over.abort();
  }
}
