import { z } from "zod";
import { badRequest, GoogleFailure } from "../google-error.ts";
import { readCsv } from "./csv.ts";
import {
  addFile,
  blankFile,
  documentType,
  folderType,
  isNative,
  isTrashed,
  newFileId,
  noteChange,
  pathUp,
  removeFile,
  type StoredFile,
  setContent,
  shortcutType,
  spreadsheetType,
} from "./drive-state.ts";
import { importFormats } from "./file-resource.ts";
import { settingOf } from "./list-files.ts";
import { type DriveDesk, findFile } from "./open-drive.ts";

const text = z.string().nullish();
const properties = z.record(z.string(), z.string().nullable()).nullish();

/** What a request may say of a file; Google ignores what it does not know. */
export const fileBody = z.object({
  id: text,
  name: text,
  mimeType: text,
  description: text,
  parents: z.array(z.string()).nullish(),
  trashed: z.boolean().nullish(),
  starred: z.boolean().nullish(),
  appProperties: properties,
  properties,
  modifiedTime: text,
  createdTime: text,
  shortcutDetails: z.object({ targetId: text }).nullish(),
});
export type FileBody = z.output<typeof fileBody>;

export interface Content {
  bytes: Uint8Array;
  mimeType: string | null;
}

/**
 * `files.create`: a file of its own, or content turned into a native one. An id of the client's is one that was generated;
 * used twice it says that the file is there (409); native kinds take none. Errors: 400, 403, 404 for the parent, 409.
 */
export function createFile(desk: DriveDesk, body: FileBody, content: Content | null): StoredFile {
  const { shared, state } = desk;
  const now = shared.clock.now();
  const mimeType = body.mimeType ?? content?.mimeType ?? "application/octet-stream";
  checkStorage(desk, content?.bytes.byteLength ?? 0);
  if (body.id !== undefined && body.id !== null) checkGivenId(desk, body.id, mimeType);
  const file = blankFile({ id: body.id ?? newFileId(state), name: body.name ?? "Untitled", mimeType }, now);
  file.parents = [findParent(desk, body.parents ?? ["root"])];
  file.byApp = true;
  takeMetadata(desk, file, body);
  fill(desk, file, body, content);
  state.generated.delete(file.id);
  addFile(state, file);
  note(desk, "file.created", file, { mimeType });
  return file;
}

/** `files.copy`, of the content as it is now; the properties of the original come along. */
export function copyFile(desk: DriveDesk, from: StoredFile, body: FileBody): StoredFile {
  if (from.mimeType === folderType || from.restricted) {
    throw new GoogleFailure(403, "This file cannot be copied by the user.", "cannotCopyFile");
  }
  const content = from.content === null ? null : { bytes: from.content, mimeType: from.mimeType };
  const given: FileBody = {
    name: `Copy of ${from.name}`,
    parents: from.parents,
    appProperties: from.appProperties,
    ...body,
    mimeType: body.mimeType ?? from.mimeType,
  };
  const copy = createFile(desk, given, isNative(from.mimeType) ? null : content);
  if (!isNative(from.mimeType)) return copy;
  copy.content = from.content;
  copy.doc = structuredClone(from.doc);
  copy.tabs = structuredClone(from.tabs);
  return copy;
}

/**
 * `files.update`: names, places, properties (null takes one away), the bin; with content a new revision. If-Match is not even
 * looked at. Errors: 403 for `parents` in the body, a second parent, a file that may only be read; 400.
 */
export function updateFile(
  desk: DriveDesk,
  file: StoredFile,
  body: FileBody,
  query: Record<string, string>,
  content: Content | null = null,
): StoredFile {
  const { shared, state } = desk;
  const now = shared.clock.now();
  checkMayEdit(file);
  if (body.parents !== undefined && body.parents !== null) {
    throw new GoogleFailure(
      403,
      "The parents field is not directly writable in update requests. Use the addParents and removeParents parameters instead.",
      "fieldNotWritable",
    );
  }
  if (typeof body.id === "string" && body.id !== file.id) throw notWritable();
  if (content !== null) checkStorage(desk, content.bytes.byteLength);
  move(desk, file, query);
  const renamed = typeof body.name === "string" && body.name !== file.name;
  if (typeof body.name === "string") file.name = body.name;
  takeMetadata(desk, file, body);
  if (renamed && typeof body.modifiedTime !== "string") file.modifiedTime = new Date(now).toISOString();
  file.lastByMe = true;
  if (content === null) noteChange(state, file.id, false, now);
  else replaceContent(desk, file, body, content, query);
  note(desk, "file.changed", file, { ...(content === null ? { ...body } : { sizeBytes: content.bytes.byteLength }) });
  return file;
}

