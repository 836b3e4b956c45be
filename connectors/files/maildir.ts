import { readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { Page } from "../../src/core/connector.ts";
import type { Problem, RawRecord } from "../../src/core/record.ts";
import { isSentName } from "../../src/formats/mail/sent-names.ts";
import {
  compareFiles,
  idOf,
  type Listing,
  ListingMemo,
  type MessageFile,
  type MessageFolder,
  pullMessageFiles,
  stampFolders,
  unreadFolder,
} from "./message-files.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";

const depthLimit = 6;

/** A Maildir with its subfolders (`.Sent`, or nested ones), read newest first. */
export const maildirReader: FileReader = createMaildirReader();

/** Makes a reader; what it remembers between calls is a listing, and only to be faster. */
function createMaildirReader(): FileReader {
  const memo = new ListingMemo();
  return {
    kind: "maildir",

    async recognise(candidate: Candidate): Promise<Recognised | null> {
      const names = new Set(candidate.entries);
      const isOne = names.has("cur") && names.has("new");
      if (!candidate.isFolder || !isOne) return null;
      return { kind: "maildir", label: basename(candidate.path), sizeBytes: candidate.sizeBytes };
    },

    async pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
      return await pullMessageFiles({ path, options, signal, folder: maildirFolder(path), memo }, cursor);
    },
  };
}

/** How the files of a Maildir are listed and named. */
export function maildirFolder(root: string): MessageFolder {
  return {
    stampOf: async (path) => (await stampFolders(await maildirs(path))).stamp,
    list: listMaildir,
    toRecord: (file, bytes, wholeBytes, options) => toMailRecord(root, file, bytes, wholeBytes, options),
  };
}

/** Every folder that holds messages or other Maildirs, without listing the messages themselves. */
async function maildirs(root: string, problems: Problem[] = []): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    found.push(folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch(unreadFolder(folder, problems));
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      if (!entry.isDirectory() || entry.name === "tmp") continue;
      const path = join(folder, entry.name);
      if (entry.name === "cur" || entry.name === "new") found.push(path);
      else if (depth < depthLimit) await visit(path, depth + 1);
    }
  };
  await visit(root, 0);
  return found;
}

async function listMaildir(root: string): Promise<Listing> {
  const problems: Problem[] = [];
  const folders = await maildirs(root, problems);
  const stamp = await stampFolders(folders);
  const files: MessageFile[] = [];
  for (const folder of folders) {
    const place = basename(folder);
    if (place !== "cur" && place !== "new") continue;
    const parent = relative(root, join(folder, ".."));
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(unreadFolder(folder, problems))) {
      const { name } = entry;
      if (!entry.isFile() || name.startsWith(".")) continue;
      const path = join(folder, name);
      files.push({ path, id: idOf(parent, uniqueName(name)), timeMs: await fileTime(path, name) });
    }
  }
  return { files: files.sort(compareFiles), problems, ...stamp };
}

/** The part of a name that stays when flags change. */
function uniqueName(name: string): string {
  return name.replace(/[:;!]2,[^/]*$/, "");
}

async function fileTime(path: string, name: string): Promise<number> {
  const seconds = /^(\d{9,10})[._]/.exec(name)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1_000;
  const info = await stat(path).catch(() => null);
  return info === null ? 0 : Math.floor(info.mtimeMs);
}

/** One message file as a record, with its folder as label. */
export function toMailRecord(
  root: string,
  file: MessageFile,
  bytes: Uint8Array,
  wholeBytes: number | null,
  options: ReadOptions,
): RawRecord {
  const parent = file.id.includes("/") ? file.id.slice(0, file.id.lastIndexOf("/")) : "";
  const folder = parent.replace(/^\./, "").replaceAll("/.", "/");
  const isSent = isSentName(folder === "" ? basename(root) : folder);
  return {
    format: "mail",
    externalId: file.id,
    bytes,
    hints: {
      zone: options.zone,
      region: options.region,
      modifiedAt: new Date(file.timeMs).toISOString(),
      ...(isSent ? { sent: true } : {}),
      ...(folder === "" ? {} : { labels: [folder] }),
      ...(wholeBytes === null ? {} : { truncatedFromBytes: wholeBytes }),
    },
    locator: { path: file.path, offset: null },
  };
}
