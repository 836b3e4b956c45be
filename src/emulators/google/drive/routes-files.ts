import type { Hono } from "hono";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { documentType, isNative, newFileId, type StoredFile, spreadsheetType } from "./drive-state.ts";
import { defaultFields, fileResource } from "./file-resource.ts";
import { answerFile, type Drives, driveUnits, findFile, masked, openDrive } from "./open-drive.ts";
import { compileQuery } from "./search-files.ts";
import { toCsv } from "./sheet-values.ts";

const base = "/drive/v3";

/** Reading: about, files.list, get, alt=media, export, revisions, generateIds. */
export function mountFiles(app: Hono<EmulatorEnv>, drives: Drives): void {
  const { shared } = drives;
  app.get(`${base}/about`, (c) => {
    const state = openDrive(c, drives, driveUnits.get);
    if (c.req.query("fields") === undefined)
      throw badRequest("The 'fields' parameter is required for this method.", "required");
    const about = {
      kind: "drive#about",
      user: { emailAddress: state.account, me: true },
      importFormats: { "text/markdown": [documentType] },
    };
    return c.json(masked(about, c.req.query("fields") ?? "*"));
  });
  app.get(`${base}/files/generateIds`, (c) => {
    const state = openDrive(c, drives, driveUnits.get);
    const count = Math.min(1000, Number(c.req.query("count") ?? 10));
    const ids = Array.from({ length: count }, () => newFileId(state));
    for (const id of ids) state.generated.add(id);
    return c.json({ kind: "drive#generatedIds", space: "drive", ids });
  });
  app.get(`${base}/files`, (c) => {
    const state = openDrive(c, drives, driveUnits.list);
    const matches = compileQuery(state, c.req.query("q") ?? "", shared.clock.now());
    const found = [...state.files.values()].filter((file) => !file.lost && file.id !== state.rootId && matches(file));
    const sorted = orderFiles(found, c.req.query("orderBy") ?? "");
    const size = Math.min(1000, Number(c.req.query("pageSize") ?? 100));
    const at = readToken(c.req.query("pageToken"));
    const files = sorted.slice(at, at + size).map((file) => fileResource(state, file));
    const answer = {
      kind: "drive#fileList",
      incompleteSearch: shared.settings.get("drive.incompleteSearch") === 1,
      files,
      ...(at + files.length < sorted.length ? { nextPageToken: `~${at + files.length}` } : {}),
    };
    return c.json(masked(answer, c.req.query("fields") ?? defaultFields.list));
  });
  app.get(`${base}/files/:id`, (c) => {
    const media = c.req.query("alt") === "media";
    const state = openDrive(c, drives, media ? driveUnits.download : driveUnits.get);
    const file = findFile(state, c.req.param("id"));
    return media ? download(file) : answerFile(c, state, file);
  });
  app.get(`${base}/files/:id/export`, (c) => {
    const state = openDrive(c, drives, driveUnits.download);
    const limit = shared.settings.get("drive.exportLimitBytes") ?? 10_000_000;
    return exportFile(findFile(state, c.req.param("id")), c.req.query("mimeType") ?? "", limit);
  });
  mountRevisions(app, drives);
}

function mountRevisions(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.get(`${base}/files/:id/revisions`, (c) => {
    const state = openDrive(c, drives, driveUnits.list);
    const revisions = findFile(state, c.req.param("id")).revisions.map(
      ({ id, modifiedTime, keepForever, content }) => ({
        kind: "drive#revision",
        id,
        modifiedTime,
        keepForever,
        size: String(content.byteLength),
      }),
    );
    return c.json({ kind: "drive#revisionList", revisions });
  });
  app.get(`${base}/files/:id/revisions/:revision`, (c) => {
    const state = openDrive(c, drives, driveUnits.get);
    const found = findFile(state, c.req.param("id")).revisions.find(({ id }) => id === c.req.param("revision"));
    if (found === undefined) throw new GoogleFailure(404, "Revision not found", "notFound");
    if (c.req.query("alt") === "media") return new Response(Buffer.from(found.content));
    return c.json({
      kind: "drive#revision",
      id: found.id,
      modifiedTime: found.modifiedTime,
      keepForever: found.keepForever,
    });
  });
}

function download(file: StoredFile): Response {
  if (isNative(file.mimeType)) {
    throw new GoogleFailure(
      403,
      "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
      "fileNotDownloadable",
    );
  }
  return new Response(Buffer.from(file.content ?? []), { headers: { "content-type": file.mimeType } });
}

function exportFile(file: StoredFile, mimeType: string, limit: number): Response {
  const text = exportText(file, mimeType);
  if (text === null) throw new GoogleFailure(400, "The requested conversion is not supported.", "badRequest");
  const bytes = Buffer.from(text, "utf8");
  if (bytes.byteLength > limit) {
    throw new GoogleFailure(403, "This file is too large to be exported.", "exportSizeLimitExceeded");
  }
  return new Response(bytes, { headers: { "content-type": mimeType } });
}

function exportText(file: StoredFile, mimeType: string): string | null {
  const text = Buffer.from(file.content ?? []).toString("utf8");
  if (file.mimeType === documentType && mimeType === "text/markdown") return text;
  if (file.mimeType === documentType && mimeType === "text/plain") return text.replace(/^#+ /gm, "");
  // Only the first sheet: CSV has no room for more.
  if (file.mimeType === spreadsheetType && mimeType === "text/csv") return toCsv(file.tabs[0]);
  return null;
}

function orderFiles(files: StoredFile[], orderBy: string): StoredFile[] {
  if (orderBy.startsWith("name")) return files.toSorted((a, b) => a.name.localeCompare(b.name));
  if (orderBy.startsWith("modifiedTime desc"))
    return files.toSorted((a, b) => b.modifiedTime.localeCompare(a.modifiedTime));
  return files;
}

export function readToken(token: string | undefined): number {
  const at = token === undefined ? 0 : Number(/^~(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(at)) throw badRequest("Invalid Value", "invalid");
  return at;
}
