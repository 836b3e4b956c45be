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
