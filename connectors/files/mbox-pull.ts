import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { z } from "zod";
import type { Page } from "../../src/core/connector.ts";
import { StewardError, stopIfAborted, toStewardError } from "../../src/core/errors.ts";
import type { Problem, RawRecord, RecordHints } from "../../src/core/record.ts";
import { emptyPage } from "./empty-page.ts";
import { contentId, cutMessage, type MboxMessage, nextFromLine } from "./mbox-split.ts";
import { readBytes } from "./read-bytes.ts";
import type { ReadOptions } from "./reader.ts";

const windowBytes = 1_000_000;
const pageBytes = 1_500_000;
const pageRecords = 200;
const wholeLimit = 32_000_000;
const beginningBytes = 1_000_000;
const markBytes = 4_096;
/** A From_ line and the empty line before it can lie across two reads. */
const overlap = 1_024;

/**
 * Where a pass over one mailbox is. `mark` is a hash of the bytes before `offset`, which tells a grown mailbox from one
 * that was rewritten; `recentEnd` says up to where an earlier pass took everything since `since`.
 */
export const mboxCursorSchema = z.object({
  offset: z.number(),
  mark: z.string(),
  isDone: z.boolean(),
  sizeBytes: z.number(),
  mtimeMs: z.number(),
  since: z.string().nullable(),
  recentEnd: z.number().nullable(),
  lastOffset: z.number(),
  lastId: z.string().nullable(),
});
export type MboxCursor = z.output<typeof mboxCursorSchema>;

const startCursor: MboxCursor = {
  offset: 0,
  mark: "",
  isDone: false,
  sizeBytes: 0,
  mtimeMs: 0,
  since: null,
  recentEnd: null,
  lastOffset: 0,
  lastId: null,
};

/** What a container adds to a message: hints, or null when the message is to be left out (deleted in Thunderbird). */
export type Adapt = (message: MboxMessage) => RecordHints | null;

export interface MboxSource {
  path: string;
  options: ReadOptions;
  signal: AbortSignal;
  adapt: Adapt;
}

/** One page of a mailbox. Contract: as `FileReader.pull`; memory is bounded by 32 MB and a page. */
export async function pullMbox(source: MboxSource, cursor: unknown): Promise<Page> {
  const doing = `reading ${source.path}`;
  const info = await stat(source.path).catch((error: unknown) => {
    throw toStewardError(error, doing);
  });
  if (!info.isFile()) {
    throw new StewardError("wrong_kind", `${source.path} is not a mailbox file.`, {
      cure: "Give the path of the .mbox file itself.",
    });
  }
  const file = await open(source.path, "r").catch((error: unknown) => {
    throw toStewardError(error, doing);
  });
  try {
    const known = mboxCursorSchema.safeParse(cursor);
    const state = await whereToStart(
      file,
      known.success ? known.data : null,
      { size: info.size, mtimeMs: info.mtimeMs },
      source.options,
    );
    if (state.cursor.isDone) return emptyPage(state.cursor, state.cursor.sizeBytes, "bytes");
    return await readPage(file, source, state.cursor, state.gone);
  } finally {
    await file.close();
  }
}

interface Start {
  cursor: MboxCursor;
  gone: string[];
}

async function whereToStart(
  file: FileHandle,
  known: MboxCursor | null,
  now: { size: number; mtimeMs: number },
  options: ReadOptions,
): Promise<Start> {
  const fresh = { ...startCursor, sizeBytes: now.size, mtimeMs: now.mtimeMs, since: options.recentSince };
  if (known === null) return { cursor: fresh, gone: [] };
  const isSame = known.sizeBytes === now.size && known.mtimeMs === now.mtimeMs;
  const isIntact = isSame || (known.offset <= now.size && (await markAt(file, known.offset)) === known.mark);
  if (!isIntact) return { cursor: fresh, gone: [] };
  const current = { ...known, sizeBytes: now.size, mtimeMs: now.mtimeMs };
  if (!known.isDone) return { cursor: current, gone: [] };
  if (known.since !== null && options.recentSince === null) {
    return { cursor: { ...fresh, since: null, recentEnd: known.offset }, gone: [] };
  }
  if (known.offset >= now.size) return { cursor: current, gone: [] };
  return await afterGrowth(file, current);
}

/** What was appended starts with a From_ line, or the last message was still being written when it was read. */
async function afterGrowth(file: FileHandle, known: MboxCursor): Promise<Start> {
  const from = Math.max(0, known.offset - 4);
  const bytes = await readBytes(file, from, overlap);
  const next = nextFromLine(bytes, 0, from === 0);
  const isSeparate =
    next >= 0 &&
    bytes
      .subarray(known.offset - from, next)
      .toString("latin1")
      .trim() === "";
  if (isSeparate) return { cursor: { ...known, isDone: false, offset: from + next, recentEnd: 0 }, gone: [] };
  const gone = known.lastId === null ? [] : [known.lastId];
  return { cursor: { ...known, isDone: false, offset: known.lastOffset, recentEnd: 0 }, gone };
}

interface Draft {
  records: RawRecord[];
  failed: Problem[];
  bytes: number;
  lastOffset: number;
  lastId: string | null;
}

async function readPage(file: FileHandle, source: MboxSource, cursor: MboxCursor, gone: string[]): Promise<Page> {
  const draft: Draft = { records: [], failed: [], bytes: 0, lastOffset: cursor.lastOffset, lastId: cursor.lastId };
  const size = cursor.sizeBytes;
  let offset = cursor.offset;
  let scanned = 0;
  while (offset < size && draft.bytes < pageBytes && draft.records.length < pageRecords && scanned < windowBytes * 8) {
    stopIfAborted(source.signal);
    const before = offset;
    offset = await readWindow(file, source, cursor, offset, draft);
    scanned += offset - before;
  }
  const isDone = offset >= size;
  const next: MboxCursor = {
    ...cursor,
    offset,
    isDone,
    mark: await markAt(file, offset),
    lastOffset: draft.lastOffset,
    lastId: draft.lastId,
  };
  const progress = { done: offset, total: size, unit: "bytes" } as const;
  return { records: draft.records, gone, failed: draft.failed, cursor: next, done: isDone, coverage: null, progress };
}

