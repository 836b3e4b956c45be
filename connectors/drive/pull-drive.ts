import type { Health, Page } from "../../src/core/connector.ts";
import { StewardError, stopIfAborted } from "../../src/core/errors.ts";
import { type DriveClient, findRoot, noteUnread } from "./drive-client.ts";
import { type DriveCursor, driveCursor } from "./drive-cursor.ts";
import { fetchFiles } from "./fetch-files.ts";
import { FolderTree } from "./folder-tree.ts";
import { takeChanges } from "./take-changes.ts";
import { takeFile } from "./take-file.ts";

/** Whether the folder can be seen. Contract: as `Connector.check`. */
export async function checkDrive(client: DriveClient, signal: AbortSignal): Promise<Health> {
  try {
    await findRoot(client, client.folderId, signal);
    return { state: "ok" };
  } catch (error) {
    if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
    if (error.code === "needs_reauth") return { state: "needs_reauth", cure: error.cure ?? "steward connect google" };
    return { state: "degraded", reason: error.message };
  }
}

/** After so long, a folder is listed once more. */
const listLagMs = 120_000;

/**
 * One page: what a step of the crawl or of the feed says, and the next files' bytes. The feed's token is asked before the
 * crawl begins, so that what changes meanwhile is told afterwards; the cursor moves on page by page.
 */
export async function pullDrive(client: DriveClient, cursor: unknown, signal: AbortSignal): Promise<Page> {
  stopIfAborted(signal);
  const parsed = driveCursor.safeParse(cursor);
  const tree = new FolderTree(parsed.success ? parsed.data : await beginAnew(client, signal));
  const page = emptyPage();
  let isUpToDate = false;
  if (tree.fetch.size === 0) {
    if (tree.list.length === 0) tree.lookAgain(client.clock.now() - listLagMs);
    if (tree.list.length > 0) await listNext(client, tree, page, signal);
    else {
      const feed = await takeChanges(client, tree, page, signal);
      if (feed === "refused") return await pullDrive(client, null, signal);
      isUpToDate = feed === "ended";
    }
  }
  await fetchFiles(client, tree, page, signal);
  const total = tree.fileIds().length;
  page.gone = [...tree.gone];
  page.done = isUpToDate && tree.fetch.size === 0 && tree.list.length === 0;
  page.progress = { done: total - tree.fetch.size, total, unit: "records" };
  if (page.done) {
    page.coverage = { from: null, to: null };
    // What a list may have left out so far is not gone.
    if (tree.anew && tree.again.length === 0) {
      page.whole = { of: "", externalIds: tree.fileIds() };
      tree.anew = false;
    }
  }
  page.cursor = tree.toCursor();
  return page;
}

async function beginAnew(client: DriveClient, signal: AbortSignal): Promise<DriveCursor> {
  const root = await findRoot(client, client.folderId, signal);
  const drive = root.driveId ?? null;
  return {
    v: 1,
    root: root.id,
    drive,
    token: await client.calls.startToken(drive, signal),
    list: [[root.id, null, false]],
    again: [],
    fetch: [],
    folders: { [root.id]: [null, "", null] },
    files: {},
    anew: true,
  };
}

async function listNext(client: DriveClient, tree: FolderTree, page: Page, signal: AbortSignal): Promise<void> {
  const [folder, token, isSecond] = tree.list.shift() ?? [tree.root, null, false];
  const listed = await client.calls.list({ id: folder, page: token, drive: tree.drive }, signal);
  if (listed === null) {
    // A page token that lay too long: this folder from its beginning. A folder that is gone is told by the feed.
    if (token !== null) tree.list.unshift([folder, null, isSecond]);
    return;
  }
  if (listed.next !== null) tree.list.unshift([folder, listed.next, isSecond]);
  else if (!isSecond) tree.again.push([folder, client.clock.now()]);
  noteUnread(page, listed.unread);
  if (!listed.isWhole) {
    // What a list leaves out is not gone: this reading cannot say what the folder holds in whole.
    tree.anew = false;
    const reason = "Drive did not list a folder in full; what is missing comes with its next change.";
    page.failed.push({ locator: { path: "Google Drive", offset: null }, reason });
  }
  for (const file of listed.files) {
    if (!isSecond || !tree.hasFile(file.id)) await takeFile({ client, tree, page, signal }, file, folder);
  }
}

function emptyPage(): Page {
  return {
    records: [],
    gone: [],
    failed: [],
    cursor: null,
    done: false,
    coverage: null,
    progress: { done: 0, total: 0, unit: "records" },
  };
}
