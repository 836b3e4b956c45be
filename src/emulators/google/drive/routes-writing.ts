import type { Hono } from "hono";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import {
  addFile,
  blankFile,
  type DriveState,
  isNative,
  newFileId,
  noteChange,
  removeFile,
  type StoredFile,
  setContent,
} from "./drive-state.ts";
import { answerFile, type DriveContext, type Drives, driveUnits, findFile, openDrive } from "./open-drive.ts";

const base = "/drive/v3";
const upload = `/upload${base}/files`;
const chunkBytes = 256 * 1024;

/** Writing: create, update, copy, delete, and uploads in one piece or resumable. */
export function mountWriting(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.post(`${base}/files`, async (c) => {
    const state = openDrive(c, drives, driveUnits.modify);
    return answerFile(c, state, createFile(drives, state, await readJson(c), null));
  });
  app.post(`${base}/files/:id/copy`, async (c) => {
    const state = openDrive(c, drives, driveUnits.modify);
    const from = findFile(state, c.req.param("id"));
    const metadata = {
      name: `Copy of ${from.name}`,
      parents: from.parents,
      mimeType: from.mimeType,
      ...(await readJson(c)),
    };
    const copy = createFile(drives, state, metadata, from.content);
    copy.tabs = structuredClone(from.tabs);
    return answerFile(c, state, copy);
  });
  app.patch(`${base}/files/:id`, async (c) => {
    const state = openDrive(c, drives, driveUnits.modify);
    const file = findFile(state, c.req.param("id"));
    changeMetadata(drives, state, file, await readJson(c), c.req.query());
    return answerFile(c, state, file);
  });
  app.delete(`${base}/files/:id`, (c) => {
    const state = openDrive(c, drives, driveUnits.modify);
    removeFile(state, findFile(state, c.req.param("id")).id);
    drives.shared.ledger.add({ account: state.account, kind: "file.deleted", id: c.req.param("id"), details: {} });
    return c.body(null, 204);
  });
  mountUploads(app, drives);
}

function mountUploads(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.on(["POST", "PATCH"], [upload, `${upload}/:id`], async (c) => {
    const state = openDrive(c, drives, driveUnits.modify);
    const id = c.req.param("id") ?? null;
    const type = c.req.query("uploadType");
    if (type === "resumable") return beginSession(c, state, id);
    const { metadata, content } =
      type === "multipart" ? await readMultipart(c) : { metadata: {}, content: await readBytes(c) };
    return answerFile(c, state, finishUpload(drives, state, { metadata, fileId: id, received: content }));
  });
  app.put(upload, async (c) => {
    const state = openDrive(c, drives, driveUnits.modify);
    const key = c.req.query("upload_id") ?? "";
    const session = state.sessions.get(key);
    if (session === undefined) throw new GoogleFailure(404, "Upload session not found", "notFound");
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(c.req.header("content-range") ?? "");
    const body = await readBytes(c);
    const at = range?.[1] === undefined ? session.received.byteLength : Number(range[1]);
    if (range !== null && body.byteLength > 0 && at !== session.received.byteLength)
      throw badRequest("Invalid range", "invalid");
    session.received = Buffer.concat([session.received, body]);
    const total = range === null ? session.received.byteLength : Number(range[3]);
    if (session.received.byteLength < total || Number.isNaN(total)) {
      if (body.byteLength % chunkBytes !== 0) throw badRequest("Chunks are multiples of 256 KiB", "invalid");
      const last = session.received.byteLength - 1;
      return new Response(null, { status: 308, headers: last < 0 ? {} : { range: `bytes=0-${last}` } });
    }
    state.sessions.delete(key);
    return answerFile(c, state, finishUpload(drives, state, session));
  });
}

async function beginSession(c: DriveContext, state: DriveState, fileId: string | null): Promise<Response> {
  const key = `s${newFileId(state)}`;
  state.sessions.set(key, { metadata: await readJson(c), fileId, received: new Uint8Array() });
  const location = new URL(upload, c.req.url);
  location.searchParams.set("uploadType", "resumable");
  location.searchParams.set("upload_id", key);
  return new Response(null, { status: 200, headers: { location: location.href } });
}

function finishUpload(
  drives: Drives,
  state: DriveState,
  { metadata, fileId, received }: { metadata: Record<string, unknown>; fileId: string | null; received: Uint8Array },
): StoredFile {
  if (fileId === null) return createFile(drives, state, metadata, received);
  const file = findFile(state, fileId);
  changeMetadata(drives, state, file, metadata, {});
  setContent(state, file, received, drives.shared.clock.now());
  drives.shared.ledger.add({ account: state.account, kind: "file.changed", id: file.id, details: { name: file.name } });
  return file;
}

