/** The emulated world's time: the real clock's, moved by hand, or standing still. */
export interface WorldClock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Moves the clock by so many milliseconds; negative jumps back. */
  advance(ms: number): void;
}

/** A clock that follows `real` until it is moved; with a fixed instant it stands there and only moves by hand. */
export function createWorldClock(real: () => number, fixedMs: number | null = null): WorldClock {
  let movedMs = 0;
  return {
    now: () => (fixedMs ?? real()) + movedMs,
    advance: (ms) => {
      movedMs += ms;
    },
  };
}
