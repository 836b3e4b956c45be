import type { HealthState } from "../store/source-health.ts";

/** A source as the schedule sees it. */
export interface PollTarget {
  id: string;
  /** Sources of one lane are read at most `laneLimit` at a time: one account, or the disk. */
  lane: string;
  laneLimit: number;
  intervalMs: number;
  state: HealthState;
  /** Milliseconds since 1970; null when nothing forbids asking. */
  retryAtMs: number | null;
}

interface Entry {
  /** When `dueAtMs` was decided: a clock that now says less was set back. */
  decidedAtMs: number;
  dueAtMs: number;
  running: boolean;
  signedOut: boolean;
}

export interface Turn {
  /** To be read now. */
  start: PollTarget[];
  /** Being read, and registered no more. */
  abandon: string[];
}

/** No wait is ever longer, whatever a service, a database or a clock says. */
const longestWaitMs = 3_600_000;

/**
 * Decides which sources are due. Pure but for what it remembers, so that a day of it can be tested in a moment.
 *
 * Contract: a source is never started while it runs, nor while it needs a sign-in; after a jump of the clock, forward or
 * back, each source is read once when its usual wait is over, never once for every interval missed.
 */
export class PollSchedule {
  readonly #entries = new Map<string, Entry>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** What is to be done at this moment, given what is registered. */
  turn(targets: readonly PollTarget[], nowMs: number): Turn {
    const known = new Set(targets.map((target) => target.id));
    const abandon: string[] = [];
    for (const [id, entry] of this.#entries) {
      if (known.has(id)) continue;
      if (entry.running) abandon.push(id);
      else this.#entries.delete(id);
    }
    const busy = new Map<string, number>();
    for (const target of targets) {
      if (this.#entries.get(target.id)?.running === true) busy.set(target.lane, (busy.get(target.lane) ?? 0) + 1);
    }
    const due = targets
      .filter((target) => this.#isDue(target, nowMs))
      .sort((a, b) => this.#entryOf(a, nowMs).dueAtMs - this.#entryOf(b, nowMs).dueAtMs);
    const start: PollTarget[] = [];
    for (const target of due) {
      const inLane = busy.get(target.lane) ?? 0;
      if (inLane >= target.laneLimit) continue;
      busy.set(target.lane, inLane + 1);
      this.#entryOf(target, nowMs).running = true;
      start.push(target);
    }
    return { start, abandon };
  }

  /** A reading has ended: decides when the next one is due and returns that instant, milliseconds since 1970. */
  ended(target: PollTarget, nowMs: number): number {
    // Spread a little, so that sources that began together do not stay together.
    const usualMs = target.intervalMs * (0.95 + 0.1 * this.#random());
    const askedMs = target.retryAtMs === null ? 0 : Math.min(target.retryAtMs - nowMs, longestWaitMs);
    const dueAtMs = Math.round(nowMs + Math.max(usualMs, askedMs));
    const signedOut = target.state === "needs_reauth";
    this.#entries.set(target.id, { decidedAtMs: nowMs, dueAtMs, running: false, signedOut });
    return dueAtMs;
  }

  /** A reading of a source that is registered no more has ended. */
  forget(id: string): void {
    this.#entries.delete(id);
  }

  #isDue(target: PollTarget, nowMs: number): boolean {
    const entry = this.#entryOf(target, nowMs);
    if (entry.running) return false;
    if (target.state === "needs_reauth") {
      entry.signedOut = true;
      return false;
    }
    if (entry.signedOut) {
      entry.signedOut = false;
      entry.dueAtMs = nowMs;
    }
    if (nowMs < entry.decidedAtMs) {
      entry.dueAtMs = nowMs + (entry.dueAtMs - entry.decidedAtMs);
      entry.decidedAtMs = nowMs;
    }
    return entry.dueAtMs <= nowMs;
  }

  #entryOf(target: PollTarget, nowMs: number): Entry {
    const known = this.#entries.get(target.id);
    if (known !== undefined) return known;
    const waitMs = Math.max(0, (target.retryAtMs ?? nowMs) - nowMs);
    // Nobody ever waits so long: the clock was set back since that was written.
    const dueAtMs = waitMs > longestWaitMs * 1.1 ? nowMs : nowMs + waitMs;
    const entry: Entry = { decidedAtMs: nowMs, dueAtMs, running: false, signedOut: false };
    this.#entries.set(target.id, entry);
    return entry;
  }
}
