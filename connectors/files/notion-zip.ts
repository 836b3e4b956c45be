import { stat } from "node:fs/promises";
import { z } from "zod";
import { toInstant } from "../../src/core/clock.ts";
import type { Page } from "../../src/core/connector.ts";
import { stopIfAborted, toStewardError } from "../../src/core/errors.ts";
import type { RawRecord } from "../../src/core/record.ts";
import { isTwin, readNotionName } from "./notion-names.ts";
import { type OpenZip, openZip, type ZipEntry } from "./open-zip.ts";
import { documentFormat } from "./pull-folder.ts";
import type { ReadOptions } from "./reader.ts";

const entryBytesLimit = 50_000_000;
const pageRecords = 500;
const pageBytes = 8_000_000;

const cursorSchema = z.strictObject({
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  /** Where to go on: the zip among the outer one (0) and those inside it, and the entry in it. */
  zip: z.number(),
  entry: z.number(),
  done: z.boolean(),
  ids: z.array(z.string()),
  before: z.array(z.string()),
});
type Cursor = z.output<typeof cursorSchema>;

/**
 * One page of a zipped Notion export; zips inside the zip are opened in memory, one at a time. An unchanged zip gives an
 * empty last page. Contract: as `FileReader.pull`; a damaged inner zip or page is a problem and costs nothing else.
 */
export async function pullNotionZip(
  path: string,
  cursor: unknown,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Page> {
  const next = await startFrom(path, cursor);
  const page: Page = {
    records: [],
    gone: [],
    failed: [],
    cursor: next,
    done: true,
    coverage: null,
    progress: { done: 0, total: 0, unit: "records" },
  };
  if (next.done) return page;
  const outer = await openZip(path);
  try {
    const inner = outer.entries.filter(({ name, isFolder }) => !isFolder && /\.zip$/i.test(name));
    while (next.zip <= inner.length && page.done) {
      stopIfAborted(signal);
      const entry = next.zip === 0 ? null : inner[next.zip - 1];
      await readZip({ path, options, page, next }, outer, entry ?? null);
      if (page.done) {
        next.zip += 1;
        next.entry = 0;
      }
    }
  } finally {
    outer.close();
  }
  page.progress = { done: next.ids.length, total: next.ids.length, unit: "records" };
  if (page.done) finish(next, page);
  return page;
}

interface Reading {
  path: string;
  options: ReadOptions;
  page: Page;
  next: Cursor;
}

async function readZip(reading: Reading, outer: OpenZip, inside: ZipEntry | null): Promise<void> {
  const { page, path } = reading;
  const place = inside === null ? path : `${path}/${inside.name}`;
  try {
    const zip = inside === null ? outer : await outer.openInner(inside);
    try {
      await readEntries(reading, zip, place);
    } finally {
      if (inside !== null) zip.close();
    }
  } catch (error) {
    if (inside === null) throw error;
    page.failed.push({
      locator: { path: place, offset: null },
      reason: toStewardError(error, "reading a zip").message,
    });
  }
}

async function readEntries(reading: Reading, zip: OpenZip, place: string): Promise<void> {
  const { page, next, options } = reading;
  const names = new Set(zip.entries.map(({ name }) => name));
  const met = new Set(next.ids);
  let bytes = page.records.reduce((sum, record) => sum + record.bytes.byteLength, 0);
  for (; next.entry < zip.entries.length; next.entry += 1) {
    const entry = zip.entries[next.entry];
    if (entry === undefined || entry.isFolder || documentFormat(entry.name) === null || isTwin(entry.name, names))
      continue;
    if (page.records.length >= pageRecords || bytes >= pageBytes) {
      page.done = false;
      return;
    }
    const id = readNotionName(entry.name).pageId ?? entry.name;
    if (!met.has(id)) next.ids.push(id);
    met.add(id);
    if (!isInPass(entry, options)) continue;
    const record = await readEntry(reading, zip, entry, place);
    if (record === null) continue;
    page.records.push(record);
    bytes += record.bytes.byteLength;
  }
}

async function readEntry(
  { page, options }: Reading,
  zip: OpenZip,
  entry: ZipEntry,
  place: string,
): Promise<RawRecord | null> {
  const { title, pageId } = readNotionName(entry.name);
  const locator = { path: `${place}/${entry.name}`, offset: null };
  try {
    const bytes = await zip.read(entry, entryBytesLimit);
    const modified = entry.modifiedMs === null ? {} : { modifiedAt: toInstant(entry.modifiedMs) };
    const hints = { title, zone: options.zone, region: options.region, format: { app: "notion", pageId }, ...modified };
    return { format: documentFormat(entry.name) ?? "text", externalId: pageId ?? entry.name, bytes, hints, locator };
  } catch (error) {
    page.failed.push({ locator, reason: toStewardError(error, "reading a page").message });
    return null;
  }
}

function isInPass({ modifiedMs }: ZipEntry, { recentSince, olderThan }: ReadOptions): boolean {
  const isRecent = modifiedMs === null || modifiedMs >= Date.parse(recentSince ?? olderThan ?? "1970-01-01");
  return olderThan === null ? recentSince === null || isRecent : !isRecent;
}

async function startFrom(path: string, cursor: unknown): Promise<Cursor> {
  try {
    const { size, mtimeMs } = await stat(path);
    const seen = { sizeBytes: size, modifiedMs: Math.floor(mtimeMs), zip: 0, entry: 0, done: false, ids: [] };
    const last = cursorSchema.safeParse(cursor);
    if (!last.success) return { ...seen, before: [] };
    const isSame = last.data.sizeBytes === size && last.data.modifiedMs === seen.modifiedMs;
    if (isSame) return { ...last.data, ids: [...last.data.ids] };
    return { ...seen, before: [...new Set([...last.data.before, ...last.data.ids])] };
  } catch (error) {
    throw toStewardError(error, `opening ${path}`);
  }
}

function finish(next: Cursor, page: Page): void {
  const met = new Set(next.ids);
  // Nothing is forgotten because a zip inside could not be opened this time.
  if (page.failed.length === 0) page.gone.push(...next.before.filter((id) => !met.has(id)));
  next.before = [];
  next.done = true;
}