/** Reads the messages that are whole in one window; returns the offset of the first that was not taken. */
async function readWindow(
  file: FileHandle,
  source: MboxSource,
  cursor: MboxCursor,
  offset: number,
  draft: Draft,
): Promise<number> {
  const size = cursor.sizeBytes;
  let bytes = await readBytes(file, offset, Math.min(windowBytes, size - offset));
  if (bytes.length === 0) return size;
  if (nextFromLine(bytes.subarray(0, overlap), 0, true) !== 0)
    return await skipGarbage(file, source, offset, size, draft);
  let next = nextFromLine(bytes, 1, false);
  if (next < 0 && offset + bytes.length < size) {
    bytes = await readBytes(file, offset, Math.min(wholeLimit + overlap, size - offset));
    next = nextFromLine(bytes, windowBytes - overlap, false);
    if (next < 0 && offset + bytes.length < size)
      return await takeBeginning(file, source, offset, bytes, { cursor, draft });
  }
  let at = 0;
  while (next >= 0 && draft.records.length < pageRecords && draft.bytes < pageBytes) {
    take(source, cursor, offset + at, bytes.subarray(at, next), draft, null);
    at = next;
    next = nextFromLine(bytes, at + 1, false);
  }
  if (next >= 0 || offset + bytes.length < size) return offset + at;
  const last = bytes.subarray(at);
  const reason = whyCut(last);
  if (reason !== null) draft.failed.push({ locator: { path: source.path, offset: offset + at }, reason });
  take(source, cursor, offset + at, last, draft, null);
  return size;
}

function take(
  source: MboxSource,
  cursor: MboxCursor,
  offset: number,
  slice: Buffer,
  draft: Draft,
  wholeBytes: number | null,
): void {
  const message = cutMessage(slice);
  draft.lastOffset = offset;
  draft.lastId = null;
  const { recentSince, olderThan } = source.options;
  const date = message.date;
  if (recentSince !== null && (date === null || date < recentSince)) return;
  const wasTaken = cursor.recentEnd === null || offset < cursor.recentEnd;
  if (olderThan !== null && recentSince === null && wasTaken && date !== null && date >= olderThan) return;
  const hints = source.adapt(message);
  if (hints === null) return;
  if (wholeBytes !== null) hints.truncatedFromBytes = wholeBytes;
  const externalId = contentId(message.bytes);
  draft.lastId = externalId;
  draft.bytes += message.bytes.length;
  draft.records.push({
    format: "mail",
    externalId,
    bytes: new Uint8Array(message.bytes),
    hints,
    locator: { path: source.path, offset },
  });
}

/** A message over the limit: its beginning is handed over, the rest streams by. */
async function takeBeginning(
  file: FileHandle,
  source: MboxSource,
  offset: number,
  beginning: Buffer,
  page: { cursor: MboxCursor; draft: Draft },
): Promise<number> {
  const end = await streamToNext(file, source.signal, offset + beginning.length - overlap, page.cursor.sizeBytes);
  take(source, page.cursor, offset, beginning.subarray(0, beginningBytes), page.draft, end - offset);
  return end;
}

async function skipGarbage(
  file: FileHandle,
  source: MboxSource,
  offset: number,
  size: number,
  draft: Draft,
): Promise<number> {
  const end = await streamToNext(file, source.signal, offset, size);
  const reason = `${end - offset} bytes do not belong to any message: the mailbox lost a beginning here, or is something else.`;
  draft.failed.push({ locator: { path: source.path, offset }, reason });
  return end;
}

/** The offset of the next From_ line at or after `from`, or the size; reads through one buffer. */
async function streamToNext(file: FileHandle, signal: AbortSignal, from: number, size: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(windowBytes);
  let at = from;
  while (at < size) {
    stopIfAborted(signal);
    const { bytesRead } = await file.read(buffer, 0, Math.min(windowBytes, size - at), at);
    if (bytesRead === 0) return size;
    const next = nextFromLine(buffer.subarray(0, bytesRead), 0, false);
    if (next > 0) return at + next;
    if (at + bytesRead >= size) return size;
    at += Math.max(1, bytesRead - overlap);
  }
  return size;
}

/** Why the last message of a mailbox looks cut off; null when it does not. */
function whyCut(slice: Buffer): string | null {
  const header = slice.toString("latin1", 0, Math.min(slice.length, 65_536));
  const gap = /\r?\n\r?\n/.exec(header);
  if (gap === null && slice.length < 65_536)
    return "The last message ends inside its headers; it was read as far as it goes.";
  const boundary = /boundary\s{0,3}=\s{0,3}"?([^"\r\n;]{1,200})/i.exec(header.slice(0, gap?.index ?? 0))?.[1]?.trim();
  if (boundary !== undefined && !slice.includes(`--${boundary}--`, 0, "latin1")) {
    return "The last message is cut off; it was read as far as it goes.";
  }
  return slice[slice.length - 1] === 0x0a
    ? null
    : "The mailbox ends in the middle of a line; the last message may be cut off.";
}

async function markAt(file: FileHandle, offset: number): Promise<string> {
  const start = Math.max(0, offset - markBytes);
  const bytes = await readBytes(file, start, offset - start);
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}
