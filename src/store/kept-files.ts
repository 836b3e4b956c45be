import { z } from "zod";
import type { KeptFile } from "../core/action.ts";
import { sha256Hex } from "../core/canonical.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const fileRow = z
  .object({ sha256: z.string(), name: z.string(), media_type: z.string(), bytes: z.instanceof(Uint8Array) })
  .transform(({ media_type, ...row }): KeptFile => ({ ...row, mediaType: media_type }));

/** Keeps bytes that a card may carry; returns their SHA-256. The same bytes twice are one, kept anew. */
export async function keepFile(tx: Tx, file: Omit<KeptFile, "sha256">): Promise<string> {
  const sha256 = sha256Hex(file.bytes);
  tx.sql.run(
    `INSERT INTO kept_files (sha256, name, media_type, bytes, kept_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (sha256) DO UPDATE SET kept_at = excluded.kept_at`,
    sha256,
    file.name,
    file.mediaType,
    file.bytes,
    tx.nowAt,
  );
  return sha256;
}

/** Kept bytes; null when there are none, or when they are no longer those of this hash. */
export async function getKeptFile(reading: Reading, sha256: string): Promise<KeptFile | null> {
  const file = sqlOf(reading).get(
    fileRow,
    "SELECT sha256, name, media_type, bytes FROM kept_files WHERE sha256 = ?",
    sha256,
  );
  return file !== null && sha256Hex(file.bytes) === sha256 ? file : null;
}
