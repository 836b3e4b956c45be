export const modelFaultKinds = ["status", "drop", "delay", "garbage", "truncate", "html", "overload"] as const;

/**
 * One line of a fault script. `match` is tested against `POST /v1/messages judge`: method, path and, where there is one, the purpose.
 * `nth` is the matching request it hits (from 1), several of them, or every one.
 */
export interface ModelFault {
  match: RegExp;
  nth?: number | readonly number[] | "every";
  do: (typeof modelFaultKinds)[number];
  /** For `status`. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** For `delay`. */
  delayMs?: number;
}

export interface ModelFaultScript {
  add(...faults: readonly ModelFault[]): void;
  clear(): void;
  /** How often each one hit, in the order they were added. */
  hits(): number[];
  /** The faults this request meets, counting it. */
  take(line: string): ModelFault[];
}

/** An empty script. Contract: the same requests in the same order meet the same faults. */
export function createModelFaults(): ModelFaultScript {
  let script: { fault: ModelFault; seen: number; hits: number }[] = [];
  return {
    add: (...faults) => {
      script.push(...faults.map((fault) => ({ fault, seen: 0, hits: 0 })));
    },
    clear: () => {
      script = [];
    },
    hits: () => script.map(({ hits }) => hits),
    take: (line) => {
      const met: ModelFault[] = [];
      for (const one of script) {
        if (!one.fault.match.test(line)) continue;
        one.seen += 1;
        const nth = one.fault.nth ?? "every";
        if (nth !== "every" && !(typeof nth === "number" ? nth === one.seen : nth.includes(one.seen))) continue;
        one.hits += 1;
        met.push(one.fault);
      }
      return met;
    },
  };
}
