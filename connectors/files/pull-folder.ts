import { basename, join } from "node:path";
import { z } from "zod";
import { toInstant } from "../../src/core/clock.ts";
import type { Page } from "../../src/core/connector.ts";
import { stopIfAborted, toStewardError } from "../../src/core/errors.ts";
import type { Problem, RawRecord, RecordFormat } from "../../src/core/record.ts";
import { isInPass } from "./is-in-pass.ts";
import { readListedFile } from "./read-bytes.ts";
import type { ReadOptions } from "./reader.ts";
import { type Walk, type WalkedFile, walkFolder } from "./walk-folder.ts";

const fileBytesLimit = 50_000_000;
/** Of text only its first 200 KB are kept; a megabyte gives room for markup. */
const textBytesLimit = 1_000_000;
const pageRecords = 1000;
const pageBytes = 4_000_000;
/** Before the stamp of a file that could not be read in this pass. */
const againMark = "again ";

const cursorSchema = z.strictObject({
  /** Files seen, by name: `<size>:<modified ms> <external id>`. */
  files: z.record(z.string(), z.string()),
});

const formats: Record<string, RecordFormat> = {
  md: "markdown",
  markdown: "markdown",
  csv: "csv",
  pdf: "pdf",
  docx: "docx",
  txt: "text",
  text: "text",
  html: "html",
  htm: "html",
};

/** The format of a document by its name's ending; null for what is no document. */
export function documentFormat(name: string): RecordFormat | null {
  const ending = /\.([a-z]{2,8})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  return formats[ending] ?? null;
}

/** How the files of one kind of folder become records. */
export interface FolderKind {
  wants(name: string, names: ReadonlySet<string>): boolean;
  describe(name: string): { externalId: string; title: string; format: unknown };
  /** Whether the bytes are another reader's business. */
  refuses(name: string, head: Buffer): boolean;
}

/**
 * One page of a folder of documents: what is new or changed (by size and modification time) since the cursor; deleted files
 * are `gone` on the last page. A folder that is empty all of a sudden (a disk that is not there) makes nothing gone.
 * Contract: as `FileReader.pull`. Errors: `not_found`, `no_permission`, `interrupted`.
 */
export async function pullFolder(
  root: string,
  cursor: unknown,
  options: ReadOptions,
  signal: AbortSignal,
  kind: FolderKind,
): Promise<Page> {
  const parsed = cursorSchema.safeParse(cursor);
  const files = new Map(Object.entries(parsed.success ? parsed.data.files : {}));
  const walk = await walkFolder(root, (name) => documentFormat(name) !== null);
  const names = new Set(walk.files.map(({ name }) => name));
  const wanted = walk.files.filter(({ name }) => name === "" || kind.wants(name, names));
  const page: Page = {
    records: [],
    gone: [],
    failed: [],
    cursor: null,
    done: true,
    coverage: null,
    progress: { done: 0, total: wanted.length, unit: "records" },
  };
  await readChanged({ root, options, signal, kind, files }, wanted, page);
  if (page.done) tryAgainNextTime(files);
  if (page.done) page.gone.push(...forgetMissing(walk, wanted, files, root, page.failed));
  page.progress.done = page.done ? wanted.length : Math.min(files.size, wanted.length);
  page.cursor = { files: Object.fromEntries(files) };
  return page;
}

/** A file that could not be read keeps its id, to notice when it is deleted, under a stamp that no file has. */
function tryAgainNextTime(files: Map<string, string>): void {
  for (const [name, stamp] of files) {
    if (stamp.startsWith(againMark)) files.set(name, `-1:-1 ${stamp.slice(stamp.indexOf(" ", againMark.length) + 1)}`);
  }
}

interface Reading {
  root: string;
  options: ReadOptions;
  signal: AbortSignal;
  kind: FolderKind;
  files: Map<string, string>;
}

async function readChanged(reading: Reading, wanted: WalkedFile[], page: Page): Promise<void> {
  let bytes = 0;
  for (const file of wanted) {
    const name = file.name === "" ? basename(reading.root) : file.name;
    const { externalId, title, format } = reading.kind.describe(name);
    const stamp = `${file.sizeBytes}:${file.modifiedMs} ${externalId}`;
    const known = reading.files.get(file.name);
    if (known === stamp || known === `${againMark}${stamp}`) continue;
    stopIfAborted(reading.signal);
    if (page.records.length >= pageRecords || bytes >= pageBytes) {
      page.done = false;
      return;
    }
    reading.files.set(file.name, stamp);
    if (!isInPass(file.modifiedMs, reading.options)) continue;
    const record = await readFile(reading, file, name, page.failed);
    if (record === "missed") reading.files.set(file.name, `${againMark}${stamp}`);
    if (record === null || record === "missed") continue;
    bytes += record.bytes.byteLength;
    page.records.push({ ...record, externalId, hints: { ...record.hints, title, format } });
  }
}

async function readFile(
  reading: Reading,
  file: WalkedFile,
  name: string,
  failed: Problem[],
): Promise<RawRecord | null | "missed"> {
  const path = file.name === "" ? reading.root : join(reading.root, file.name);
  const format = documentFormat(name) ?? "text";
  const locator = { path, offset: null };
  if (file.sizeBytes > fileBytesLimit) {
    failed.push({ locator, reason: "The file is over 50 MB and was not read." });
    return null;
  }
  try {
    const isText = format !== "pdf" && format !== "docx";
    const { bytes } = await readListedFile(path, () => (isText ? textBytesLimit : fileBytesLimit));
    if (reading.kind.refuses(name, bytes)) return null;
    const { zone, region } = reading.options;
    const hints = { modifiedAt: toInstant(Math.max(0, file.modifiedMs)), zone, region };
    const isCut = bytes.length < file.sizeBytes;
    return {
      format,
      externalId: name,
      bytes: isCut ? wholeLines(bytes) : bytes,
      hints: isCut ? { ...hints, truncatedFromBytes: file.sizeBytes } : hints,
      locator,
    };
  } catch (error) {
    failed.push({ locator, reason: toStewardError(error, "reading a file").message });
    return "missed";
  }
}

/** Not in the middle of a letter, which would make the rest look like another encoding. */
function wholeLines(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(10);
  if (end > 0) return bytes.subarray(0, end + 1);
  let letter = bytes.length;
  while (letter > 0 && ((bytes[letter - 1] ?? 0) & 0xc0) === 0x80) letter -= 1;
  return bytes.subarray(0, Math.max(0, letter - 1));
}

function forgetMissing(
  walk: Walk,
  wanted: WalkedFile[],
  files: Map<string, string>,
  root: string,
  failed: Problem[],
): string[] {
  failed.push(...walk.problems);
  if (wanted.length === 0 && files.size > 0) {
    const reason = "The folder is empty now; nothing that was read from it is forgotten. Is its disk there?";
    failed.push({ locator: { path: root, offset: null }, reason });
    return [];
  }
  const present = new Set(wanted.map(({ name }) => name));
  const idOf = (stamp: string): string => stamp.slice(stamp.indexOf(" ") + 1);
  const missing = [...files].filter(
    ([name]) => !present.has(name) && !walk.unread.some((folder) => name.startsWith(folder)),
  );
  for (const [name] of missing) files.delete(name);
  // A renamed page keeps its id: it is gone only when no file has it any more.
  const left = new Set([...files.values()].map(idOf));
  return [...new Set(missing.map(([, stamp]) => idOf(stamp)))].filter((id) => !left.has(id));
}
