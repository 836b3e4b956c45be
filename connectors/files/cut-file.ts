import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";
import type { Page } from "../../src/core/connector.ts";
import { StewardError, stopIfAborted, toStewardError } from "../../src/core/errors.ts";
import type { ParsedRecord, RawRecord } from "../../src/core/record.ts";
import { emptyPage } from "./empty-page.ts";
import { readBytes } from "./read-bytes.ts";
import type { ReadOptions } from "./reader.ts";

export const windowBytes = 4_000_000;
const usualWindowBytes = 1_000_000;
const recordPieces = 200;
/** A window of small events becomes tens of times its size as items: more of them wait for the next page. */
const pagePieces = 1000;
/** Ids kept to notice what a changed file no longer has; a file with more is read without noticing that. */
const idLimit = 20_000;

const cursorSchema = z.strictObject({
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  tail: z.string(),
  offset: z.number(),
  done: z.boolean(),
  /** External ids met in this reading of the file, and in the one before it. */
  ids: z.array(z.string()),
  before: z.array(z.string()),
});
type Cursor = z.output<typeof cursorSchema>;

/** A stretch of a window, relative to its start. `failed` says why it cannot be read. */
export interface Piece {
  start: number;
  end: number;
  failed: string | null;
}

/** How one kind of file is cut into records. */
export interface FileCutter {
  format: RawRecord["format"];
  /** Cuts a window of the file; `used` bytes of it are done with. `atEnd`: nothing comes after the window. */
  cut(window: Buffer, atEnd: boolean, preface: Buffer): { pieces: Piece[]; used: number };
  /** What every record needs from the file's beginning, and where the pieces begin. */
  preface(head: Buffer): { bytes: Buffer; start: number; closing: Buffer };
  /** Whether a piece belongs to this pass. */
  wants(piece: Buffer, options: ReadOptions): boolean;
  parse(record: RawRecord): Promise<ParsedRecord>;
}

/**
 * One page of a file that is cut into pieces: several pieces with the file's preface make a record. An unchanged file gives
 * an empty last page; a changed one is read again from its start, and ids it no longer has are `gone` on the last page.
 *
 * Contract: as `FileReader.pull`; at most a few windows of 4 MB in memory. Errors: `not_found`, `no_permission`,
 * `wrong_kind`, `interrupted`.
 */
export async function pullCutFile(
  path: string,
  cursor: unknown,
  options: ReadOptions,
  signal: AbortSignal,
  cutter: FileCutter,
): Promise<Page> {
  const file = await openFile(path);
  try {
    const seen = await lookAt(file, path);
    const from = startFrom(cursor, seen);
    if (from.done) return emptyPage(from, from.sizeBytes, "bytes");
    return await readPage({ file, path, options, signal, cutter }, from);
  } finally {
    await file.close();
  }
}

interface Reading {
  file: FileHandle;
  path: string;
  options: ReadOptions;
  signal: AbortSignal;
  cutter: FileCutter;
}

async function readPage(reading: Reading, from: Cursor): Promise<Page> {
  const { file, cutter, signal } = reading;
  stopIfAborted(signal);
  const preface = cutter.preface(await readBytes(file, 0, Math.min(windowBytes, from.sizeBytes)));
  const offset = Math.max(from.offset, preface.start);
  const { window, atEnd, found } = await readWindow(reading, from, offset, preface.bytes);
  const pieces = found.pieces.slice(0, pagePieces);
  const rest = found.pieces[pagePieces];
  const used = rest === undefined ? found.used : rest.start;
  const next: Cursor = { ...from, offset: offset + (used > 0 ? used : window.length), ids: [...from.ids] };
  next.done = rest === undefined && atEnd && used >= window.length;
  const records = await takePieces(reading, { preface, window, pieces, offset }, next);
  const failed = pieces.filter((piece) => piece.failed !== null);
  return {
    records,
    gone: next.done ? goneFrom(next) : [],
    failed: failed.map(({ start, failed: reason }) => ({
      locator: { path: reading.path, offset: offset + start },
      reason: reason ?? "",
    })),
    cursor: next.done ? { ...next, before: [] } : next,
    done: next.done,
    coverage: null,
    progress: { done: Math.min(next.offset, from.sizeBytes), total: from.sizeBytes, unit: "bytes" },
  };
}

