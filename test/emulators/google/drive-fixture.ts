import { drive, type drive_v3 } from "@googleapis/drive";
import { sheets, type sheets_v4 } from "@googleapis/sheets";
import {
  addFile,
  blankFile,
  type DriveState,
  newFileId,
  type StoredFile,
} from "../../../src/emulators/google/drive/drive-state.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { authOf, base, bearerOf, clara, everyScope, nowMs } from "./google-fixture.ts";

/** Media calls of the real clients go to Google unless they are told at every call. */
export const rootUrl = { rootUrl: `${base}/` };
export const docType = "application/vnd.google-apps.document";
export const sheetType = "application/vnd.google-apps.spreadsheet";
export const folderType = "application/vnd.google-apps.folder";

export async function driveOf(world: GoogleWorld, scopes = everyScope): Promise<drive_v3.Drive> {
  return drive({ version: "v3", auth: await authOf(world, clara, scopes), rootUrl: `${base}/`, retry: false });
}

export async function sheetsOf(world: GoogleWorld): Promise<sheets_v4.Sheets> {
  return sheets({ version: "v4", auth: await authOf(world), rootUrl: `${base}/`, retry: false });
}

/** `403 storageQuotaExceeded`, as a client gets to see it; `200` when all went well. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "200";
  } catch (error) {
    const response: unknown = Reflect.get(Object(error), "response");
    const data: unknown = Reflect.get(Object(response), "data");
    const body: unknown = typeof data === "string" ? JSON.parse(data) : data;
    const told: unknown = Reflect.get(Object(body), "error");
    const reasons: unknown = Reflect.get(Object(told), "errors");
    const reason: unknown = Array.isArray(reasons) ? Reflect.get(Object(reasons[0]), "reason") : "";
    return `${String(Reflect.get(Object(error), "status"))} ${String(reason)}`.trim();
  }
}

export function stateOf(world: GoogleWorld): DriveState {
  return world.state("drive", clara);
}

/** Puts a file down as its owner does in the browser: the app has made nothing. */
export function putFile(
  world: GoogleWorld,
  name: string,
  more: Partial<StoredFile> & { text?: string } = {},
): StoredFile {
  const state = stateOf(world);
  const { text, ...fields } = more;
  const mimeType = fields.mimeType ?? "text/markdown";
  const file = blankFile({ id: newFileId(state), name, mimeType }, world.clock.now());
  const content = mimeType === folderType || mimeType === sheetType ? null : Buffer.from(text ?? name);
  return addFile(state, { ...file, parents: [state.rootId], content: content && new Uint8Array(content), ...fields });
}

export async function startToken(api: drive_v3.Drive): Promise<string> {
  return (await api.changes.getStartPageToken()).data.startPageToken ?? "";
}

/** All pages of the feed of changes, one array a page. */
export async function changePages(
  api: drive_v3.Drive,
  from: string,
  pageSize = 100,
): Promise<drive_v3.Schema$Change[][]> {
  const pages: drive_v3.Schema$Change[][] = [];
  for (let token = from; pages.length < 50; ) {
    const { data } = await api.changes.list({ pageToken: token, pageSize, fields: "*" });
    pages.push(data.changes ?? []);
    if ((data.nextPageToken === undefined) === (data.newStartPageToken === undefined)) throw new Error("both tokens");
    if (data.newStartPageToken) return pages;
    token = data.nextPageToken ?? "";
  }
  throw new Error("the feed has no end");
}

/** A resumable upload by hand, as no client of Google's for Node does it. */
export async function uploaderOf(world: GoogleWorld): Promise<{
  begin(body: unknown, headers?: Record<string, string>, path?: string): Promise<Response>;
  put(session: string, range: string | null, body: Uint8Array): Promise<Response>;
}> {
  const headers = { authorization: `Bearer ${await bearerOf(world)}` };
  return {
    begin: (body, more = {}, path = "") =>
      world.fetch(`${base}/upload/drive/v3/files${path}?uploadType=resumable`, {
        method: path === "" ? "POST" : "PATCH",
        headers: { ...headers, ...more },
        body: JSON.stringify(body),
      }),
    put: (session, range, body) =>
      world.fetch(session, {
        method: "PUT",
        headers: { ...headers, ...(range === null ? {} : { "content-range": range }) },
        body: Buffer.from(body),
      }),
  };
}

export { nowMs };
