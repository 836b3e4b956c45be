import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Problem } from "../../src/core/record.ts";
import { compareFiles, idOf, type Listing, type MessageFile, stampFolders, unreadFolder } from "./message-files.ts";

const depthLimit = 12;
const fileLimit = 2_000_000;

/** Lists the message files below a folder that `isMessage` accepts, newest first, without following links. */
export async function listMessageTree(root: string, isMessage: (name: string) => boolean): Promise<Listing> {
  const folders: string[] = [];
  const files: MessageFile[] = [];
  const problems: Problem[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    folders.push(folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch(unreadFolder(folder, problems));
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < depthLimit) await visit(path, depth + 1);
      else if (entry.isFile() && isMessage(entry.name) && files.length < fileLimit) {
        const info = await stat(path).catch(() => null);
        files.push({ path, id: idOf(relative(root, folder), entry.name), timeMs: Math.floor(info?.mtimeMs ?? 0) });
      }
    }
  };
  await visit(root, 0);
  return { files: files.sort(compareFiles), problems, ...(await stampFolders(folders)) };
}

/** The stamp of the same tree, from its folders alone. */
export async function stampMessageTree(root: string): Promise<string> {
  const folders: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    folders.push(folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      if (entry.isDirectory() && depth < depthLimit) await visit(join(folder, entry.name), depth + 1);
    }
  };
  await visit(root, 0);
  return (await stampFolders(folders)).stamp;
}
