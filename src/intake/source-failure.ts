import { toInstant } from "../core/clock.ts";
import type { StewardError } from "../core/errors.ts";
import type { NewHealth } from "../store/source-health.ts";

const firstWaitMs = 15_000;
const longestWaitMs = 15 * 60_000;
/** Services sometimes name an instant that is plainly wrong; nobody is left alone for longer than this. */
export const longestRetryAfterMs = 3_600_000;

/**
 * How long to leave a source alone after `failures` failed readings in a row: doubled each time, at least what the service
 * asked for, spread by `random` (0..1) so that sources do not come back in step. Milliseconds.
 */
export function waitAfterFailure(failures: number, retryAfterMs: number | null, random: number): number {
  const doubled = Math.min(firstWaitMs * 2 ** Math.min(failures, 10), longestWaitMs) * (0.8 + 0.4 * random);
  const asked = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
  return Math.round(Math.max(doubled, asked === 0 ? 0 : asked * (1 + 0.1 * random)));
}

/**
 * What a failed reading says about the source; null when the fault is not the source's (stopped, disk full, another process).
 * Contract: pure; the text of an unexpected error may hold what others wrote and is left out.
 */
export function healthAfterFailure(
  error: StewardError,
  given: { failures: number; nowMs: number; random: number },
): NewHealth | null {
  switch (error.code) {
    case "interrupted":
    case "disk_full":
    case "database_busy":
      return null;
    case "needs_reauth":
      return { state: "needs_reauth", detail: error.cure ?? "steward connect", retryAt: null };
    case "usage":
    case "not_found":
    case "no_permission":
    case "wrong_kind":
    case "unreadable":
    case "database_newer":
    case "database_corrupt":
    case "config":
    case "rate_limited":
    case "unavailable":
    case "gone":
    case "locked":
    case "moved":
    case "budget":
    case "internal": {
      const waitMs = waitAfterFailure(given.failures, error.retryAfterMs, given.random);
      return { state: "degraded", detail: reasonOf(error), retryAt: toInstant(given.nowMs + waitMs) };
    }
  }
}

function reasonOf(error: StewardError): string {
  if (error.code === "internal") return "Something unexpected happened; steward.log says where.";
  return [error.message, error.cure ?? ""]
    .filter((text) => text !== "")
    .join(" ")
    .slice(0, 400);
}
