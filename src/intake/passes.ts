import { toInstant } from "../core/clock.ts";

/** One walk through a source with its own cursor. */
export interface Pass {
  name: "recent" | "rest" | "all";
  cursor: "recent" | "rest";
  recentSince: string | null;
  olderThan: string | null;
}

const onePass: Pass = { name: "all", cursor: "rest", recentSince: null, olderThan: null };

/**
 * Plans how a source is read. A first read that wants the newest days first walks three times: what is recent, what is
 * older, and once more what is recent, for what arrived while the older was read. A source read to its end goes on from the
 * `rest` cursor without a window. A plan once begun is kept across restarts (`since` is stored). A live source reads newest
 * first by itself and knows what arrived meanwhile: it is walked once.
 */
export function planPasses(
  cursors: Record<string, unknown>,
  recentDays: number | null,
  nowMs: number,
  options: { live?: boolean } = {},
): { since: string | null; passes: Pass[] } {
  if (options.live === true) return { since: null, passes: [onePass] };
  const stored = typeof cursors["since"] === "string" ? Date.parse(cursors["since"]) : Number.NaN;
  const begun = Number.isNaN(stored) ? null : toInstant(stored);
  const fresh = cursors["rest"] === undefined && cursors["recent"] === undefined;
  const since = begun ?? (fresh && recentDays !== null ? toInstant(nowMs - recentDays * 86_400_000) : null);
  if (cursors["whole"] === true || since === null) return { since: null, passes: [onePass] };
  const recent: Pass = { name: "recent", cursor: "recent", recentSince: since, olderThan: null };
  const rest: Pass = { name: "rest", cursor: "rest", recentSince: null, olderThan: since };
  return { since, passes: [recent, rest, recent] };
}
