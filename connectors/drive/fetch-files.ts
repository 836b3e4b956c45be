import { createHash } from "node:crypto";
import type { Page } from "../../src/core/connector.ts";
import { StewardError, stopIfAborted } from "../../src/core/errors.ts";
import type { RawRecord, RecordFormat } from "../../src/core/record.ts";
import { cutImages } from "./cut-images.ts";
import type { DriveClient } from "./drive-client.ts";
import { type DriveFile, shortcutType, spreadsheetType } from "./drive-file.ts";
import { readingOf } from "./drive-format.ts";
import type { FolderTree } from "./folder-tree.ts";
import { type FileRefusal, fileRefusals } from "./refused.ts";

const fileBytesLimit = 20_000_000;
const pageBytes = 8_000_000;
const pageFiles = 24;
/** What an export may weigh is known only afterwards. */
const exportBytes = 250_000;
const downloadTries = 3;
const readingsTried = 3;

/** Fetches the next files that are waiting, until the page is full; each leaves the tree's list when it is in the page. */
export async function fetchFiles(
  client: DriveClient,
  tree: FolderTree,
  page: Page,
  signal: AbortSignal,
): Promise<void> {
  let bytes = 0;
  const chosen: [string, DriveFile][] = [];
  for (const id of [...tree.fetch]) {
    if (chosen.length >= pageFiles || bytes >= pageBytes) break;
    stopIfAborted(signal);
    const file = await lookUp(client, tree, id, signal);
    // What is gone by now, the feed of changes tells.
    if (file === null) tree.fetch.delete(id);
    else {
      const weight = weightOf(file);
      if (chosen.length > 0 && bytes + weight > pageBytes) break;
      bytes += weight;
      chosen.push([id, file]);
    }
  }
  const records = await Promise.all(chosen.map(([id, file]) => fetchOrGiveUp(client, tree, id, file, signal)));
  for (const [index, [id]] of chosen.entries()) {
    const record = records[index] ?? null;
    if (record !== null) page.records.push(record);
    tree.fetch.delete(id);
    client.seen.delete(id);
  }
}

async function lookUp(
  client: DriveClient,
  tree: FolderTree,
  id: string,
  signal: AbortSignal,
): Promise<DriveFile | null> {
  const known = client.seen.get(id);
  if (known !== undefined) return known;
  const found = await client.calls.find(tree.targetOf(id) ?? id, signal);
  return found === null || found.trashed ? null : found;
}

function weightOf(file: DriveFile): number {
  const reading = readingOf(file);
  if (reading.how === "export") return exportBytes;
  const size = Number(file.size ?? 0);
  return reading.how === "name" || size > fileBytesLimit ? 0 : size;
}

/**
 * A file that Drive cannot give although Drive is there must not keep the others waiting for ever: when it fails in the third
 * reading, its name is all that is taken of it, until it changes.
 */
async function fetchOrGiveUp(
  client: DriveClient,
  tree: FolderTree,
  id: string,
  file: DriveFile,
  signal: AbortSignal,
): Promise<RawRecord | null> {
  try {
    const record = await fetchFile(client, tree, id, file, signal);
    client.failures.delete(id);
    return record;
  } catch (error) {
    if (!(error instanceof StewardError) || error.code !== "unavailable") throw error;
    const count = (client.failures.get(id) ?? 0) + 1;
    client.failures.set(id, count);
    if (count < readingsTried || (await client.calls.find(file.id, signal)) === null) throw error;
    const reason = "Google failed to give it in three readings; only its name is known until it changes.";
    return nameOnly({ id, file, path: tree.pathOf(id) }, [reason]);
  }
}

