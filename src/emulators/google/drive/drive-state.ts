import { createHash } from "node:crypto";

export const folderType = "application/vnd.google-apps.folder";
export const documentType = "application/vnd.google-apps.document";
export const spreadsheetType = "application/vnd.google-apps.spreadsheet";
export const shortcutType = "application/vnd.google-apps.shortcut";
const nativePrefix = "application/vnd.google-apps.";

export type PlainCell = string | number | boolean;

/** A cell that is more than its value: a formula with what it came to, or a date that is a number underneath. */
export interface TypedCell {
  value: PlainCell;
  formula?: string;
  format?: "date" | "percent";
}
export type Cell = PlainCell | TypedCell;

export interface SheetTab {
  title: string;
  rows: Cell[][];
  /** Columns (from 0) formatted as plain text: what is typed there stays as it is. */
  textColumns?: number[];
  rowCount?: number;
  columnCount?: number;
}

export interface Revision {
  id: string;
  content: Uint8Array;
  mimeType: string;
  modifiedTime: string;
  keepForever: boolean;
  /** Whether the account itself wrote it. */
  byMe: boolean;
  md5: string;
  sha256: string;
}

/** What a native Doc has beside the text of its first tab. */
export interface DocExtras {
  /** Further tabs, as Markdown. */
  tabs: string[];
  /** Written into the text as `![alt](image:<key>)`. */
  images: Record<string, { mimeType: string; bytes: Uint8Array }>;
  /** Comments and suggestions: no export has them. */
  comments: string[];
}

export interface DrivePermission {
  type: "user" | "group" | "domain" | "anyone";
  role: "reader" | "commenter" | "writer";
  emailAddress?: string;
  domain?: string;
  displayName?: string;
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
  doc: DocExtras | null;
  appProperties: Record<string, string>;
  properties: Record<string, string>;
  description: string;
  starred: boolean;
  version: number;
  createdTime: string;
  modifiedTime: string;
  revisions: Revision[];
  /** Revisions ever made: names them, also when old ones are purged. */
  revised: number;
  shortcutTargetId: string | null;
  /** The account lost the right to see it, and what is in it. */
  lost: boolean;
  ownedByMe: boolean;
  /** Who it was shared with, besides its owner; what is in a folder is shared with the folder's people. */
  sharedWith: DrivePermission[];
  canEdit: boolean;
  /** Its owner lets nobody download, export or copy it. */
  restricted: boolean;
  /** Google found malware or spam in it. */
  abusive: boolean;
  /** Made or opened through the API: all that the scope `drive.file` shows. */
  byApp: boolean;
  lastByMe: boolean;
  /** From when its properties and words can be searched for. */
  indexedAt: number;
}

/** One account's Drive. Plain data. */
export interface DriveState {
  account: string;
  rootId: string;
  files: Map<string, StoredFile>;
  /** The newest change of each file, by its number: the feed is coalesced. */
  changes: Map<string, { seq: number; removed: boolean; at: string }>;
  seq: number;
  made: number;
  /** Ids given out and not used yet. */
  generated: Set<string>;
  sessions: Map<string, UploadSession>;
}

/** A resumable upload. */
export interface UploadSession {
  metadata: Record<string, unknown>;
  /** The file whose content it replaces; null makes a new one. */
  fileId: string | null;
  query: Record<string, string>;
  contentType: string | null;
  totalBytes: number | null;
  received: Uint8Array;
  begunAt: number;
  /** Set when it is complete: asking again then answers with the file. */
  doneId: string | null;
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
    doc: null,
    appProperties: {},
    properties: {},
    description: "",
    starred: false,
    version: 1,
    createdTime: at,
    modifiedTime: at,
    revisions: [],
    revised: 0,
    shortcutTargetId: null,
    lost: false,
    ownedByMe: true,
    sharedWith: [],
    canEdit: true,
    restricted: false,
    abusive: false,
    byApp: false,
    lastByMe: true,
    indexedAt: nowMs,
  };
}

