import { createHash } from "node:crypto";
import { closeSync, fdatasync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { StewardError, toStewardError } from "../core/errors.ts";

/** Raw messages of one batch as they are kept: one zstd frame over all of them, one after the other. */
export interface Frame {
  bytes: Uint8Array;
}

/** One message within a frame: where it begins, how long it is, and the SHA-256 that proves it. */
export interface FramePart {
  frame: Frame;
  at: number;
  length: number;
  sha256: string;
}

/**
 * Compresses the raw messages of a batch together, which is faster and smaller than each alone. Contract: pure; runs in the
 * parsing threads; the parts come in the order of the messages.
 */
export function toFrame(messages: readonly Uint8Array[]): FramePart[] {
  if (messages.length === 0) return [];
  const whole = Buffer.concat(messages);
  const compressed = zstdCompressSync(whole, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  // A view on a larger buffer would be copied whole between threads.
  const frame = { bytes: new Uint8Array(compressed) };
  let at = 0;
  return messages.map((message) => {
    const part = { frame, at, length: message.byteLength, sha256: createHash("sha256").update(message).digest("hex") };
    at += message.byteLength;
    return part;
  });
}

const packLimitBytes = 64 * 1024 * 1024;
const syncFile = promisify(fdatasync);

/**
 * Raw mail in packs, `originals/<id>.zst`: one zstd frame after the other, so that `zstd -d` shows all of it as it came. One file
 * per message cost more than parsing it.
 *
 * Contract: `append` buffers the part's frame once and returns the reference the part will have; `flush` writes what is buffered, before the
 * transaction that names it commits; `sync` makes it survive a power cut. What a crash leaves unnamed is only lost space.
 * One writer owns its packs: their names are new ids.
 */
export interface PackWriter {
  append(part: FramePart): string;
  flush(): void;
  sync(): Promise<void>;
  close(): void;
}

export function openPackWriter(directory: string, newId: () => string): PackWriter {
  let pack: { name: string; file: number; offset: number } | null = null;
  let buffered: Uint8Array[] = [];
  const placed = new WeakMap<Frame, string>();
  const flush = (): void => {
    if (pack === null || buffered.length === 0) return;
    const bytes = Buffer.concat(buffered);
    buffered = [];
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(pack.file, bytes, at);
  };
  const close = (): void => {
    if (pack !== null) closeSync(pack.file);
    pack = null;
  };
  const place = (frame: Frame): string => {
    if (pack !== null && pack.offset > packLimitBytes) {
      flush();
      close();
    }
    pack ??= openPack(directory, `${newId()}.zst`);
    const where = `${pack.name}:${pack.offset}:${frame.bytes.byteLength}`;
    pack.offset += frame.bytes.byteLength;
    buffered.push(frame.bytes);
    placed.set(frame, where);
    return where;
  };
  const append = ({ frame, at, length, sha256 }: FramePart): string =>
    `pack:${placed.get(frame) ?? place(frame)}:${at}:${length}:${sha256}`;
  const sync = async (): Promise<void> => {
    if (pack !== null) await syncFile(pack.file);
  };
  return { append, flush, sync, close };
}

function openPack(directory: string, name: string): { name: string; file: number; offset: number } {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return { name, file: openSync(join(directory, name), "wx", 0o600), offset: 0 };
  } catch (error) {
    throw toStewardError(error, "keeping originals");
  }
}

const referencePattern = /^pack:([0-9a-f-]{1,64}\.zst):(\d{1,15}):(\d{1,10}):(\d{1,10}):(\d{1,10}):([0-9a-f]{64})$/;

/**
 * The raw bytes a reference names, proved by their SHA-256. Errors: `not_found` when nothing is kept (a pointer, or a pack
 * that is gone), `unreadable` when the bytes are not what was kept.
 */
export function readOriginal(directory: string, reference: string): Uint8Array {
  const [, name, offset, frameLength, at, length, sha256] = referencePattern.exec(reference) ?? [];
  if (name === undefined) throw new StewardError("not_found", "Of this item only a pointer is kept, not the original.");
  const damaged = new StewardError(
    "unreadable",
    `The original in ${name} is damaged: its bytes do not match its hash.`,
    {
      cure: "Import the source again from a fresh home, or restore originals/ from a backup.",
    },
  );
  const frame = readRange(join(directory, name), Number(offset), Number(frameLength));
  let bytes: Uint8Array;
  try {
    bytes = zstdDecompressSync(frame).subarray(Number(at), Number(at) + Number(length));
  } catch {
    throw damaged;
  }
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw damaged;
  return bytes;
}

function readRange(path: string, offset: number, length: number): Uint8Array {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, offset);
      return bytes;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw toStewardError(error, `reading the original in ${path}`);
  }
}