/** `files.delete`: for good, folders with all that is in them, past the bin. */
export function deleteFile(desk: DriveDesk, file: StoredFile): void {
  const { shared, state } = desk;
  if (file.id === state.rootId || !file.ownedByMe) throw mayNot();
  removeFile(state, file.id, shared.clock.now());
  note(desk, "file.deleted", file, {});
}

function replaceContent(
  desk: DriveDesk,
  file: StoredFile,
  body: FileBody,
  content: Content,
  query: Record<string, string>,
): void {
  const now = desk.shared.clock.now();
  if (file.mimeType === spreadsheetType) {
    file.tabs = [{ title: file.tabs[0]?.title ?? "Sheet1", rows: readCsv(decode(content.bytes)) }];
  }
  // What is uploaded over a Doc replaces all of it, its tabs and comments too.
  if (file.mimeType === documentType) file.doc = null;
  if (!isNative(file.mimeType)) file.mimeType = body.mimeType ?? content.mimeType ?? file.mimeType;
  setContent(desk.state, file, content.bytes, now);
  if (typeof body.modifiedTime === "string") file.modifiedTime = new Date(body.modifiedTime).toISOString();
  const head = file.revisions.at(-1);
  if (query["keepRevisionForever"] === "true" && head !== undefined) keepForever(file, head.id);
}

/** Keeps a revision from being purged. Errors: 403 when 200 of the file are kept already, or for a native file. */
export function keepForever(file: StoredFile, revisionId: string): void {
  const revision = file.revisions.find(({ id }) => id === revisionId);
  if (revision === undefined) return;
  if (isNative(file.mimeType)) throw notWritable();
  if (!revision.keepForever && file.revisions.filter((one) => one.keepForever).length >= 200) {
    throw new GoogleFailure(403, "Too many revisions are kept forever.", "keepForeverLimitExceeded");
  }
  revision.keepForever = true;
}

function fill(desk: DriveDesk, file: StoredFile, body: FileBody, content: Content | null): void {
  const { mimeType } = file;
  if (mimeType === shortcutType) {
    const targetId = body.shortcutDetails?.targetId;
    if (targetId === undefined || targetId === null) throw badRequest("A shortcut needs a target.", "required");
    file.shortcutTargetId = findFile(desk, targetId).id;
    return;
  }
  if (!isNative(mimeType)) {
    file.content = content?.bytes ?? new Uint8Array();
    return;
  }
  if (content !== null && !(importFormats[content.mimeType ?? ""] ?? []).includes(mimeType)) {
    throw badRequest("Bad Request. The requested conversion is not supported.", "badContent");
  }
  if (mimeType === documentType) file.content = content?.bytes ?? new Uint8Array();
  if (mimeType === spreadsheetType) {
    file.tabs = [{ title: "Sheet1", rows: content === null ? [] : readCsv(decode(content.bytes)) }];
  }
}

function takeMetadata(desk: DriveDesk, file: StoredFile, body: FileBody): void {
  const now = desk.shared.clock.now();
  if (typeof body.description === "string") file.description = body.description;
  if (typeof body.starred === "boolean") file.starred = body.starred;
  if (typeof body.trashed === "boolean") file.trashed = body.trashed;
  if (typeof body.modifiedTime === "string") file.modifiedTime = readTime(body.modifiedTime);
  if (typeof body.createdTime === "string") file.createdTime = readTime(body.createdTime);
  const own = mergeProperties(file.appProperties, body.appProperties ?? {});
  const shared = mergeProperties(file.properties, body.properties ?? {});
  if (Object.keys(own).length > 30 || Object.keys(own).length + Object.keys(shared).length > 100) {
    throw new GoogleFailure(403, "The file has too many properties.", "propertyCountLimitExceeded");
  }
  file.appProperties = own;
  file.properties = shared;
  file.indexedAt = now + settingOf(desk, "searchLagMs", 0);
}

function mergeProperties(
  before: Record<string, string>,
  change: Record<string, string | null>,
): Record<string, string> {
  const entries = Object.entries({ ...before, ...change });
  const kept = entries.flatMap(([key, value]): [string, string][] => (value === null ? [] : [[key, value]]));
  if (kept.some(([key, value]) => Buffer.byteLength(`${key}${value}`) > 124)) {
    throw badRequest("The key and the value of a property have at most 124 bytes together.", "invalid");
  }
  return Object.fromEntries(kept);
}

