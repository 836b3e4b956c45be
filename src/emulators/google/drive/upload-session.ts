import { badRequest, GoogleFailure } from "../google-error.ts";
import { newFileId, type StoredFile, type UploadSession } from "./drive-state.ts";
import { settingOf } from "./list-files.ts";
import { answerFile, type DriveContext, type DriveDesk, findFile, readJson } from "./open-drive.ts";
import { checkGivenId, createFile, type FileBody, fileBody, updateFile } from "./write-files.ts";

const chunkBytes = 256 * 1024;
const weekMs = 7 * 86_400_000;
export const uploadPath = "/upload/drive/v3/files";

/**
 * Begins a resumable upload: answers with the address of the session, which is good for a week.
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
 */
export async function beginSession(c: DriveContext, desk: DriveDesk, fileId: string | null): Promise<Response> {
  const body = readJson(await c.req.text(), fileBody);
  const mimeType = c.req.header("x-upload-content-type") ?? null;
  if (fileId !== null) findFile(desk, fileId);
  else if (typeof body.id === "string") checkGivenId(desk, body.id, body.mimeType ?? mimeType ?? "");
  const { state, shared } = desk;
  const key = `s${newFileId(state)}`;
  const length = c.req.header("x-upload-content-length");
  state.sessions.set(key, {
    metadata: { ...body },
    fileId,
    query: c.req.query(),
    contentType: mimeType,
    totalBytes: length === undefined ? null : Number(length),
    received: new Uint8Array(),
    begunAt: shared.clock.now(),
    doneId: null,
  });
  const location = new URL(uploadPath, c.req.url);
  location.searchParams.set("uploadType", "resumable");
  location.searchParams.set("upload_id", key);
  return new Response(null, { status: 200, headers: { location: location.href } });
}

/**
 * One PUT to a session: a chunk, the whole rest, or the question how far it is (`bytes *\/N`). 308 tells how much is kept,
 * which may be less than what was sent; bytes that are there already are skipped; a gap is refused. A session that is over is
 * 404, one that is complete answers with its file again.
 *
 * Settings: `drive.sessionLifeMs`, `drive.shortRangeBytes` (so many bytes at the end of a chunk are not kept).
 */
export async function continueSession(c: DriveContext, desk: DriveDesk): Promise<Response> {
  const session = findSession(c, desk);
  if (session.doneId !== null) return answerFile(c, desk, findFile(desk, session.doneId));
  const range = readRange(c.req.header("content-range"));
  const body = new Uint8Array(await c.req.arrayBuffer());
  const total = range?.total ?? (range === null ? session.received.byteLength + body.byteLength : null);
  if (total !== null && (session.totalBytes ?? total) !== total) {
    throw badRequest("The total size is not what was announced.", "invalid");
  }
  const isLast = total !== null && (range === null || (range.to ?? -1) + 1 === total);
  if (range !== null && range.from === null) {
    return total === 0 ? finish(c, desk, session) : proceed(session);
  }
  const from = range?.from ?? 0;
  if (range !== null && (range.to ?? 0) - from + 1 !== body.byteLength) throw badRequest("Invalid range", "invalid");
  if (from > session.received.byteLength) throw badRequest("Invalid range: there is a gap", "invalid");
  if (!isLast && body.byteLength % chunkBytes !== 0) {
    throw badRequest("Chunks other than the last are multiples of 256 KiB", "invalid");
  }
  const lost = isLast ? 0 : settingOf(desk, "shortRangeBytes", 0);
  const fresh = body.subarray(session.received.byteLength - from, Math.max(0, body.byteLength - lost));
  session.received = Buffer.concat([session.received, fresh]);
  return session.received.byteLength === total ? finish(c, desk, session) : proceed(session);
}

function findSession(c: DriveContext, desk: DriveDesk): UploadSession {
  const session = desk.state.sessions.get(c.req.query("upload_id") ?? "");
  const oldest = desk.shared.clock.now() - settingOf(desk, "sessionLifeMs", weekMs);
  if (session !== undefined && session.begunAt >= oldest) return session;
  throw new GoogleFailure(404, "Upload session not found.", "notFound");
}

function proceed(session: UploadSession): Response {
  const last = session.received.byteLength - 1;
  return new Response(null, { status: 308, headers: last < 0 ? {} : { range: `bytes=0-${last}` } });
}

function finish(c: DriveContext, desk: DriveDesk, session: UploadSession): Response {
  const body: FileBody = fileBody.parse(session.metadata);
  const content = { bytes: new Uint8Array(session.received), mimeType: session.contentType };
  const file: StoredFile =
    session.fileId === null
      ? createFile(desk, body, content)
      : updateFile(desk, findFile(desk, session.fileId), body, session.query, content);
  session.doneId = file.id;
  session.received = new Uint8Array();
  return answerFile(c, desk, file);
}

function readRange(
  header: string | undefined,
): { from: number | null; to: number | null; total: number | null } | null {
  if (header === undefined) return null;
  const found = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header);
  if (found === null) throw badRequest("Invalid Content-Range", "invalid");
  const number = (text: string | undefined): number | null =>
    text === undefined || text === "*" ? null : Number(text);
  return { from: number(found[1]), to: number(found[2]), total: number(found[3]) };
}
