import type { Hono } from "hono";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { isNative, newFileId, type StoredFile } from "./drive-state.ts";
import { exportFile } from "./export-file.ts";
import { exportFormats, importFormats } from "./file-resource.ts";
import { listFiles, settingOf } from "./list-files.ts";
import {
  answer,
  answerFile,
  countOf,
  type DriveContext,
  type DriveDesk,
  type Drives,
  driveUnits,
  findFile,
  openDrive,
} from "./open-drive.ts";
import { storedBytes } from "./write-files.ts";

const base = "/drive/v3";

/** Reading: about, files.list, get, alt=media, export, generateIds. */
export function mountFiles(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.get(`${base}/about`, (c) => about(c, openDrive(c, drives, driveUnits.other)));
  app.get(`${base}/files/generateIds`, (c) => {
    const { state } = openDrive(c, drives, driveUnits.other);
    const count = countOf(c.req.query("count"), 10, 1000);
    const ids = Array.from({ length: count }, () => newFileId(state));
    for (const id of ids) state.generated.add(id);
    return c.json({ kind: "drive#generatedIds", space: "drive", ids });
  });
  app.get(`${base}/files`, (c) => {
    const desk = openDrive(c, drives, driveUnits.list);
    if (c.req.query("driveId") !== undefined) throw new GoogleFailure(404, "Shared drive not found.", "notFound");
    return answer(c, "files", listFiles(desk, c.req.query()));
  });
  app.get(`${base}/files/:id`, (c) => {
    const media = c.req.query("alt") === "media";
    const desk = openDrive(c, drives, media ? driveUnits.download : driveUnits.get);
    const file = findFile(desk, c.req.param("id"));
    return media ? download(c, file) : answerFile(c, desk, file);
  });
  app.get(`${base}/files/:id/export`, (c) => {
    const desk = openDrive(c, drives, driveUnits.download);
    return exportFile(desk, findFile(desk, c.req.param("id")), c.req.query("mimeType") ?? "");
  });
}

function about(c: DriveContext, desk: DriveDesk): Response {
  if (c.req.query("fields") === undefined) {
    throw badRequest("The 'fields' parameter is required for this method.", "required");
  }
  const limit = settingOf(desk, "storageLimitBytes", 15 * 1024 ** 3);
  const usage = String(storedBytes(desk));
  return answer(c, "about", {
    kind: "drive#about",
    user: { kind: "drive#user", emailAddress: desk.state.account, displayName: desk.state.account, me: true },
    storageQuota: { limit: String(limit), usage, usageInDrive: usage },
    importFormats,
    exportFormats,
    maxUploadSize: "5242880000000",
    canCreateDrives: false,
    appInstalled: true,
  });
}

function download(c: DriveContext, file: StoredFile): Response {
  if (isNative(file.mimeType)) {
    throw new GoogleFailure(
      403,
      "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
      "fileNotDownloadable",
    );
  }
  if (file.restricted)
    throw new GoogleFailure(403, "This file cannot be downloaded by the user.", "cannotDownloadFile");
  if (file.abusive && c.req.query("acknowledgeAbuse") !== "true") {
    throw new GoogleFailure(
      403,
      "This file has been identified as malware or spam and cannot be downloaded.",
      "cannotDownloadAbusiveFile",
    );
  }
  return sendBytes(c, file.content ?? new Uint8Array(), file.mimeType);
}

/** Bytes, or the part of them that a Range header names. */
export function sendBytes(c: DriveContext, bytes: Uint8Array, mimeType: string): Response {
  const headers = { "content-type": mimeType };
  const range = /^bytes=(\d+)-(\d*)$/.exec(c.req.header("range") ?? "");
  if (range === null) return new Response(Buffer.from(bytes), { headers });
  const from = Number(range[1]);
  const to = Math.min(bytes.byteLength - 1, range[2] === "" ? Number.POSITIVE_INFINITY : Number(range[2]));
  if (from > to)
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${bytes.byteLength}` } });
  return new Response(Buffer.from(bytes.subarray(from, to + 1)), {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${from}-${to}/${bytes.byteLength}` },
  });
}
