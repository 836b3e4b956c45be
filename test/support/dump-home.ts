import { DatabaseSync } from "node:sqlite";

/**
 * Everything a database says about what was imported, without ids and times of its own, as one text per part: two imports
 * that came to the same give the same dump, in whatever order and in however many attempts they were read.
 */
export interface HomeDump {
  items: string[];
  threads: string[];
  parties: string[];
  identities: string[];
  sightings: string[];
  hits: string[];
  problems: string[];
  coverage: string[];
}

const words = ["lease", "garden", "invoice", "lamp", "river", "number", "matter"];

export function dumpHome(path: string): HomeDump {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  const lines = (sql: string, ...values: string[]): string[] =>
    database
      .prepare(sql)
      .all(...values)
      .map((row) => Object.values(row).join("|"))
      .sort();
  const name = "items.kind || ' ' || coalesce(items.message_id, items.fingerprint)";
  try {
    return {
      items: lines(
        `SELECT ${name}, fingerprint, sent_at, subject, (SELECT group_concat(value) FROM (SELECT value FROM
           json_each(labels) ORDER BY value)), from_owner, sent_evidence, is_partial, size_bytes, original IS NULL,
           superseded_by IS NULL, text, quoted, signature FROM items JOIN item_texts ON item_id = items.id`,
      ),
      threads: lines(
        `SELECT title, item_count, first_at, last_at, inbound_at, outbound_at,
           (SELECT group_concat(n) FROM (SELECT ${name} AS n FROM items WHERE thread_id = threads.id ORDER BY n))
         FROM threads`,
      ),
      parties: lines(
        `SELECT ${name}, role, kind_of, value, name_of FROM items JOIN (SELECT item_id, role, identities.kind AS kind_of,
           value, item_parties.name AS name_of FROM item_parties JOIN identities ON identities.id = identity_id)
         ON item_id = items.id`,
      ),
      identities: lines("SELECT kind, value, written_count, written_at, is_owner FROM identities"),
      sightings: lines(
        `SELECT location, external_id, ${name}, path, byte_offset FROM sightings JOIN sources ON sources.id = source_id
         JOIN items ON items.id = item_id`,
      ),
      hits: words.flatMap((word) =>
        lines(
          `SELECT ? AS word, ${name} FROM search JOIN items ON items.id = search.rowid WHERE search MATCH ?`,
          word,
          word,
        ),
      ),
      problems: lines("SELECT path, byte_offset, reason FROM problems"),
      coverage: lines("SELECT location, from_at, to_at FROM coverage JOIN sources ON sources.id = source_id"),
    };
  } finally {
    database.close();
  }
}

/** SQLite's own check, and that no row points to nothing. Empty when all is well. */
export function damageOf(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  const values = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row).join("|"));
  try {
    return [
      ...values("PRAGMA integrity_check").filter((line) => line !== "ok"),
      ...values("SELECT 'item without text', id FROM items WHERE id NOT IN (SELECT item_id FROM item_texts)"),
      ...values(
        "SELECT 'item without sighting', id FROM items WHERE superseded_by IS NULL AND id NOT IN (SELECT item_id FROM sightings)",
      ),
      ...values("SELECT 'sighting of nothing', external_id FROM sightings WHERE item_id NOT IN (SELECT id FROM items)"),
      ...values("SELECT 'item without thread', id FROM items WHERE thread_id NOT IN (SELECT id FROM threads)"),
      ...values(
        "SELECT 'item not in the index', id FROM items WHERE superseded_by IS NULL AND id NOT IN (SELECT rowid FROM search)",
      ),
    ];
  } finally {
    database.close();
  }
}
