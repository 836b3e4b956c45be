import type { Page } from "../../src/core/connector.ts";
import type { DriveClient } from "./drive-client.ts";
import { type DriveFile, folderType, shortcutType } from "./drive-file.ts";
import { fileNameOf } from "./drive-format.ts";
import { type FolderTree, filesLimit } from "./folder-tree.ts";

/** What one page is made with. */
export interface Taking {
  client: DriveClient;
  tree: FolderTree;
  page: Page;
  signal: AbortSignal;
}

const deepest = 200;

/** Puts one file, folder or shortcut into the tree, below a folder that is in it. */
export async function takeFile(taking: Taking, file: DriveFile, parent: string): Promise<void> {
  const { tree } = taking;
  if (file.mimeType === folderType) tree.putFolder(file.id, parent, file.name);
  else if (file.mimeType === shortcutType) await takeShortcut(taking, file, parent);
  else putFile(taking, file, parent, null);
}

/**
 * A shortcut is followed once, when what it stands for is the account's own: to a file it is another name of that file, to a
 * folder it is that folder. One to a folder that is here already, or that this folder is in, leads in a circle and is not
 * followed.
 */
async function takeShortcut(taking: Taking, shortcut: DriveFile, parent: string): Promise<void> {
  const { client, tree, signal } = taking;
  const target = shortcut.shortcutDetails;
  const found = target === undefined ? null : await client.calls.find(target.targetId, signal);
  const isOwn = found?.ownedByMe === true || (found?.driveId !== undefined && found.driveId === tree.drive);
  if (found === null || !isOwn || found.trashed || found.mimeType === shortcutType) {
    putFile(taking, shortcut, parent, null);
  } else if (found.mimeType === folderType) {
    const isCircle = tree.hasFolder(found.id) ? tree.viaOf(found.id) !== shortcut.id : await isAbove(taking, found.id);
    if (!isCircle) tree.putFolder(found.id, parent, shortcut.name, shortcut.id);
  } else {
    putFile(taking, { ...shortcut, name: nameOfShortcut(shortcut, found) }, parent, found.id);
  }
}

/** A shortcut often has no ending of its own; its file here needs that of what it stands for. */
function nameOfShortcut(shortcut: DriveFile, target: DriveFile): string {
  const ending = /\.[a-z0-9]{1,8}$/i.exec(fileNameOf(target))?.[0] ?? "";
  return shortcut.name.toLowerCase().endsWith(ending.toLowerCase()) ? shortcut.name : `${shortcut.name}${ending}`;
}

function putFile({ client, tree, page }: Taking, file: DriveFile, parent: string, target: string | null): void {
  if (tree.putFile(file.id, parent, target === null ? fileNameOf(file) : file.name, target)) {
    if (target === null) client.seen.set(file.id, file);
    return;
  }
  const reason = `The folder holds more than ${filesLimit} files; the rest is not mirrored.`;
  if (page.failed.some((problem) => problem.reason === reason)) return;
  page.failed.push({ locator: { path: "Google Drive", offset: null }, reason });
}

async function isAbove({ client, tree, signal }: Taking, folder: string): Promise<boolean> {
  let at = (await client.calls.find(tree.root, signal))?.parents[0] ?? null;
  for (let depth = 0; at !== null && depth < deepest; depth += 1) {
    if (at === folder) return true;
    at = (await client.calls.find(at, signal))?.parents[0] ?? null;
  }
  return at !== null;
}

/**
 * Whether a folder lies in the mirrored one, by walking up; the folders on the way that were not known are put into the tree,
 * and listed.
 */
export async function isInside({ client, tree, signal }: Taking, folder: string | null): Promise<boolean> {
  const walked: DriveFile[] = [];
  let at = folder;
  while (at !== null && !tree.hasFolder(at)) {
    const isCircle = walked.some((one) => one.id === at) || walked.length >= deepest;
    const found = isCircle || client.outside.has(at) ? null : await client.calls.find(at, signal);
    if (found === null || found.trashed) {
      for (const id of [at, ...walked.map((one) => one.id)]) client.outside.add(id);
      return false;
    }
    walked.push(found);
    at = found.parents[0] ?? null;
  }
  if (at === null) {
    for (const one of walked) client.outside.add(one.id);
    return false;
  }
  for (const one of walked.toReversed()) tree.putFolder(one.id, one.parents[0] ?? tree.root, one.name);
  return true;
}
