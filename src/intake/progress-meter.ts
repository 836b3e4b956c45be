import type { Clock } from "../core/clock.ts";
import type { Page } from "../core/connector.ts";

/** How fast a read is and how long it will take, from its last pages. */
export interface Measured {
  /** Items a second. */
  itemRate: number;
  /** Bytes or records of the source a minute, whichever it counts in. */
  perMinute: number;
  secondsLeft: number | null;
}

/** Turns pages into rates over the last `windowMs`; at least two pages are looked back on, however long they took. */
export class ProgressMeter {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #samples: { at: number; items: number; done: number }[] = [];

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** `items` is how many were taken so far. */
  read(progress: Page["progress"], items: number): Measured {
    const now = this.#clock.now();
    this.#samples.push({ at: now, items, done: progress.done });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > this.#windowMs) this.#samples.shift();
    const first = this.#samples[0] ?? { at: now, items, done: 0 };
    const seconds = (now - first.at) / 1000;
    const doneRate = seconds > 0 ? (progress.done - first.done) / seconds : 0;
    const left = progress.total - progress.done;
    return {
      itemRate: seconds > 0 ? Math.round((items - first.items) / seconds) : 0,
      perMinute: Math.max(0, Math.round(doneRate * 60)),
      secondsLeft: doneRate > 0 ? Math.max(0, Math.ceil(left / doneRate)) : null,
    };
  }
}
