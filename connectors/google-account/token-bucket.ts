import type { Clock } from "../../src/core/clock.ts";
import { pause } from "./pause.ts";

/** Gives out quota units, so many a minute. */
export interface TokenBucket {
  /** Waits until the units may be spent, in the order of asking. Errors: `interrupted`. */
  take(units: number, signal: AbortSignal): Promise<void>;
}

/** A minute's worth flows in evenly; this share of it may be spent at once. */
const burstShare = 2 / 9;

/**
 * A bucket of `unitsPerMinute`; null gives out without limit. A call dearer than the bucket holds waits until it is full and
 * leaves a debt.
 *
 * Contract: in any minute at most 11/9 of `unitsPerMinute` are given out. A clock that jumps neither blocks it for longer than
 * the units take, nor frees more than one bucketful; a clock that stands still is believed to have slept.
 */
export function createTokenBucket(clock: Clock, unitsPerMinute: number | null): TokenBucket {
  if (unitsPerMinute === null) return { take: async () => undefined };
  const perMs = unitsPerMinute / 60_000;
  const capacity = Math.max(1, unitsPerMinute * burstShare);
  let level = capacity;
  let filledAt = clock.now();
  let turn: Promise<void> = Promise.resolve();
  const fill = (sleptMs: number): void => {
    const now = clock.now();
    level = Math.min(capacity, level + Math.max(sleptMs, now - filledAt, 0) * perMs);
    filledAt = now;
  };
  const takeNow = async (units: number, signal: AbortSignal): Promise<void> => {
    fill(0);
    const missing = Math.min(units, capacity) - level;
    if (missing > 0) {
      const waitMs = Math.ceil(missing / perMs);
      await pause(clock, waitMs, signal);
      fill(waitMs);
    }
    level -= units;
  };
  return {
    take: (units, signal) => {
      const mine = turn.then(() => takeNow(units, signal));
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
