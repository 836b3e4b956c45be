import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { StewardError, toStewardError } from "../../src/core/errors.ts";
import { openZip, type ZipEntry } from "./open-zip.ts";

/** One file of text that is read from any place on: a file, or an entry of a zip. */
export interface ChatSource {
  /** The file's own name and that of the folder or zip around it, for titles. */
  name: string;
  parent: string;
  sizeBytes: number;
  modifiedMs: number;
  /** Bytes from an offset to the end, in chunks. */
  bytes(from: number): AsyncGenerator<Buffer>;
  close(): void;
}

const chunkBytes = 256 * 1024;

/** Opens the file, or the entry of a zip that `pick` chooses. Contract: throws `StewardError`; `close` it when done. */
export async function openChatSource(
  path: string,
  pick: (entries: readonly ZipEntry[]) => ZipEntry | null,
): Promise<ChatSource> {
  const doing = "reading a chat export";
  const facts = await stat(path).catch((error: unknown) => {
    throw toStewardError(error, doing);
  });
  const name = baseName(path);
  if (!/\.zip$/i.test(path)) {
    const bytes = (from: number) => fileBytes(path, from);
    const parent = baseName(path.slice(0, Math.max(0, path.length - name.length - 1)));
    return { name, parent, sizeBytes: facts.size, modifiedMs: facts.mtimeMs, bytes, close: () => undefined };
  }
  const zip = await openZip(path);
  const entry = pick(zip.entries);
  if (entry === null) {
    zip.close();
    throw new StewardError("wrong_kind", "There is no chat in this zip.", { cure: "Export the chat again." });
  }
  return {
    name: baseName(entry.name),
    parent: name,
    sizeBytes: entry.sizeBytes,
    modifiedMs: facts.mtimeMs,
    bytes: (from) => skipBytes(zip.stream(entry), from),
    close: () => zip.close(),
  };
}

/** The last part of a path or of an entry's name. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** The bytes of a file from an offset on. Contract: throws `StewardError`; closes the file when the reader stops early. */
export async function* fileBytes(path: string, from: number): AsyncGenerator<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw toStewardError(error, "opening a chat export");
  });
  try {
    let at = from;
    while (true) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** A short hash of at most 4 KB before `end`, to see whether a file that grew still begins with what was read. */
export async function tailHash(source: ChatSource, end: number): Promise<string> {
  const from = Math.max(0, end - 4096);
  const hash = createHash("sha256");
  let left = end - from;
  for await (const chunk of source.bytes(from)) {
    const part = chunk.subarray(0, left);
    hash.update(part);
    left -= part.length;
    if (left <= 0) break;
  }
  return `${hash.digest("base64url").slice(0, 16)}${left > 0 ? "-short" : ""}`;
}

async function* skipBytes(chunks: AsyncGenerator<Buffer>, from: number): AsyncGenerator<Buffer> {
  let skip = from;
  for await (const chunk of chunks) {
    if (chunk.length > skip) yield chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
  }
}
