import type { Page } from "../../src/core/connector.ts";
import type { DriveChange } from "./client.ts";
import { type DriveClient, findRoot, noteUnread } from "./drive-client.ts";
import { folderType } from "./drive-file.ts";
import type { FolderTree } from "./folder-tree.ts";
import { isInside, type Taking, takeFile } from "./take-file.ts";

/**
 * Takes one page of the feed of changes: what came into the folder, moved in it or changed; what was deleted, put into the
 * bin or moved out of it, with all that was in it, because the feed says nothing of that. `refused`: Drive no longer takes the token, and all is to be read anew.
 *
 * Contract: a page told twice changes nothing the second time.
 * Errors: `not_found` when the mirrored folder itself is gone.
 */
export async function takeChanges(
  client: DriveClient,
  tree: FolderTree,
  page: Page,
  signal: AbortSignal,
): Promise<"goes on" | "ended" | "refused"> {
  const told = await client.calls.changes(tree.token, tree.drive, signal);
  if (told === null) return "refused";
  noteUnread(page, told.unread);
  if (told.changes.some(({ file }) => file === undefined || file.mimeType === folderType)) client.outside.clear();
  for (const change of told.changes) await takeChange({ client, tree, page, signal }, change);
  tree.token = told.token;
  return told.isLast ? "ended" : "goes on";
}

async function takeChange(taking: Taking, change: DriveChange): Promise<void> {
  const { client, tree, signal } = taking;
  const id = change.fileId ?? change.file?.id ?? null;
  if (id === null) return;
  const file = change.removed || change.file?.trashed === true ? null : (change.file ?? null);
  if (id === tree.root) {
    if (file !== null) return;
    await findRoot(client, id, signal);
    tree.list.push([id, null, false]);
    return;
  }
  for (const shortcut of tree.shortcutsTo(id)) tree.fetch.add(shortcut);
  if (file === null) tree.forget(id);
  else if (tree.viaOf(id) !== null) return;
  else {
    const parent = file.parents[0] ?? null;
    if (parent !== null && (await isInside(taking, parent))) await takeFile(taking, file, parent);
    else tree.forget(id);
  }
}
