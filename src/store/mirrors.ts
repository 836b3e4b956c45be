import { z } from "zod";
import { recordFormats } from "../core/record.ts";
import type { Store, Tx } from "./open-store.ts";

export const mirrorKinds = ["drive", "contacts"] as const;
export type MirrorKind = (typeof mirrorKinds)[number];

const mirrorRow = z
  .object({
    source_id: z.string(),
    external_id: z.string(),
    kind: z.enum(mirrorKinds),
    format: z.enum(recordFormats),
    path: z.string(),
    path_key: z.string(),
    version: z.string(),
    md5: z.string().nullable(),
    written_sha256: z.string(),
    remote_sha256: z.string(),
    beside_path: z.string().nullable(),
    beside_sha256: z.string().nullable(),
    gone_path: z.string().nullable(),
    gone_at: z.string().nullable(),
    written_at: z.string(),
  })
  .transform((row) => ({
    sourceId: row.source_id,
    externalId: row.external_id,
    kind: row.kind,
    /** What the file is parsed as. */
    format: row.format,
    /** Relative to the mirror's folder, with `/`. */
    path: row.path,
    /** The path as a disk sees it that knows no case; two live mirrors never share one. */
    pathKey: row.path_key,
    version: row.version,
    md5: row.md5,
    /** Of what steward last wrote at `path`; empty when it never did, because a file of the owner's was there. */
    writtenSha256: row.written_sha256,
    /** Of what the service last gave; differs from `writtenSha256` only while the two are in conflict. */
    remoteSha256: row.remote_sha256,
    /** Where the service's version lies while the file here was edited, too. */
    besidePath: row.beside_path,
    besideSha256: row.beside_sha256,
    /** Where it was put when the service lost it; null when there was nothing to put anywhere. */
    gonePath: row.gone_path,
    goneAt: row.gone_at,
  }));

/** One record that is kept as a file. */
export type Mirror = z.output<typeof mirrorRow>;

const columns = `source_id, external_id, kind, format, path, path_key, version, md5, written_sha256, remote_sha256,
  beside_path, beside_sha256, gone_path, gone_at, written_at`;

/**
 * The file of a record; one that a source had which is no longer registered belongs to the source that now has the record.
 * Null when it was never kept.
 */
export async function findMirror(store: Store, sourceId: string, externalId: string): Promise<Mirror | null> {
  return store.read.get(
    mirrorRow,
    `SELECT ${columns} FROM mirrors
     WHERE external_id = ?1 AND (source_id = ?2 OR source_id NOT IN (SELECT id FROM sources))
     ORDER BY source_id = ?2 DESC, written_at DESC LIMIT 1`,
    externalId,
    sourceId,
  );
}

/** The live mirror that holds a path, whatever source it is of. */
export async function mirrorAt(store: Store, kind: MirrorKind, pathKey: string): Promise<Mirror | null> {
  return store.read.get(
    mirrorRow,
    `SELECT ${columns} FROM mirrors WHERE kind = ? AND path_key = ? AND gone_at IS NULL`,
    kind,
    pathKey,
  );
}

/** All of a kind, by path. */
export async function listMirrors(store: Store, kind: MirrorKind): Promise<Mirror[]> {
  return store.read.all(mirrorRow, `SELECT ${columns} FROM mirrors WHERE kind = ? ORDER BY path, external_id`, kind);
}

/** Whether the source a mirror is of is still registered. */
export async function isMirrorAbandoned(store: Store, mirror: Mirror): Promise<boolean> {
  return store.read.number("SELECT 1 FROM sources WHERE id = ?", mirror.sourceId) === null;
}

/** Writes what is now known about a mirror; `before` is the row it was, when that one was of another source. */
export async function saveMirror(tx: Tx, mirror: Mirror, before: Mirror | null = null): Promise<void> {
  if (before !== null && before.sourceId !== mirror.sourceId) {
    tx.sql.run("DELETE FROM mirrors WHERE source_id = ? AND external_id = ?", before.sourceId, before.externalId);
  }
  tx.sql.run(
    `INSERT INTO mirrors (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (source_id, external_id) DO UPDATE SET format = excluded.format, path = excluded.path,
       path_key = excluded.path_key, version = excluded.version, md5 = excluded.md5,
       written_sha256 = excluded.written_sha256, remote_sha256 = excluded.remote_sha256,
       beside_path = excluded.beside_path, beside_sha256 = excluded.beside_sha256,
       gone_path = excluded.gone_path, gone_at = excluded.gone_at, written_at = excluded.written_at`,
    mirror.sourceId,
    mirror.externalId,
    mirror.kind,
    mirror.format,
    mirror.path,
    mirror.pathKey,
    mirror.version,
    mirror.md5,
    mirror.writtenSha256,
    mirror.remoteSha256,
    mirror.besidePath,
    mirror.besideSha256,
    mirror.gonePath,
    mirror.goneAt,
    tx.nowAt,
  );
}

/** Lets go of a path that a mirror of an unregistered source holds. */
export async function forgetMirror(tx: Tx, mirror: Mirror): Promise<void> {
  tx.sql.run("DELETE FROM mirrors WHERE source_id = ? AND external_id = ?", mirror.sourceId, mirror.externalId);
}

/** The text that was read from the record of a mirror; null when nothing is known of it any more. */
export async function textOfMirror(store: Store, mirror: Mirror): Promise<string | null> {
  const row = store.read.get(
    z.object({ text: z.string() }),
    `SELECT t.text FROM sightings g JOIN item_texts t ON t.item_id = g.item_id
     WHERE g.source_id = ? AND g.external_id = ?`,
    mirror.sourceId,
    mirror.externalId,
  );
  return row?.text ?? null;
}
