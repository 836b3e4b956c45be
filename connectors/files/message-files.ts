import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Page } from "../../src/core/connector.ts";
import { StewardError, stopIfAborted, toStewardError } from "../../src/core/errors.ts";
import type { Problem, RawRecord } from "../../src/core/record.ts";
import { emptyPage } from "./empty-page.ts";
import { readListedFile } from "./read-bytes.ts";
import type { ReadOptions } from "./reader.ts";

const pageRecords = 200;
const pageBytes = 3_000_000;
const wholeLimit = 32_000_000;
const beginningBytes = 1_000_000;
const hashBytes = 6;
const missedLimit = 10_000;

/** One file that holds one message. `id` survives changes of flags; `timeMs` orders, newest first. */
export interface MessageFile {
  path: string;
  id: string;
  timeMs: number;
}

export interface Listing {
  files: MessageFile[];
  /** Changes whenever a file may have come or gone: the modification times of all folders. */
  stamp: string;
  /** The newest of these times. */
  changedMs: number;
  /** Folders that could not be looked into. */
  problems: Problem[];
}

/** What one kind of mail folder knows. `stampOf` must be far cheaper than `list`. */
export interface MessageFolder {
  stampOf(path: string): Promise<string>;
  list(path: string): Promise<Listing>;
  toRecord(file: MessageFile, bytes: Uint8Array, wholeBytes: number | null, options: ReadOptions): RawRecord | null;
}

/**
 * Where a pass is. `known` holds 48 bits of SHA-256 of every id that was handed over, base64: 0.8 MB for 100,000
 * messages, and a new message is mistaken for a known one once in 2.8 billion. Names would take 6 MB; a count and a hash
 * of the list would say that something is new, but not what. It is written when a pass ends; within a pass `next` is
 * enough, because the order is fixed. `missed` are files of this pass that could not be read: they stay unknown, and the
 * next pass tries them again.
 */
const cursorSchema = z.object({
  stamp: z.string(),
  known: z.string(),
  since: z.string().nullable(),
  reading: z.object({ stamp: z.string(), changedMs: z.number(), timeMs: z.number(), id: z.string() }).nullable(),
  missed: z.array(z.string()).default([]),
});
type Cursor = z.output<typeof cursorSchema>;

/** A listing that is kept between the pages of a pass. Losing it costs time only: it is made again from the folder. */
export class ListingMemo {
  private path = "";
  private listing: Listing | null = null;

  get(path: string, stamp: string): Listing | null {
    return this.path === path && this.listing?.stamp === stamp ? this.listing : null;
  }

  set(path: string, listing: Listing | null): void {
    this.path = path;
    this.listing = listing;
  }
}

export interface FolderPull {
  path: string;
  options: ReadOptions;
  signal: AbortSignal;
  folder: MessageFolder;
  memo: ListingMemo;
}

/** One page of a folder of messages. Contract: as `FileReader.pull`. */
export async function pullMessageFiles(pull: FolderPull, cursor: unknown): Promise<Page> {
  const { path, folder, options } = pull;
  const info = await stat(path).catch((error: unknown) => {
    throw toStewardError(error, `reading ${path}`);
  });
  if (!info.isDirectory())
    throw new StewardError("wrong_kind", `${path} is not a folder of messages.`, { cure: "Give the folder." });
  const parsed = cursorSchema.safeParse(cursor);
  const state: Cursor = parsed.success ? parsed.data : { stamp: "", known: "", since: null, reading: null, missed: [] };
  const stamp = await folder.stampOf(path);
  const isOlderPass = state.since !== null && options.recentSince === null;
  if (state.reading === null && state.stamp === stamp && !isOlderPass)
    return emptyPage(state, (state.known.length * 3) / 4 / hashBytes, "records");
  const listing = pull.memo.get(path, stamp) ?? (await folder.list(path));
  pull.memo.set(path, listing);
  return await readPage(pull, state, listing);
}

async function readPage(pull: FolderPull, state: Cursor, listing: Listing): Promise<Page> {
  const isWanted = wantedBy(pull.options, state);
  const { files } = listing;
  const reading = state.reading ?? {
    stamp: listing.stamp,
    changedMs: listing.changedMs,
    timeMs: Number.MAX_SAFE_INTEGER,
    id: "",
  };
  const records: RawRecord[] = [];
  const failed: Problem[] = [];
  const missed = new Set(state.missed);
  let bytes = 0;
  let at = firstAfter(files, reading.timeMs, reading.id);
  for (; at < files.length && records.length < pageRecords && bytes < pageBytes; at += 1) {
    stopIfAborted(pull.signal);
    const file = files[at];
    if (file === undefined || !isWanted(file)) continue;
    const record = await readRecord(pull, file, failed);
    if (record === "missed") missed.add(file.id);
    if (record === null || record === "missed") continue;
    bytes += record.bytes.length;
    records.push(record);
  }
  const progress = { done: at, total: files.length, unit: "records" } as const;
  const last = files[at - 1];
  if (at < files.length && last !== undefined) {
    const next: Cursor = {
      ...state,
      reading: { ...reading, timeMs: last.timeMs, id: last.id },
      missed: [...missed].slice(0, missedLimit),
    };
    return { records, gone: [], failed, cursor: next, done: false, coverage: null, progress };
  }
  pull.memo.set(pull.path, null);
  const known = readKnown(state.known);
  const read = files.filter((file) => isWanted(file) && !missed.has(file.id));
  for (const file of await handedOver(read, listing, reading)) known.add(shortHash(file.id));
  failed.push(...listing.problems);
  const next: Cursor = {
    // Permissions can change without a trace in the folder: what was missed is looked for every time.
    stamp: missed.size + listing.problems.length > 0 ? "" : reading.stamp,
    known: writeKnown(known),
    since: pull.options.recentSince,
    reading: null,
    missed: [],
  };
  return { records, gone: [], failed, cursor: next, done: true, coverage: null, progress };
}