/** The record of one file; null when it vanished meanwhile. */
async function fetchFile(
  client: DriveClient,
  tree: FolderTree,
  id: string,
  file: DriveFile,
  signal: AbortSignal,
): Promise<RawRecord | null> {
  const about = { id, file, path: tree.pathOf(id) };
  const reading = readingOf(file);
  if (reading.how === "name") {
    const note = "It is a shortcut to something outside the account, or in a circle; it was not followed.";
    return nameOnly(about, file.mimeType === shortcutType ? [note] : []);
  }
  if (reading.how === "export") {
    const bytes = await client.calls.export(file.id, reading.mediaType, signal);
    if (bytes === null) return null;
    if (!(bytes instanceof Uint8Array)) return nameOnly(about, [fileRefusals[bytes]]);
    if (file.mimeType !== spreadsheetType) return toRecord(about, reading.format, withoutImages(bytes), []);
    return toRecord(about, reading.format, bytes, sheetNotes(await client.calls.countSheets(file.id, signal)));
  }
  if (Number(file.size ?? 0) > fileBytesLimit) {
    const megabytes = (Number(file.size ?? 0) / 1e6).toFixed(1);
    return nameOnly(about, [`It has ${megabytes} MB; steward fetches files up to 20 MB. Only its name is known.`]);
  }
  const got = await download(client, file, signal);
  if (got === null) return null;
  if ("refusal" in got) return nameOnly(about, [fileRefusals[got.refusal]]);
  return toRecord({ ...about, file: got.file }, reading.format, got.bytes, []);
}

type Downloaded = { bytes: Uint8Array; file: DriveFile } | { refusal: FileRefusal } | null;

/** Bytes that are not what Drive says they are were cut short, or changed since: both are asked again. Errors: `unavailable`. */
async function download(client: DriveClient, listed: DriveFile, signal: AbortSignal): Promise<Downloaded> {
  let file: DriveFile | null = listed;
  for (let tries = 0; tries < downloadTries; tries += 1) {
    const bytes = await client.calls.download(listed.id, signal);
    if (bytes === null) return null;
    if (!(bytes instanceof Uint8Array)) return { refusal: bytes };
    const md5 = createHash("md5").update(bytes).digest("hex");
    if (file.md5Checksum === undefined || file.md5Checksum === md5) return { bytes, file };
    const now: DriveFile | null = await client.calls.find(listed.id, signal);
    if (now === null || now.trashed) return null;
    if (now.md5Checksum === md5) return { bytes, file: now };
    file = now;
  }
  throw new StewardError("unavailable", "Drive gave bytes of a file that are not the file's, three times.");
}

function withoutImages(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(cutImages(new TextDecoder().decode(bytes)));
}

function sheetNotes(count: number | null): string[] {
  if (count === null) return ["Google exports the first sheet only; there may be more."];
  return count > 1 ? [`Google exports the first sheet only; ${count - 1} more of it are not read.`] : [];
}

interface About {
  id: string;
  file: DriveFile;
  path: string;
}

function nameOnly({ id, file, path }: About, problems: string[]): RawRecord {
  return {
    format: "text",
    externalId: id,
    bytes: new Uint8Array(),
    hints: { ...titleAndTime(file, path), format: { app: "drive", problems } },
    locator: locatorOf(id),
  };
}

function toRecord(about: About, format: RecordFormat, bytes: Uint8Array, problems: string[]): RawRecord {
  const { id, file, path } = about;
  const mirror = { path, version: file.version, md5: file.md5Checksum ?? null };
  return {
    format,
    externalId: id,
    bytes,
    hints: { ...titleAndTime(file, path), mirror, format: { app: "drive", problems } },
    locator: locatorOf(id),
  };
}

function titleAndTime(file: DriveFile, path: string): { title: string; modifiedAt?: string } {
  const title = path.slice(path.lastIndexOf("/") + 1);
  return file.modifiedTime === undefined ? { title } : { title, modifiedAt: file.modifiedTime };
}

/** An address that opens the file, whatever its kind and place. */
function locatorOf(id: string): { path: string; offset: null } {
  return { path: `https://drive.google.com/open?id=${id}`, offset: null };
}
