import type { Hono } from "hono";
import { badRequest } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { answerFile, type DriveContext, type Drives, driveUnits, findFile, openDrive, readJson } from "./open-drive.ts";
import { readMultipart } from "./upload-body.ts";
import { beginSession, continueSession, uploadPath } from "./upload-session.ts";
import { type Content, copyFile, createFile, deleteFile, type FileBody, fileBody, updateFile } from "./write-files.ts";

const base = "/drive/v3/files";

/** Writing: create, update, copy, delete, and uploads in one piece or resumable. */
export function mountWriting(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.post(base, async (c) => {
    const desk = openDrive(c, drives, driveUnits.modify);
    return answerFile(c, desk, createFile(desk, readJson(await c.req.text(), fileBody), null));
  });
  app.post(`${base}/:id/copy`, async (c) => {
    const desk = openDrive(c, drives, driveUnits.modify);
    const from = findFile(desk, c.req.param("id"));
    return answerFile(c, desk, copyFile(desk, from, readJson(await c.req.text(), fileBody)));
  });
  app.patch(`${base}/:id`, async (c) => {
    const desk = openDrive(c, drives, driveUnits.modify);
    const file = findFile(desk, c.req.param("id"));
    return answerFile(c, desk, updateFile(desk, file, readJson(await c.req.text(), fileBody), c.req.query()));
  });
  app.delete(`${base}/:id`, (c) => {
    const desk = openDrive(c, drives, driveUnits.modify);
    deleteFile(desk, findFile(desk, c.req.param("id")));
    return c.body(null, 204);
  });
  app.post(uploadPath, async (c) => {
    const desk = openDrive(c, drives, driveUnits.modify);
    if (c.req.query("uploadType") === "resumable") return beginSession(c, desk, null);
    const { body, content } = await readUpload(c);
    return answerFile(c, desk, createFile(desk, body, content));
  });
  app.patch(`${uploadPath}/:id`, async (c) => {
    const desk = openDrive(c, drives, driveUnits.modify);
    const file = findFile(desk, c.req.param("id"));
    if (c.req.query("uploadType") === "resumable") return beginSession(c, desk, file.id);
    const { body, content } = await readUpload(c);
    return answerFile(c, desk, updateFile(desk, file, body, c.req.query(), content));
  });
  app.put(uploadPath, (c) => continueSession(c, openDrive(c, drives, driveUnits.modify)));
}

async function readUpload(c: DriveContext): Promise<{ body: FileBody; content: Content }> {
  const type = c.req.query("uploadType");
  if (type === "multipart") return await readMultipart(c);
  if (type !== "media") throw badRequest(`Unsupported uploadType: ${type}`, "invalid");
  const mimeType = c.req.header("content-type")?.split(";")[0]?.trim() ?? null;
  return { body: {}, content: { bytes: new Uint8Array(await c.req.arrayBuffer()), mimeType } };
}