/** Which files this pass is about and are not known yet; made once a page, so that nothing is hashed for nothing. */
function wantedBy(options: ReadOptions, state: Cursor): (file: MessageFile) => boolean {
  const known = readKnown(state.known);
  const since = options.recentSince === null ? null : Date.parse(options.recentSince);
  // With what was handed over known, `olderThan` says nothing more, and would hide what has come since.
  const before = options.olderThan === null || known.size > 0 ? null : Date.parse(options.olderThan);
  return (file) => {
    if (since !== null) {
      if (file.timeMs < since) return false;
    } else if (before !== null && file.timeMs >= before) return false;
    return known.size === 0 || !known.has(shortHash(file.id));
  };
}

/** The index of the first file after the given place in the order of a pass. */
function firstAfter(files: MessageFile[], timeMs: number, id: string): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const file = files[middle];
    if (file !== undefined && !isAfter(file, timeMs, id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Newest first, then by id: the one order of a pass. */
export function compareFiles(left: MessageFile, right: MessageFile): number {
  return right.timeMs - left.timeMs || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

function isAfter(file: MessageFile, timeMs: number, id: string): boolean {
  return file.timeMs < timeMs || (file.timeMs === timeMs && file.id > id);
}

/** All of them, unless the folder changed during the pass: then those that came while it ran are left for the next one. */
async function handedOver(
  wanted: MessageFile[],
  listing: Listing,
  reading: { stamp: string; changedMs: number },
): Promise<MessageFile[]> {
  if (listing.stamp === reading.stamp) return wanted;
  const kept: MessageFile[] = [];
  for (const file of wanted) {
    const info = await stat(file.path).catch(() => null);
    if (info !== null && info.ctimeMs <= reading.changedMs) kept.push(file);
  }
  return kept;
}

async function readRecord(
  pull: FolderPull,
  file: MessageFile,
  failed: Problem[],
): Promise<RawRecord | null | "missed"> {
  try {
    const { bytes, sizeBytes } = await readListedFile(file.path, (size) => (size > wholeLimit ? beginningBytes : size));
    return pull.folder.toRecord(file, new Uint8Array(bytes), sizeBytes > wholeLimit ? sizeBytes : null, pull.options);
  } catch (error) {
    const locator = { path: file.path, offset: null };
    failed.push({ locator, reason: toStewardError(error, `reading ${file.path}`).message });
    return "missed";
  }
}

function shortHash(id: string): number {
  return createHash("sha256").update(id).digest().readUIntBE(0, hashBytes);
}

function readKnown(text: string): Set<number> {
  const bytes = Buffer.from(text, "base64");
  const known = new Set<number>();
  for (let at = 0; at + hashBytes <= bytes.length; at += hashBytes) known.add(bytes.readUIntBE(at, hashBytes));
  return known;
}

function writeKnown(known: Set<number>): string {
  const bytes = Buffer.alloc(known.size * hashBytes);
  let at = 0;
  for (const hash of known) {
    bytes.writeUIntBE(hash, at, hashBytes);
    at += hashBytes;
  }
  return bytes.toString("base64");
}

/** Notes a folder that cannot be listed as a problem; the others are read. */
export function unreadFolder(path: string, problems: Problem[]): (error: unknown) => [] {
  return (error) => {
    const named = toStewardError(error, `looking into ${path}`);
    // What vanished between two looks is simply not there.
    if (named.code !== "not_found") problems.push({ locator: { path, offset: null }, reason: named.message });
    return [];
  };
}

/** A stamp over folders: equal only while no entry was added, removed or renamed in any of them. */
export async function stampFolders(folders: string[]): Promise<{ stamp: string; changedMs: number }> {
  const hash = createHash("sha256");
  let changedMs = 0;
  for (const folder of folders) {
    const info = await stat(folder).catch(() => null);
    if (info === null) continue;
    changedMs = Math.max(changedMs, info.mtimeMs);
    hash.update(`${folder}\0${info.mtimeMs}\0`);
  }
  return { stamp: hash.digest("base64url").slice(0, 22), changedMs };
}

/** Joins a folder and a name; one place, so that ids use "/" everywhere. */
export function idOf(folder: string, name: string): string {
  return join(folder, name).replaceAll("\\", "/");
}