/** `addParents` and `removeParents`: a file is in one place, so the old one has to be named to be left. */
function move(desk: DriveDesk, file: StoredFile, query: Record<string, string>): void {
  const added = (query["addParents"] ?? "").split(",").filter((id) => id !== "");
  const removed = (query["removeParents"] ?? "").split(",").filter((id) => id !== "");
  if (added.length === 0) return;
  const target = findParent(desk, added);
  const left = removed.map((id) => findFile(desk, id).id);
  if (target !== file.parents[0] && !file.parents.every((id) => left.includes(id))) {
    throw new GoogleFailure(403, "Increasing the number of parents is not allowed", "cannotAddParent");
  }
  const folder = desk.state.files.get(target);
  if (folder !== undefined && pathUp(desk.state, folder).includes(file)) {
    throw new GoogleFailure(403, "A folder cannot be put into itself.", "cannotAddParent");
  }
  file.parents = [target];
}

function findParent(desk: DriveDesk, parents: readonly string[]): string {
  const [first, second] = parents;
  if (first === undefined) return desk.state.rootId;
  if (second !== undefined) {
    throw new GoogleFailure(403, "A file has exactly one parent.", "cannotAddParent");
  }
  const folder = findFile(desk, first);
  if (folder.mimeType !== folderType) {
    throw new GoogleFailure(403, "The specified parent is not a folder.", "parentNotAFolder");
  }
  if (isTrashed(desk.state, folder)) throw new GoogleFailure(403, "The parent is in the bin.", "parentInTrash");
  const most = settingOf(desk, "folderLimit", 500_000);
  const inside = [...desk.state.files.values()].filter((file) => file.parents.includes(folder.id)).length;
  if (folder.id !== desk.state.rootId && inside >= most) {
    throw new GoogleFailure(
      403,
      "The limit for the number of children in a folder has been exceeded.",
      "numChildrenInNonRootLimitExceeded",
    );
  }
  return folder.id;
}

/** Ids made beforehand are for blobs, folders and shortcuts; one that is used already says that the file is there. */
export function checkGivenId({ state }: DriveDesk, id: string, mimeType: string): void {
  if (isNative(mimeType) && mimeType !== folderType && mimeType !== shortcutType) {
    throw badRequest("Generated IDs are not supported for Docs Editors formats.", "invalid");
  }
  if (state.files.has(id)) throw new GoogleFailure(409, "A file already exists with the provided ID.", "fileIdInUse");
  if (!state.generated.has(id)) throw badRequest("The provided file ID is not usable.", "invalid");
}

function checkStorage(desk: DriveDesk, moreBytes: number): void {
  const limit = settingOf(desk, "storageLimitBytes", Number.POSITIVE_INFINITY);
  const isFull = settingOf(desk, "storageFull", 0) === 1 || storedBytes(desk) + moreBytes > limit;
  if (!isFull) return;
  throw new GoogleFailure(403, "The user's Drive storage quota has been exceeded.", "storageQuotaExceeded");
}

/** Bytes of blobs, as the storage quota counts them: what is in the bin counts, native files do not. */
export function storedBytes({ state }: Pick<DriveDesk, "state">): number {
  const blobs = [...state.files.values()].filter(({ mimeType }) => !isNative(mimeType));
  return blobs.reduce((sum, { content }) => sum + (content?.byteLength ?? 0), 0);
}

function checkMayEdit(file: StoredFile): void {
  if (!file.canEdit) throw mayNot();
}

function mayNot(): GoogleFailure {
  return new GoogleFailure(
    403,
    "The user does not have sufficient permissions for this file.",
    "insufficientFilePermissions",
  );
}

function notWritable(): GoogleFailure {
  return new GoogleFailure(
    403,
    "The resource body includes fields which are not directly writable.",
    "fieldNotWritable",
  );
}

function readTime(value: string): string {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw badRequest(`Invalid value for: Invalid format: "${value}"`, "invalid");
  return new Date(ms).toISOString();
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function note({ shared, state }: DriveDesk, kind: string, file: StoredFile, details: Record<string, unknown>): void {
  shared.ledger.add({ account: state.account, kind, id: file.id, details: { name: file.name, ...details } });
}