interface Window {
  window: Buffer;
  atEnd: boolean;
  found: { pieces: Piece[]; used: number };
}

/** A megabyte is enough for most; four are read where nothing ends within it, or where nothing tells what the bytes are. */
async function readWindow(reading: Reading, from: Cursor, offset: number, preface: Buffer): Promise<Window> {
  for (const bytes of preface.length === 0 ? [windowBytes] : [usualWindowBytes, windowBytes]) {
    const window = await readBytes(reading.file, offset, Math.min(bytes, from.sizeBytes - offset));
    // A file that shrank while it was read ends where its bytes end.
    const atEnd = offset + window.length >= from.sizeBytes || window.length === 0;
    const found = reading.cutter.cut(window, atEnd, preface);
    if (bytes === windowBytes || atEnd || found.pieces.length > 0) return { window, atEnd, found };
  }
  throw new StewardError("internal", "A window of a file was neither read nor refused.");
}

function goneFrom(cursor: Cursor): string[] {
  if (cursor.ids.length >= idLimit) return [];
  const met = new Set(cursor.ids);
  return cursor.before.filter((id) => !met.has(id));
}

interface Cut {
  preface: { bytes: Buffer; closing: Buffer };
  window: Buffer;
  pieces: Piece[];
  offset: number;
}

/** Up to 200 pieces become one record; unwanted ones are counted too, so that what left the file is noticed. */
async function takePieces(reading: Reading, cut: Cut, next: Cursor): Promise<RawRecord[]> {
  const { cutter, path, options } = reading;
  const records: RawRecord[] = [];
  const known = new Set(next.ids);
  const whole = cut.pieces.filter(({ failed }) => failed === null);
  const bytesOf = ({ start, end }: Piece): Buffer => cut.window.subarray(start, end);
  const recordOf = (pieces: Piece[]): RawRecord => ({
    format: cutter.format,
    externalId: `offset:${cut.offset + (pieces[0]?.start ?? 0)}`,
    bytes: Buffer.concat([cut.preface.bytes, ...pieces.map(bytesOf), cut.preface.closing]),
    hints: { zone: options.zone, region: options.region },
    locator: { path, offset: cut.offset + (pieces[0]?.start ?? 0) },
  });
  for (let at = 0; at < whole.length; at += recordPieces) {
    const pieces = whole.slice(at, at + recordPieces);
    const wanted = pieces.filter((piece) => cutter.wants(bytesOf(piece), options));
    if (wanted.length > 0) records.push(recordOf(wanted));
    if (known.size >= idLimit) continue;
    for (const { externalId } of (await cutter.parse(recordOf(pieces))).items) known.add(externalId);
  }
  next.ids = [...known].slice(0, idLimit);
  return records;
}

function startFrom(cursor: unknown, seen: Pick<Cursor, "sizeBytes" | "modifiedMs" | "tail">): Cursor {
  const parsed = cursorSchema.safeParse(cursor);
  if (!parsed.success) return { ...seen, offset: 0, done: false, ids: [], before: [] };
  const last = parsed.data;
  const isSame = last.sizeBytes === seen.sizeBytes && last.modifiedMs === seen.modifiedMs && last.tail === seen.tail;
  if (isSame) return last;
  // Changed while it was read, or since: what either reading met may be gone now.
  return { ...seen, offset: 0, done: false, ids: [], before: [...new Set([...last.before, ...last.ids])] };
}

/** Opens a file for reading. Errors: `wrong_kind` for a folder, `not_found`, `no_permission`. */
export async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw toStewardError(error, `opening ${path}`);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new StewardError("wrong_kind", `${path} is a folder, not a file.`, { cure: "Name the file inside it." });
}

async function lookAt(file: FileHandle, path: string): Promise<Pick<Cursor, "sizeBytes" | "modifiedMs" | "tail">> {
  try {
    const { size, mtimeMs } = await file.stat();
    const end = await readBytes(file, Math.max(0, size - 1024), Math.min(1024, size));
    return {
      sizeBytes: size,
      modifiedMs: mtimeMs,
      tail: createHash("sha256").update(end).digest("base64url").slice(0, 16),
    };
  } catch (error) {
    throw toStewardError(error, `reading ${path}`);
  }
}