/** Puts a new file down and into the feed. */
export function addFile(state: DriveState, file: StoredFile): StoredFile {
  state.files.set(file.id, file);
  if (file.content !== null || file.tabs.length > 0) keepRevision(file, file.lastByMe);
  noteChange(state, file.id);
  return file;
}

/**
 * Notes that a file changed in any way: its version grows even when nothing can be seen of it. `atMs` is when; without it the
 * file's own time of change stands.
 */
export function noteChange(state: DriveState, fileId: string, removed = false, atMs: number | null = null): void {
  state.seq += 1;
  const file = state.files.get(fileId);
  if (file !== undefined) file.version += 1;
  const before = state.changes.get(fileId)?.at ?? "1970-01-01T00:00:00.000Z";
  const at = atMs === null ? (file?.modifiedTime ?? before) : new Date(atMs).toISOString();
  state.changes.delete(fileId);
  state.changes.set(fileId, { seq: state.seq, removed, at });
}

/** New content: a revision of its own, a new time of change. `byMe` is false when somebody else wrote it. */
export function setContent(state: DriveState, file: StoredFile, content: Uint8Array, nowMs: number, byMe = true): void {
  file.content = content;
  noteContent(state, file, nowMs, byMe);
}

/** The same for content that was changed in place, as a sheet's cells are. */
export function noteContent(state: DriveState, file: StoredFile, nowMs: number, byMe = true): void {
  file.modifiedTime = new Date(nowMs).toISOString();
  file.lastByMe = byMe;
  keepRevision(file, byMe);
  noteChange(state, file.id, false, nowMs);
}

function keepRevision(file: StoredFile, byMe: boolean): void {
  const content = file.content ?? new Uint8Array();
  file.revised += 1;
  file.revisions.push({
    id: isNative(file.mimeType) ? String(file.revised) : `0B${file.id.slice(1, 9)}${file.revised}`,
    content,
    mimeType: file.mimeType,
    modifiedTime: file.modifiedTime,
    keepForever: false,
    byMe,
    md5: createHash("md5").update(content).digest("hex"),
    sha256: createHash("sha256").update(content).digest("hex"),
  });
}

/** Trashed itself, or within something trashed. */
export function isTrashed(state: DriveState, file: StoredFile): boolean {
  return pathUp(state, file).some(({ trashed }) => trashed);
}

/** Neither it nor a folder above it was lost from sight. */
export function isVisible(state: DriveState, file: StoredFile): boolean {
  return pathUp(state, file).every(({ lost }) => !lost);
}

/** The file and the folders above it. */
export function pathUp(state: DriveState, file: StoredFile): StoredFile[] {
  const path: StoredFile[] = [];
  for (let at: StoredFile | undefined = file; at !== undefined && !path.includes(at); ) {
    path.push(at);
    at = state.files.get(at.parents[0] ?? "");
  }
  return path;
}

/** Lets others in, or shuts all of them out: another version, and a change that the feed tells. */
export function share(state: DriveState, id: string, sharedWith: DrivePermission[], nowMs: number): void {
  const file = state.files.get(id);
  if (file === undefined) return;
  file.sharedWith = sharedWith;
  noteChange(state, id, false, nowMs);
}

/** Removes a file for good, a folder with all that is in it; the feed names only the file itself. */
export function removeFile(state: DriveState, id: string, nowMs: number | null = null): void {
  if (!state.files.has(id)) return;
  for (const child of [...state.files.values()].filter(({ parents }) => parents.includes(id))) {
    removeFile(state, child.id, nowMs);
    state.changes.delete(child.id);
  }
  state.files.delete(id);
  noteChange(state, id, true, nowMs);
}

/** Takes the account's right to see a file away, or gives it back; of what is in a folder, the feed says nothing. */
export function setAccess(state: DriveState, id: string, visible: boolean, nowMs: number | null = null): void {
  const file = state.files.get(id);
  if (file === undefined) return;
  file.lost = !visible;
  noteChange(state, id, !visible, nowMs);
}
