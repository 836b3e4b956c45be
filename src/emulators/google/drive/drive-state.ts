import { createHash } from "node:crypto";

export const folderType = "application/vnd.google-apps.folder";
export const documentType = "application/vnd.google-apps.document";
export const spreadsheetType = "application/vnd.google-apps.spreadsheet";
export const shortcutType = "application/vnd.google-apps.shortcut";
const nativePrefix = "application/vnd.google-apps.";

export type Cell = string | number | boolean;

export interface SheetTab {
  title: string;
  rows: Cell[][];
}

export interface Revision {
  id: string;
  content: Uint8Array;
  modifiedTime: string;
  keepForever: boolean;
}

/** A file of a Drive. `content` is a blob's bytes, or a native Doc's text as Markdown; a native Sheet has `tabs`. */
export interface StoredFile {
  id: string;
  name: string;
  mimeType: string;
  parents: string[];
  trashed: boolean;
  content: Uint8Array | null;
  tabs: SheetTab[];
  appProperties: Record<string, string>;
  version: number;
  createdTime: string;
  modifiedTime: string;
  revisions: Revision[];
  shortcutTargetId: string | null;
  /** The account lost the right to see it. */
  lost: boolean;
  /** When its appProperties can be found. */
  indexedAt: number;
}

/** One account's Drive. Plain data. */
export interface DriveState {
  account: string;
  rootId: string;
  files: Map<string, StoredFile>;
  /** The newest change of each file, by its number: the feed is coalesced. */
  changes: Map<string, { seq: number; removed: boolean }>;
  seq: number;
  made: number;
  /** Ids given out and not used yet. */
  generated: Set<string>;
  sessions: Map<string, UploadSession>;
}

export interface UploadSession {
  metadata: Record<string, unknown>;
  fileId: string | null;
  received: Uint8Array;
}

export function blankDrive(account: string): DriveState {
  const state: DriveState = {
    account,
    rootId: "",
    files: new Map(),
    changes: new Map(),
    seq: 100,
    made: 0,
    generated: new Set(),
    sessions: new Map(),
  };
  state.rootId = newFileId(state);
  state.files.set(state.rootId, blankFile({ id: state.rootId, name: "My Drive", mimeType: folderType }, 0));
  return state;
}

/** 33 characters, as Drive's ids have. */
export function newFileId(state: DriveState): string {
  state.made += 1;
  const hash = createHash("sha256").update(`${state.account} file ${state.made}`).digest("base64url");
  return `1${hash.replace(/[-_]/g, "x").slice(0, 32)}`;
}

export function isNative(mimeType: string): boolean {
  return mimeType.startsWith(nativePrefix);
}

export function blankFile(named: { id: string; name: string; mimeType: string }, nowMs: number): StoredFile {
  const at = new Date(nowMs).toISOString();
  return {
    ...named,
    parents: [],
    trashed: false,
    content: null,
    tabs: [],
    appProperties: {},
    version: 1,
    createdTime: at,
    modifiedTime: at,
    revisions: [],
    shortcutTargetId: null,
    lost: false,
    indexedAt: nowMs,
  };
}

/** Puts a new file down and into the feed. */
export function addFile(state: DriveState, file: StoredFile): StoredFile {
  state.files.set(file.id, file);
  if (file.content !== null && !isNative(file.mimeType)) keepRevision(file);
  noteChange(state, file.id);
  return file;
}

/** Notes that a file changed in any way; its version grows even when nothing can be seen of it. */
export function noteChange(state: DriveState, fileId: string, removed = false): void {
  state.seq += 1;
  const file = state.files.get(fileId);
  if (file !== undefined) file.version += 1;
  state.changes.delete(fileId);
  state.changes.set(fileId, { seq: state.seq, removed });
}

/** New content: a revision of its own for blobs, a new time of change. */
export function setContent(state: DriveState, file: StoredFile, content: Uint8Array, nowMs: number): void {
  file.content = content;
  file.modifiedTime = new Date(nowMs).toISOString();
  if (!isNative(file.mimeType)) keepRevision(file);
  noteChange(state, file.id);
}

function keepRevision(file: StoredFile): void {
  const id = `rev${file.revisions.length + 1}-${file.id.slice(1, 9)}`;
  file.revisions.push({
    id,
    content: file.content ?? new Uint8Array(),
    modifiedTime: file.modifiedTime,
    keepForever: false,
  });
  const spare = file.revisions.findIndex((revision) => !revision.keepForever);
  if (file.revisions.length > 100 && spare >= 0) file.revisions.splice(spare, 1);
}

/** Trashed itself, or within something trashed. */
export function isTrashed(state: DriveState, file: StoredFile): boolean {
  const seen = new Set<string>();
  let at: StoredFile | undefined = file;
  while (at !== undefined && !seen.has(at.id)) {
    if (at.trashed) return true;
    seen.add(at.id);
    at = state.files.get(at.parents[0] ?? "");
  }
  return false;
}

/** Removes a file for good, a folder with all that is in it; the feed names only the file itself. */
export function removeFile(state: DriveState, id: string): void {
  const file = state.files.get(id);
  if (file === undefined) return;
  for (const child of [...state.files.values()].filter(({ parents }) => parents.includes(id))) {
    removeFile(state, child.id);
    state.changes.delete(child.id);
  }
  state.files.delete(id);
  noteChange(state, id, true);
}

/** Takes the account's right to see a file away, or gives it back. */
export function setAccess(state: DriveState, id: string, visible: boolean): void {
  const file = state.files.get(id);
  if (file === undefined) return;
  file.lost = !visible;
  noteChange(state, id, !visible);
}
