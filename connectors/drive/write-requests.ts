import { z } from "zod";
import type { OutgoingRequest } from "../../src/core/action.ts";
import { sha256Hex } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";

/** An id of a file or of a revision. */
export const driveId = z.string().regex(/^[\w-]{1,200}$/);
/** A kind of content, bare: what a request's header can say without being misread. */
export const mediaTypeSchema = z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,100}$/);

export const filesPath = "/drive/v3/files";
export const uploadPath = "/upload/drive/v3/files";
export const writtenFields = "id,name,version,md5Checksum,headRevisionId,trashed";

/** A file to be made, whole. */
export interface NewFile {
  id: string;
  folderId: string;
  name: string;
  mediaType: string;
  text: string;
}

/**
 * The body of a `multipart/related` upload: what is said of the file, then its text in UTF-8. Contract: pure; the same file
 * gives the same bytes; the boundary is a hash of the text, so that the text does not hold it.
 */
export function composeUpload({ id, folderId, name, mediaType, text }: NewFile): { contentType: string; body: string } {
  const boundary = `steward-${sha256Hex(text).slice(0, 40)}`;
  if (text.includes(boundary)) throw new StewardError("usage", "The text holds the hash of itself.");
  const said = JSON.stringify({ id, name, mimeType: mediaType, parents: [folderId] });
  const parts = [
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${said}\r\n`,
    `--${boundary}\r\nContent-Type: ${mediaType}\r\n\r\n${text}\r\n`,
    `--${boundary}--`,
  ];
  return { contentType: `multipart/related; boundary=${boundary}`, body: parts.join("") };
}

const said = z.strictObject({
  id: driveId,
  name: z.string(),
  mimeType: z.string(),
  parents: z.array(driveId).length(1),
});
const keepForever = z.strictObject({ keepForever: z.literal(true) });
const nameChange = z.strictObject({ name: z.string() });
const binned = z.strictObject({ trashed: z.literal(true) });

/** What a request that changes something in a Drive carries. */
export type DriveWrite =
  | { kind: "create"; file: NewFile }
  | { kind: "write"; fileId: string; mediaType: string; text: string }
  | { kind: "rename"; fileId: string; name: string }
  | { kind: "trash"; fileId: string }
  | { kind: "keep"; fileId: string; revisionId: string };

/**
 * Decodes a request in the one way it is written here: what is decoded is written again, and must be the same bytes.
 * Errors: `no_permission` for every other request.
 */
export function readDriveWrite(request: OutgoingRequest): DriveWrite {
  const { method, path, query, contentType } = request;
  const text = utf8(request.body);
  if (method === "POST" && path === uploadPath) {
    checkQuery(query, "multipart");
    return { kind: "create", file: readUpload(contentType, text) };
  }
  const place = /^(\/upload)?\/drive\/v3\/files\/([\w-]{1,200})(?:\/revisions\/([\w-]{1,200}))?$/.exec(path);
  const [, upload, fileId = "", revisionId] = place ?? [];
  if (method !== "PATCH" || place === null) throw foreign("its address");
  if (upload !== undefined) {
    checkQuery(query, "media");
    if (revisionId !== undefined || !mediaTypeSchema.safeParse(contentType).success) throw foreign("its form");
    return { kind: "write", fileId, mediaType: contentType, text };
  }
  if (contentType !== "application/json") throw foreign("its form");
  if (revisionId !== undefined) {
    if (query.size > 0) throw foreign("its address");
    readSame(text, keepForever);
    return { kind: "keep", fileId, revisionId };
  }
  checkQuery(query, null);
  const change = readSame(text, z.union([nameChange, binned]));
  return "name" in change ? { kind: "rename", fileId, name: change.name } : { kind: "trash", fileId };
}

/** A parameter that is not ours may move the file, share it, or convert it. */
function checkQuery(query: URLSearchParams, uploadType: string | null): void {
  const given = [...query].map(([name, value]) => `${name}=${value}`);
  const ours = [
    ...(uploadType === null ? [] : [`uploadType=${uploadType}`]),
    `fields=${writtenFields}`,
    "supportsAllDrives=true",
  ];
  if (given.join("&") !== ours.join("&")) throw foreign("its address");
}

function readUpload(contentType: string, body: string): NewFile {
  const head = /^--steward-[0-9a-f]{40}\r\nContent-Type: application\/json; charset=UTF-8\r\n\r\n([^\r\n]*)\r\n/.exec(
    body,
  );
  const { id, name, mimeType, parents } = readSame(head?.[1] ?? "", said);
  const [folderId = ""] = parents;
  const mark = `Content-Type: ${mimeType}\r\n\r\n`;
  const from = body.indexOf(mark, head?.[0].length ?? 0) + mark.length;
  const file = { id, folderId, name, mediaType: mimeType, text: body.slice(from, body.lastIndexOf("\r\n--steward-")) };
  const again = composeUpload(file);
  if (again.contentType !== contentType || again.body !== body) throw foreign("its body");
  return file;
}

function readSame<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success || JSON.stringify(parsed.data) !== text) throw foreign("its body");
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}

function utf8(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw foreign("its encoding");
  }
}

export function foreign(what: string): StewardError {
  return new StewardError("no_permission", `A request to Drive has something that steward does not send: ${what}.`);
}
