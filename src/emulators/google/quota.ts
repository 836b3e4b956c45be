/** Counts quota units by service and account; with a limit a minute it refuses as Google does. Without one it only counts. */
export interface Quotas {
  /** Null when the call may go on; otherwise how long the caller should wait. */
  charge(service: string, account: string, units: number): { retryAfterMs: number } | null;
  /** Requests and units so far. */
  spent(service: string): { requests: number; units: number };
  /** Units a minute for an account; null lifts the limit. */
  limit(service: string, unitsPerMinute: number | null): void;
}
