import type { ReadOptions } from "./reader.ts";

/** Whether a record of that instant (ms since 1970) belongs to this pass; one without a date belongs to the older pass. */
export function isInPass(ms: number | null, { recentSince, olderThan }: ReadOptions): boolean {
  const at = ms ?? Number.NEGATIVE_INFINITY;
  if (recentSince !== null && at < Date.parse(recentSince)) return false;
  return olderThan === null || at < Date.parse(olderThan);
}
