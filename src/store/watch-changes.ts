import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { Store } from "./open-store.ts";

/** What a screen may want to draw anew. */
export const changeNames = ["cards", "digest", "health", "runs", "stop", "devices"] as const;
export type ChangeName = (typeof changeNames)[number];

/** One number or text for each: another one means that something of it changed. */
const marks: Readonly<Record<ChangeName, string>> = {
  cards: `SELECT coalesce((SELECT max(changed_at) FROM cards), '') || '.' || coalesce((SELECT max(seq) FROM ledger), 0) || '.' ||
    coalesce((SELECT max(rowid) FROM card_revisions), 0) || '.' || coalesce((SELECT max(rowid) FROM attempts), 0) AS mark`,
  digest: `SELECT coalesce((SELECT number || made_at || coalesce(read_at, '') FROM briefings), '') || '.' ||
    coalesce((SELECT max(id) FROM digests), 0) || '.' || coalesce((SELECT max(id) FROM notices), 0) AS mark`,
  health: `SELECT coalesce(group_concat(source_id || state || since_at || coalesce(progress, '') || coalesce(polled_at, '')), '')
    AS mark FROM source_health`,
  runs: `SELECT coalesce((SELECT group_concat(id || state || coalesce((SELECT max(seq) FROM run_events WHERE run_id = runs.id), 0))
    FROM runs WHERE state IN ('queued', 'running')), '') || '.' || (SELECT count(*) FROM runs) AS mark`,
  stop: "SELECT coalesce((SELECT stopped_at FROM stop_latch), '') AS mark",
  devices: `SELECT (SELECT count(*) FROM page_sessions WHERE ended_at IS NULL) || '.' || (SELECT count(*) FROM passkeys) AS mark`,
};
const markRow = z.object({ mark: z.string() });

/**
 * Tells what kind of thing changed, by whatever connection or process, until the signal is given. SQLite counts commits in
 * `data_version`; only when that moved are the marks read. Contract: names only, never what is in a row; a change may be told
 * late by `everyMs`, and several as one.
 * Source: https://sqlite.org/pragma.html#pragma_data_version
 */
export async function watchChanges(
  store: Store,
  options: { clock: Clock; everyMs: number; signal: AbortSignal },
  changed: (names: readonly ChangeName[]) => void,
): Promise<void> {
  const { clock, everyMs, signal } = options;
  let version = versionOf(store);
  let before = readMarks(store);
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const now = versionOf(store);
    if (now === version) continue;
    version = now;
    const after = readMarks(store);
    const names = changeNames.filter((name) => after.get(name) !== before.get(name));
    before = after;
    if (names.length > 0) changed(names);
  }
}

function versionOf(store: Store): number | null {
  return store.read.number("PRAGMA data_version");
}

function readMarks(store: Store): Map<ChangeName, string> {
  return new Map(changeNames.map((name) => [name, store.read.get(markRow, marks[name])?.mark ?? ""]));
}
