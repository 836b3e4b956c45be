export const faultKinds = ["status", "drop", "delay", "truncate", "garbage"] as const;

/**
 * One line of a fault script. `match` is tested against `METHOD /path?query`; `nth` is the matching request that it hits
 * (from 1), a list of them, or `"every"`; with `share` (0 to 1) every matching request is hit with that chance, by a seeded
 * draw. `before` prevents the effect, `after` performs it first: `after: drop` is what proves exactly-once.
 */
export interface Fault {
  match: RegExp;
  nth?: number | readonly number[] | "every";
  share?: number;
  when: "before" | "after";
  do: (typeof faultKinds)[number];
  /** For `status`: the code, a body as Google documents it, and headers such as Retry-After. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** For `delay`. */
  delayMs?: number;
}

export interface FaultScript {
  add(...faults: readonly Fault[]): void;
  clear(): void;
  /** How often each fault hit, in the order they were added. */
  hits(): readonly number[];
  /** The faults that this request meets, counting it. Called once a request by the root's middleware. */
  take(methodAndPath: string): readonly Fault[];
}

/** A script whose draws come from `seed`: the same requests in the same order meet the same faults. */
export function createFaultScript(seed = 1): FaultScript {
  let faults: { fault: Fault; seen: number; hits: number }[] = [];
  let state = seed;
  const draw = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const isHit = (fault: Fault, seen: number): boolean => {
    if (fault.share !== undefined) return draw() < fault.share;
    const nth = fault.nth ?? "every";
    return nth === "every" || (typeof nth === "number" ? nth === seen : nth.includes(seen));
  };
  return {
    add: (...more) => {
      faults.push(...more.map((fault) => ({ fault, seen: 0, hits: 0 })));
    },
    clear: () => {
      faults = [];
    },
    hits: () => faults.map(({ hits }) => hits),
    take: (methodAndPath) => {
      const met: Fault[] = [];
      for (const one of faults) {
        if (!one.fault.match.test(methodAndPath)) continue;
        one.seen += 1;
        if (!isHit(one.fault, one.seen)) continue;
        one.hits += 1;
        met.push(one.fault);
      }
      return met;
    },
  };
}
