/** Counts quota units by service and account; with a limit a minute it refuses as Google does. Without one it only counts. */
export interface Quotas {
  /** Null when the call may go on; otherwise how long the caller should wait. */
  charge(service: string, account: string, units: number): { retryAfterMs: number } | null;
  /** Requests and units so far. */
  spent(service: string): { requests: number; units: number };
  /** Units a minute for an account; null lifts the limit. */
  limit(service: string, unitsPerMinute: number | null): void;
  /** Forgets limits and what was spent. */
  clear(): void;
}

const minuteMs = 60_000;

/** Units are counted in fixed minutes of the world's clock. */
export function createQuotas(now: () => number): Quotas {
  const limits = new Map<string, number>();
  const totals = new Map<string, { requests: number; units: number }>();
  const minutes = new Map<string, { minute: number; units: number }>();
  return {
    charge: (service, account, units) => {
      const total = totals.get(service) ?? { requests: 0, units: 0 };
      totals.set(service, { requests: total.requests + 1, units: total.units + units });
      const limit = limits.get(service);
      const minute = Math.floor(now() / minuteMs);
      const key = `${service} ${account}`;
      const kept = minutes.get(key);
      const used = kept?.minute === minute ? kept.units : 0;
      if (limit !== undefined && used + units > limit) return { retryAfterMs: (minute + 1) * minuteMs - now() };
      minutes.set(key, { minute, units: used + units });
      return null;
    },
    spent: (service) => totals.get(service) ?? { requests: 0, units: 0 },
    limit: (service, unitsPerMinute) => {
      if (unitsPerMinute === null) limits.delete(service);
      else limits.set(service, unitsPerMinute);
    },
    clear: () => {
      for (const kept of [limits, totals, minutes]) kept.clear();
    },
  };
}
