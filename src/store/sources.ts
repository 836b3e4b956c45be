import { z } from "zod";
import { type CoverageRange, pushedConnectors } from "../core/connector.ts";
import { StewardError } from "../core/errors.ts";
import type { Problem } from "../core/record.ts";
import type { Connection } from "./connection.ts";
import type { Store, Tx } from "./open-store.ts";
import { recountThreadOf } from "./threads.ts";

const recordSchema = z.record(z.string(), z.unknown());

/** JSON that a foreign hand has damaged reads as empty: a source without cursors is read again, which adds nothing twice. */
const jsonRecord = z.string().transform((text): Record<string, unknown> => {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
});

const sourceRow = z
  .object({
    id: z.string(),
    connector: z.string(),
    kind: z.string(),
    location: z.string(),
    label: z.string(),
    config: jsonRecord,
    registered_at: z.string(),
    read_at: z.string().nullable(),
    item_count: z.number(),
    cursors: jsonRecord,
  })
  .transform((row) => ({
    id: row.id,
    connector: row.connector,
    kind: row.kind,
    location: row.location,
    label: row.label,
    config: row.config,
    registeredAt: row.registered_at,
    /** When it was last read to its end, UTC ISO-8601. */
    readAt: row.read_at,
    itemCount: row.item_count,
    /** One opaque cursor per pass (`recent`, `rest`). */
    cursors: row.cursors,
  }));
export type Source = z.output<typeof sourceRow>;

const sourceColumns = "id, connector, kind, location, label, config, registered_at, read_at, item_count, cursors";

/** A source to be registered: one account of one connector. `config` is what the connector's schema takes. */
export interface NewSource {
  id: string;
  connector: string;
  kind: string;
  location: string;
  label: string;
  config: Record<string, unknown>;
}

/**
 * Registers a source, or returns the one already registered for that place, with its new config; one that waited for a new
 * sign-in has it by that.
 */
export async function registerSource(tx: Tx, source: NewSource): Promise<Source> {
  tx.sql.run(
    `INSERT INTO sources (id, connector, kind, location, label, config, registered_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (connector, kind, location) DO UPDATE SET config = excluded.config`,
    source.id,
    source.connector,
    source.kind,
    source.location,
    source.label,
    JSON.stringify(source.config),
    tx.nowAt,
  );
  tx.sql.run(
    `UPDATE source_health SET state = 'ok', detail = '', retry_at = NULL, failure_count = 0, since_at = ?4
     WHERE state = 'needs_reauth'
       AND source_id = (SELECT id FROM sources WHERE connector = ?1 AND kind = ?2 AND location = ?3)`,
    source.connector,
    source.kind,
    source.location,
    tx.nowAt,
  );
  const row = tx.sql.get(
    sourceRow,
    `SELECT ${sourceColumns} FROM sources WHERE connector = ? AND kind = ? AND location = ?`,
    source.connector,
    source.kind,
    source.location,
  );
  if (row === null) throw new StewardError("internal", "A source vanished while it was registered.");
  return row;
}

/** Every registered source that is read, the first registered first; without those that things are only put into. */
export async function listSources(store: Store): Promise<Source[]> {
  const all = store.read.all(sourceRow, `SELECT ${sourceColumns} FROM sources ORDER BY registered_at, id`);
  return all.filter(({ connector }) => !pushedConnectors.includes(connector));
}

/** The source with that id, null when there is none. */
export async function getSource(store: Store, id: string): Promise<Source | null> {
  return store.read.get(sourceRow, `SELECT ${sourceColumns} FROM sources WHERE id = ?`, id);
}

/** Whether the source is still there, as the transaction sees it. */
export async function isRegistered(tx: Tx, id: string): Promise<boolean> {
  return tx.sql.number("SELECT 1 FROM sources WHERE id = ?", id) !== null;
}

/** Forgets that a source exists; its items stay. */
export async function removeSource(tx: Tx, id: string): Promise<void> {
  for (const table of ["coverage", "problems", "sightings", "source_health"]) {
    tx.sql.run(`DELETE FROM ${table} WHERE source_id = ?`, id);
  }
  tx.sql.run("DELETE FROM sources WHERE id = ?", id);
}

const leaseRow = z.object({ lease_owner: z.string().nullable() });

/**
 * Takes or renews the lease on reading a source, so that two processes never pull the same one at once. False when somebody
 * else holds it, unless `isGone` knows that this somebody is no more.
 */
export async function leaseSource(
  tx: Tx,
  id: string,
  owner: string,
  untilAt: string,
  isGone: (owner: string) => boolean = () => false,
): Promise<boolean> {
  const holder = tx.sql.get(leaseRow, "SELECT lease_owner FROM sources WHERE id = ?", id)?.lease_owner ?? null;
  if (holder !== null && holder !== owner && isGone(holder)) await releaseSource(tx, id, holder);
  const result = tx.sql.run(
    "UPDATE sources SET lease_owner = ?1, lease_until = ?2 WHERE id = ?3 AND (lease_owner IS NULL OR lease_owner = ?1 OR lease_until < ?4)",
    owner,
    untilAt,
    id,
    tx.nowAt,
  );
  return result.changes > 0;
}

/** Gives a lease back; nothing happens when somebody else holds it by now. */
export async function releaseSource(tx: Tx, id: string, owner: string): Promise<void> {
  tx.sql.run("UPDATE sources SET lease_owner = NULL, lease_until = NULL WHERE id = ? AND lease_owner = ?", id, owner);
}

