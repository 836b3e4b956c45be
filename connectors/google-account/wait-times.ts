const firstWaitMs = 1000;
const longestBackoffMs = 64_000;
/** Longer than Google's own penalties; instants in its texts have been seen to be plainly wrong. */
export const longestAskedMs = 20 * 60_000;

/**
 * How long to wait before asking again after `tries` failures (from 1): doubled each time, spread by `random` (0..1), and at
 * least what the service asked for. Milliseconds.
 *
 * Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors
 */
export function waitBefore(tries: number, askedMs: number | null, random: number): number {
  const doubled = Math.min(firstWaitMs * 2 ** Math.min(tries - 1, 10) + 1000 * random, longestBackoffMs);
  return Math.round(Math.max(doubled, askedMs ?? 0));
}

/** Reads `Retry-After`, in seconds or as a date; null when it says nothing usable. */
export function readRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null || value.trim() === "") return null;
  if (/^\s*\d+\s*$/.test(value)) return saneWait(Number(value) * 1000);
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : saneWait(atMs - nowMs);
}

/** Reads the instant in Gmail's "User-rate limit exceeded.  Retry after 2026-11-21T10:00:00.000Z". */
export function readRetryInstant(message: string, nowMs: number): number | null {
  const text = /retry after\s+(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))/i.exec(message)?.[1];
  const atMs = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(atMs) ? null : saneWait(atMs - nowMs);
}

/** An instant that has passed says nothing; one far ahead is capped. */
function saneWait(ms: number): number | null {
  return ms <= 0 ? null : Math.min(ms, longestAskedMs);
}
