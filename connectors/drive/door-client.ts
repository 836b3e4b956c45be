import { type ZodType, z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { drivePermission } from "../google-account/file-sharing.ts";
import { type AccountRequest, readJson, type WritingAccount } from "../google-account/writing-account.ts";
import { composeUpload, driveId, filesPath, type NewFile, uploadPath, writtenFields } from "./write-requests.ts";

const doorFile = z.object({
  id: driveId,
  name: z.string(),
  mimeType: z.string(),
  parents: z.array(z.string()).default([]),
  trashed: z.boolean().default(false),
  version: z.string().default("0"),
  size: z.coerce.number().default(0),
  md5Checksum: z.string().optional(),
  headRevisionId: z.string().optional(),
  shared: z.boolean().default(false),
  driveId: z.string().optional(),
  shortcutDetails: z.object({ targetId: driveId }).optional(),
  capabilities: z.object({ canEdit: z.boolean().default(true) }).default({ canEdit: true }),
  permissions: z.array(drivePermission).optional(),
});
/** A file as the door sees it. */
export type DoorFile = z.output<typeof doorFile>;
const doorFields =
  "id,name,mimeType,parents,trashed,version,size,md5Checksum,headRevisionId,shared,driveId,shortcutDetails(targetId),capabilities(canEdit),permissions(type,emailAddress,domain,displayName,deleted)";

const listedFile = doorFile.pick({ id: true, name: true, mimeType: true, shortcutDetails: true });
/** A file or folder in a folder. */
export type ListedFile = z.output<typeof listedFile>;
const fileList = z.object({ files: z.array(listedFile), nextPageToken: z.string().optional() });
const writtenFile = doorFile.pick({
  id: true,
  name: true,
  version: true,
  md5Checksum: true,
  headRevisionId: true,
  trashed: true,
});
export type WrittenFile = z.output<typeof writtenFile>;
const revision = z.object({ id: driveId, md5Checksum: z.string().optional() });
export type DoorRevision = z.output<typeof revision>;
const revisionList = z.object({ revisions: z.array(revision), nextPageToken: z.string().optional() });
const generated = z.object({ ids: z.array(driveId).min(1) });

/** What the door asks of one Drive. Every call but the lists is one request, sent once. Errors: those of `WritingAccount`. */
export interface DriveDoorClient {
  email: string;
  /** The mirrored folder. */
  rootId: string;
  /** Null when the account sees no such file. */
  file(id: string, signal: AbortSignal): Promise<DoorFile | null>;
  /** What is directly in a folder, the bin left out. */
  children(folderId: string, signal: AbortSignal): Promise<ListedFile[]>;
  bytes(id: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Oldest first. */
  revisions(id: string, signal: AbortSignal): Promise<DoorRevision[]>;
  revisionBytes(id: string, revisionId: string, signal: AbortSignal): Promise<Uint8Array>;
  /** An id for a file to be made. */
  newFileId(signal: AbortSignal): Promise<string>;
  /** Null when a file of that id is there already. */
  create(file: NewFile, signal: AbortSignal): Promise<WrittenFile | null>;
  write(id: string, content: { mediaType: string; text: string }, signal: AbortSignal): Promise<WrittenFile>;
  change(id: string, to: { name: string } | { trashed: true }, signal: AbortSignal): Promise<WrittenFile>;
  /** Keeps the content of a revision for good. */
  keepRevision(id: string, revisionId: string, signal: AbortSignal): Promise<void>;
}

const root = "https://www.googleapis.com";
const mostPages = 40;

/** Source: https://developers.google.com/workspace/drive/api/reference/rest/v3 */
export function driveDoorClient(account: WritingAccount, rootId: string): DriveDoorClient {
  const get = getter(account);
  const send = async (
    method: "POST" | "PATCH",
    place: string,
    contentType: string,
    body: string,
    more: Pick<AccountRequest, "signal" | "accept">,
  ) =>
    await account.send({
      service: "drive",
      method,
      url: `${root}${place}`,
      headers: { "content-type": contentType },
      body,
      ...more,
    });
  const json = "application/json";
  const written = `fields=${writtenFields}&supportsAllDrives=true`;
  return {
    email: account.email,
    rootId,
    file: (id, signal) => orNull(get(`/${id}`, { fields: doorFields, supportsAllDrives: "true" }, doorFile, signal)),
    children: (folderId, signal) => listChildren(get, folderId, signal),
    bytes: (id, signal) => getBytes(account, `/${id}`, signal),
    revisions: (id, signal) => listRevisions(get, id, signal),
    revisionBytes: (id, revisionId, signal) => getBytes(account, `/${id}/revisions/${revisionId}`, signal),
    newFileId: async (signal) => {
      const { ids } = await get("/generateIds", { count: "1", space: "drive", type: "files" }, generated, signal);
      return generated.shape.ids.parse(ids)[0] ?? "";
    },
    create: async (file, signal) => {
      const { contentType, body } = composeUpload(file);
      const place = `${uploadPath}?uploadType=multipart&${written}`;
      const answer = await send("POST", place, contentType, body, { signal, accept: [409] });
      return answer.status === 409 ? null : readJson(answer, writtenFile);
    },
    write: async (id, { mediaType, text }, signal) => {
      const place = `${uploadPath}/${id}?uploadType=media&${written}`;
      return readJson(await send("PATCH", place, mediaType, text, { signal }), writtenFile);
    },
    change: async (id, to, signal) => {
      const place = `${filesPath}/${id}?${written}`;
      return readJson(await send("PATCH", place, json, JSON.stringify(to), { signal }), writtenFile);
    },
    keepRevision: async (id, revisionId, signal) => {
      const place = `${filesPath}/${id}/revisions/${revisionId}`;
      readJson(await send("PATCH", place, json, JSON.stringify({ keepForever: true }), { signal }), revision);
    },
  };
}

type Get = <T>(path: string, query: Record<string, string>, schema: ZodType<T>, signal: AbortSignal) => Promise<T>;

function getter(account: WritingAccount): Get {
  return async (path, query, schema, signal) => {
    const url = `${root}${filesPath}${path}?${new URLSearchParams(query)}`;
    return readJson(await account.send({ service: "drive", method: "GET", url, signal }), schema);
  };
}

async function getBytes(account: WritingAccount, path: string, signal: AbortSignal): Promise<Uint8Array> {
  const url = `${root}${filesPath}${path}?alt=media&supportsAllDrives=true`;
  return (await account.send({ service: "drive", method: "GET", url, signal })).body;
}

async function listChildren(get: Get, folderId: string, signal: AbortSignal): Promise<ListedFile[]> {
  const query = {
    q: `'${folderId}' in parents and trashed = false`,
    pageSize: "1000",
    fields: "nextPageToken,files(id,name,mimeType,shortcutDetails(targetId))",
    supportsAllDrives: "true",
    includeItemsFromAllDrives: "true",
  };
  return await pages(async (token) => {
    const { files, nextPageToken } = await get("", { ...query, ...token }, fileList, signal);
    return { rows: files, nextPageToken };
  });
}

async function listRevisions(get: Get, id: string, signal: AbortSignal): Promise<DoorRevision[]> {
  const query = { pageSize: "1000", fields: "nextPageToken,revisions(id,md5Checksum)" };
  return await pages(async (token) => {
    const { revisions, nextPageToken } = await get(`/${id}/revisions`, { ...query, ...token }, revisionList, signal);
    return { rows: revisions, nextPageToken };
  });
}

async function pages<T>(
  ask: (token: { pageToken?: string }) => Promise<{ rows: T[]; nextPageToken: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: { pageToken?: string } = {};
  for (let page = 0; page < mostPages; page += 1) {
    const { rows, nextPageToken } = await ask(token);
    all.push(...rows);
    if (nextPageToken === undefined) return all;
    token = { pageToken: nextPageToken };
  }
  throw new StewardError("unavailable", "Google Drive's list does not end.");
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StewardError && error.code === "not_found") return null;
    throw error;
  }
}
