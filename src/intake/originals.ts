import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { StewardError } from "../core/errors.ts";

/**
 * Raw mail, compressed with zstd, one file each named by the SHA-256 of its bytes: `originals/ab/abcdef….eml.zst`.
 *
 * Contract: `keep` is idempotent and atomic (temporary file, rename); it does not fsync, because the source still has the
 * bytes and `read` proves what it returns by the hash.
 */
export interface Originals {
  keep(bytes: Uint8Array): string;
  read(reference: string): Uint8Array;
}

/** Opens the folder `directory`, which is made on first use. References are `sha256:<hex>`. */
export function openOriginals(directory: string): Originals {
  const made = new Set<string>();
  const placeOf = (hex: string): { folder: string; path: string } => {
    const folder = join(directory, hex.slice(0, 2));
    return { folder, path: join(folder, `${hex}.eml.zst`) };
  };
  const keep = (bytes: Uint8Array): string => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    const { folder, path } = placeOf(hex);
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      made.add(folder);
    }
    if (!existsSync(path)) {
      const temporary = `${path}.${process.pid}-${threadId}.tmp`;
      writeFileSync(temporary, zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }), {
        mode: 0o600,
      });
      renameSync(temporary, path);
    }
    return `sha256:${hex}`;
  };
  const read = (reference: string): Uint8Array => {
    const hex = reference.replace(/^sha256:/, "");
    if (!/^[0-9a-f]{64}$/.test(hex)) throw new StewardError("not_found", "This item has no kept original.");
    const { path } = placeOf(hex);
    if (!existsSync(path))
      throw new StewardError("not_found", `The original ${hex.slice(0, 12)} is not in ${directory}.`);
    const bytes = zstdDecompressSync(readFileSync(path));
    if (createHash("sha256").update(bytes).digest("hex") !== hex) {
      throw new StewardError(
        "unreadable",
        `The original ${hex.slice(0, 12)} is damaged: its bytes do not match its name.`,
        {
          cure: "Remove that file and import the source again.",
        },
      );
    }
    return bytes;
  };
  return { keep, read };
}