/** Stores a pass's cursor; call it in the transaction of the items it covers. `endedAt` marks the source as read to its end. */
export async function saveCursor(
  tx: Tx,
  id: string,
  pass: string,
  cursor: unknown,
  endedAt: string | null,
): Promise<void> {
  tx.sql.run(
    "UPDATE sources SET cursors = json_set(iif(json_valid(cursors) AND json_type(cursors) = 'object', cursors, '{}'), ?, json(?)), read_at = coalesce(?, read_at) WHERE id = ?",
    `$.${pass}`,
    JSON.stringify(cursor ?? null),
    endedAt,
    id,
  );
}

/** Items that their source no longer has: their sighting ends, and what no source sees leaves the index. */
export async function forgetGone(tx: Tx, id: string, externalIds: readonly string[]): Promise<number> {
  let gone = 0;
  for (const externalId of externalIds) {
    const itemId = tx.sql.number(
      "SELECT item_id FROM sightings WHERE source_id = ? AND external_id = ?",
      id,
      externalId,
    );
    if (itemId === null) continue;
    tx.sql.run("DELETE FROM sightings WHERE source_id = ? AND external_id = ?", id, externalId);
    if (tx.sql.number("SELECT 1 FROM sightings WHERE item_id = ?", itemId) !== null) continue;
    tx.sql.run("UPDATE items SET superseded_by = id WHERE id = ?", itemId);
    tx.sql.run("DELETE FROM search WHERE rowid = ?", itemId);
    tx.sql.run("DELETE FROM item_keys WHERE item_id = ?", itemId);
    recountThreadOf(tx.sql, itemId);
    gone += 1;
  }
  return gone;
}

/** Keeps what could not be read; the same problem of the same place is one row, however often it is met. */
export async function addProblems(tx: Tx, id: string, problems: readonly Problem[]): Promise<void> {
  for (const { locator, reason } of problems) {
    tx.sql.run(
      "INSERT OR IGNORE INTO problems (source_id, path, byte_offset, reason, found_at) VALUES (?, ?, ?, ?, ?)",
      id,
      locator.path,
      locator.offset,
      reason,
      tx.nowAt,
    );
  }
}

const problemRow = z
  .object({
    source_id: z.string(),
    path: z.string(),
    byte_offset: z.number().nullable(),
    reason: z.string(),
    found_at: z.string(),
  })
  .transform((row) => ({
    sourceId: row.source_id,
    locator: { path: row.path, offset: row.byte_offset },
    reason: row.reason,
    foundAt: row.found_at,
  }));
export type FoundProblem = z.output<typeof problemRow>;

/** What could not be read, newest first; of one source or of all. */
export async function listProblems(store: Store, sourceId: string | null, limit: number): Promise<FoundProblem[]> {
  const columns = "source_id, path, byte_offset, reason, found_at";
  return sourceId === null
    ? store.read.all(problemRow, `SELECT ${columns} FROM problems ORDER BY id DESC LIMIT ?`, limit)
    : store.read.all(
        problemRow,
        `SELECT ${columns} FROM problems WHERE source_id = ? ORDER BY id DESC LIMIT ?`,
        sourceId,
        limit,
      );
}

const rangeRow = z.object({ from_at: z.string(), to_at: z.string() });

/** Adds a range of time that was really seen, joining it with those it touches. Open ends are taken as the range's own. */
export async function addCoverage(tx: Tx, id: string, range: CoverageRange): Promise<void> {
  if (range.from === null || range.to === null) return;
  let from = range.from;
  let to = range.to;
  const touching = tx.sql.all(
    rangeRow,
    "SELECT from_at, to_at FROM coverage WHERE source_id = ? AND from_at <= ? AND to_at >= ?",
    id,
    to,
    from,
  );
  for (const other of touching) {
    if (other.from_at < from) from = other.from_at;
    if (other.to_at > to) to = other.to_at;
    tx.sql.run("DELETE FROM coverage WHERE source_id = ? AND from_at = ?", id, other.from_at);
  }
  tx.sql.run("INSERT INTO coverage (source_id, from_at, to_at) VALUES (?, ?, ?)", id, from, to);
}

const spanRow = z.object({ from_at: z.string().nullable(), to_at: z.string().nullable() });

/** The dates of the oldest and newest message, event or document of a source; null when nothing is dated. */
export async function spanOfSource(store: Store, id: string): Promise<CoverageRange> {
  const row = store.read.get(
    spanRow,
    `SELECT min(i.sent_at) AS from_at, max(i.sent_at) AS to_at FROM sightings s JOIN items i ON i.id = s.item_id
     WHERE s.source_id = ? AND i.kind <> 'contact'`,
    id,
  );
  return { from: row?.from_at ?? null, to: row?.to_at ?? null };
}

/** The ranges a source has seen, oldest first. */
export async function listCoverage(store: Store, id: string): Promise<{ from: string; to: string }[]> {
  return store.read
    .all(rangeRow, "SELECT from_at, to_at FROM coverage WHERE source_id = ? ORDER BY from_at", id)
    .map((row) => ({ from: row.from_at, to: row.to_at }));
}

/** Total bytes of the database and its log, for `status` and the bench. */
export async function databaseBytes(sql: Connection): Promise<number> {
  const pages = sql.number("SELECT page_count FROM pragma_page_count()") ?? 0;
  return pages * (sql.number("SELECT page_size FROM pragma_page_size()") ?? 0);
}