function createFile(
  { shared }: Drives,
  state: DriveState,
  metadata: Record<string, unknown>,
  content: Uint8Array | null,
): StoredFile {
  if (shared.settings.get("drive.storageFull") === 1) {
    throw new GoogleFailure(403, "The user's Drive storage quota has been exceeded.", "storageQuotaExceeded");
  }
  const mimeType = text(metadata, "mimeType") ?? "application/octet-stream";
  const given = text(metadata, "id");
  if (given !== null) checkGivenId(state, given, mimeType);
  const now = shared.clock.now();
  const file = blankFile({ id: given ?? newFileId(state), name: text(metadata, "name") ?? "Untitled", mimeType }, now);
  const parents = metadata["parents"];
  file.parents =
    Array.isArray(parents) && typeof parents[0] === "string" ? [resolveRoot(state, parents[0])] : [state.rootId];
  file.content = content;
  file.appProperties = properties(metadata);
  file.indexedAt = now + (shared.settings.get("drive.searchLagMs") ?? 0);
  if (mimeType.endsWith(".spreadsheet")) file.tabs = [{ title: "Sheet1", rows: [] }];
  addFile(state, file);
  shared.ledger.add({
    account: state.account,
    kind: "file.created",
    id: file.id,
    details: { name: file.name, mimeType },
  });
  return file;
}

/** Ids made beforehand are for blobs and folders; one that is used already says that the file is there. */
function checkGivenId(state: DriveState, id: string, mimeType: string): void {
  const isFolder = mimeType.endsWith(".folder");
  if (isNative(mimeType) && !isFolder)
    throw badRequest("Generated IDs are not supported for Docs Editors formats.", "invalid");
  if (state.files.has(id)) throw new GoogleFailure(409, "A file already exists with the provided ID.", "fileIdInUse");
  if (!state.generated.delete(id)) throw badRequest("The provided file ID is not usable.", "fileIdNotUsable");
}

function changeMetadata(
  { shared }: Drives,
  state: DriveState,
  file: StoredFile,
  change: Record<string, unknown>,
  query: Record<string, string>,
): void {
  const name = text(change, "name");
  if (name !== null) file.name = name;
  if (typeof change["trashed"] === "boolean") file.trashed = change["trashed"];
  const added = query["addParents"];
  if (added !== undefined) file.parents = [resolveRoot(state, added)];
  Object.assign(file.appProperties, properties(change));
  if (name !== null || added !== undefined) file.modifiedTime = new Date(shared.clock.now()).toISOString();
  noteChange(state, file.id);
  shared.ledger.add({ account: state.account, kind: "file.changed", id: file.id, details: { ...change } });
}

function resolveRoot(state: DriveState, id: string): string {
  return findFile(state, id).id;
}

function properties(metadata: Record<string, unknown>): Record<string, string> {
  const value = metadata["appProperties"];
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.some(([key, one]) => Buffer.byteLength(`${key}${String(one)}`) > 124))
    throw badRequest("Property too long", "invalid");
  return Object.fromEntries(entries.map(([key, one]) => [key, String(one)]));
}

function text(body: Record<string, unknown>, name: string): string | null {
  const value = body[name];
  return typeof value === "string" ? value : null;
}

async function readJson(c: DriveContext): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null);
  return typeof body === "object" && body !== null ? Object.fromEntries(Object.entries(body)) : {};
}

async function readBytes(c: DriveContext): Promise<Uint8Array> {
  return new Uint8Array(await c.req.arrayBuffer());
}

async function readMultipart(c: DriveContext): Promise<{ metadata: Record<string, unknown>; content: Uint8Array }> {
  const boundary = /boundary="?([^";]+)"?/.exec(c.req.header("content-type") ?? "")?.[1] ?? "";
  const raw = Buffer.from(await readBytes(c)).toString("latin1");
  const [, first = "", second = ""] = raw.split(`--${boundary}`);
  const bodyOf = (part: string): string => part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, "");
  const json: unknown = JSON.parse(Buffer.from(bodyOf(first), "latin1").toString("utf8"));
  const metadata = typeof json === "object" && json !== null ? Object.fromEntries(Object.entries(json)) : {};
  const base64 = /content-transfer-encoding:\s*base64/i.test(second);
  return { metadata, content: Buffer.from(bodyOf(second), base64 ? "base64" : "latin1") };
}
