import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { toStewardError } from "../../src/core/errors.ts";
import type { Problem } from "../../src/core/record.ts";
import type { Candidate, FileKind } from "./reader.ts";
import { readerOf } from "./readers.ts";

/** Something that can be read: what it is, where, what the owner would call it. */
export interface FoundSource {
  kind: FileKind;
  path: string;
  label: string;
  sizeBytes: number;
}

/** Order matters: the kinds that are surest of themselves ask first, `folder` takes what nobody else wants. */
const fileOrder: readonly FileKind[] = [
  "imessage",
  "telegram",
  "notion",
  "whatsapp",
  "ics",
  "vcard",
  "steward_contacts",
  "contacts_csv",
  "mbox",
];
const folderOrder: readonly FileKind[] = ["apple_mail", "thunderbird", "maildir", "notion", "eml_folder"];

const headBytes = 64 * 1024;
const entryLimit = 5000;
const depthLimit = 6;

/**
 * Finds out what a path is. A file is one source or none; a folder is one (a Maildir, a mail profile, a Drive folder) or holds
 * several (an unpacked Takeout), which are looked for inside; its sub folders of documents are a `folder` source each.
 *
 * Contract: reads at most 64 KB of a file; a path that is missing or may not be read is a problem, not an error.
 */
export async function recognisePath(path: string): Promise<{ found: FoundSource[]; problems: Problem[] }> {
  const absolute = resolve(path);
  const problems: Problem[] = [];
  try {
    const found = await recogniseAt(await realpath(absolute), problems, 0);
    if (found.length === 0 && problems.length === 0) {
      problems.push({
        locator: { path: absolute, offset: null },
        reason: "Nothing here is a format that steward knows.",
      });
    }
    return { found, problems };
  } catch (error) {
    problems.push({
      locator: { path: absolute, offset: null },
      reason: toStewardError(error, `looking at ${absolute}`).message,
    });
    return { found: [], problems };
  }
}

async function recogniseAt(path: string, problems: Problem[], depth: number): Promise<FoundSource[]> {
  const candidate = await lookAt(path);
  for (const kind of candidate.isFolder ? folderOrder : fileOrder) {
    const recognised = await (await readerOf(kind)).recognise(candidate);
    if (recognised !== null) return [{ ...recognised, path }];
  }
  if (!candidate.isFolder) return depth === 0 ? await asDocuments(candidate) : [];
  const inside = depth < depthLimit ? await recogniseInside(candidate, problems, depth) : [];
  if (depth > 0) return inside;
  // A folder of documents is one source. Where exports lie among them, only sub folders without any are documents.
  if (inside.length === 0) return await asDocuments(candidate);
  return [...inside, ...(await documentFolders(candidate, inside))];
}

async function documentFolders(folder: Candidate, taken: readonly FoundSource[]): Promise<FoundSource[]> {
  const found: FoundSource[] = [];
  for (const entry of [...folder.entries].sort()) {
    const path = join(folder.path, entry);
    const holdsOther = taken.some((source) => source.path === path || source.path.startsWith(`${path}${sep}`));
    if (entry.startsWith(".") || entry === "node_modules" || holdsOther) continue;
    const candidate = (await isLink(path)) ? null : await lookAt(path).catch(() => null);
    if (candidate?.isFolder === true) found.push(...(await asDocuments(candidate)));
  }
  return found;
}

async function recogniseInside(folder: Candidate, problems: Problem[], depth: number): Promise<FoundSource[]> {
  const found: FoundSource[] = [];
  for (const entry of [...folder.entries].sort()) {
    if (entry.startsWith(".") || entry === "node_modules") continue;
    const path = join(folder.path, entry);
    try {
      if (await isLink(path)) continue;
      found.push(...(await recogniseAt(path, problems, depth + 1)));
    } catch (error) {
      problems.push({ locator: { path, offset: null }, reason: toStewardError(error, `looking at ${path}`).message });
    }
  }
  return found;
}

/** A link inside a folder leads out of it, in a circle, or to what is looked at anyway; the one the owner names is followed. */
async function isLink(path: string): Promise<boolean> {
  // What cannot be looked at is no link: looking at it next says why.
  return await lstat(path).then(
    (info) => info.isSymbolicLink(),
    () => false,
  );
}

/** A folder of documents, or a single document named on the command line. */
async function asDocuments(candidate: Candidate): Promise<FoundSource[]> {
  const recognised = await (await readerOf("folder")).recognise(candidate);
  return recognised === null ? [] : [{ ...recognised, path: candidate.path }];
}

async function lookAt(path: string): Promise<Candidate> {
  const info = await stat(path);
  if (info.isDirectory()) {
    const entries = (await readdir(path)).slice(0, entryLimit);
    return { path, isFolder: true, sizeBytes: 0, head: new Uint8Array(), entries };
  }
  if (!info.isFile()) return { path, isFolder: false, sizeBytes: 0, head: new Uint8Array(), entries: [] };
  const file = await open(path, "r");
  try {
    const head = new Uint8Array(Math.min(headBytes, info.size));
    const { bytesRead } = await file.read(head, 0, head.byteLength, 0);
    return { path, isFolder: false, sizeBytes: info.size, head: head.subarray(0, bytesRead), entries: [] };
  } finally {
    await file.close();
  }
}
