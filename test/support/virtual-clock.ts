import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/core/clock.ts";

/**
 * A clock that stands still until a test moves it. `advance` wakes sleepers in the order of their time; `jump` changes what
 * it says without time passing, as setting a clock does.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  /** Time that has passed, whatever the clock says. */
  #passedMs = 0;
  #sleepers: { at: number; wake(): void }[] = [];

  constructor(startAt: string) {
    this.#nowMs = Date.parse(startAt);
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(new Error("aborted"));
        return;
      }
      const sleeper = { at: this.#passedMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(new Error("aborted"));
      });
    });
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Lets time pass; `settle` is awaited after each waking, so that what woke can do its work. */
  async advance(ms: number, settle: () => Promise<unknown> = () => turn()): Promise<void> {
    const until = this.#passedMs + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#move(next.at - this.#passedMs);
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      next.wake();
    }
    this.#move(until - this.#passedMs);
    await settle();
  }

  jump(ms: number): void {
    this.#nowMs += ms;
  }

  #move(ms: number): void {
    this.#passedMs += ms;
    this.#nowMs += ms;
  }
}
