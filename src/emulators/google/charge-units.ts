import { GoogleFailure } from "./google-error.ts";
import type { SharedWorld } from "./service.ts";

/** Counts a call against the account's units, and refuses as the service does when they are spent. */
export function chargeUnits(shared: SharedWorld, service: string, account: string, units: number): void {
  const refusal = shared.quotas.charge(service, account, units);
  if (refusal === null) return;
  const until = new Date(shared.clock.now() + refusal.retryAfterMs).toISOString();
  if (service === "gmail") {
    throw new GoogleFailure(429, `User-rate limit exceeded.  Retry after ${until}`, "rateLimitExceeded");
  }
  const headers = { "retry-after": String(Math.ceil(refusal.retryAfterMs / 1000)) };
  throw new GoogleFailure(403, "User Rate Limit Exceeded", "userRateLimitExceeded", { headers });
}
