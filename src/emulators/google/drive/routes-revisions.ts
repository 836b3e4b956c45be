import type { Hono } from "hono";
import { z } from "zod";
import { GoogleFailure } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { isNative, type Revision, type StoredFile } from "./drive-state.ts";
import { revisionResource } from "./file-resource.ts";
import { settingOf } from "./list-files.ts";
import { answer, type DriveDesk, type Drives, driveUnits, findFile, openDrive, readJson } from "./open-drive.ts";
import { sendBytes } from "./routes-files.ts";
import { keepForever } from "./write-files.ts";

const path = "/drive/v3/files/:id/revisions";
const monthMs = 30 * 86_400_000;

/**
 * `revisions.list`, `get` and `update` (keepForever).
 *
 * Setting: `drive.mergeRevisions` (1: of a native file only the first and the last revision are left).
 * Source: https://developers.google.com/workspace/drive/api/guides/change-overview
 */
export function mountRevisions(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.get(path, (c) => {
    const desk = openDrive(c, drives, driveUnits.list);
    const file = findFile(desk, c.req.param("id"));
    const revisions = purge(desk, file).map((revision) => revisionResource(desk.state, file, revision));
    return answer(c, "revisions", { kind: "drive#revisionList", revisions });
  });
  app.get(`${path}/:revision`, (c) => {
    const media = c.req.query("alt") === "media";
    const desk = openDrive(c, drives, media ? driveUnits.download : driveUnits.get);
    const file = findFile(desk, c.req.param("id"));
    const revision = findRevision(desk, file, c.req.param("revision"));
    if (!media) return answer(c, "revision", revisionResource(desk.state, file, revision));
    if (isNative(file.mimeType)) {
      throw new GoogleFailure(403, "Only files with binary content can be downloaded.", "fileNotDownloadable");
    }
    return sendBytes(c, revision.content, revision.mimeType);
  });
  app.patch(`${path}/:revision`, async (c) => {
    const desk = openDrive(c, drives, driveUnits.modify);
    const file = findFile(desk, c.req.param("id"));
    const revision = findRevision(desk, file, c.req.param("revision"));
    const body = readJson(await c.req.text(), z.object({ keepForever: z.boolean().nullish() }));
    if (body.keepForever === false && revision.keepForever) {
      throw new GoogleFailure(403, "Keep forever cannot be taken back.", "illegalKeepForeverModification");
    }
    if (body.keepForever === true) keepForever(file, revision.id);
    // Nothing of the file can be seen to differ; its version does.
    file.version += 1;
    return answer(c, "revision", revisionResource(desk.state, file, revision));
  });
}

/** What is left of a file's revisions: those that are kept, the newest, and what is neither 30 days old nor 100 back. */
function purge(desk: DriveDesk, file: StoredFile): Revision[] {
  const oldest = new Date(desk.shared.clock.now() - monthMs).toISOString();
  const newest = file.revisions.length - 1;
  const isMerged = isNative(file.mimeType) && settingOf(desk, "mergeRevisions", 0) === 1;
  file.revisions = file.revisions.filter((revision, at) => {
    if (revision.keepForever || at === newest) return true;
    if (isNative(file.mimeType)) return !isMerged || at === 0;
    return revision.modifiedTime >= oldest && newest - at < 100;
  });
  return file.revisions;
}

function findRevision(desk: DriveDesk, file: StoredFile, id: string): Revision {
  const revisions = purge(desk, file);
  const found = id === "head" ? revisions.at(-1) : revisions.find((revision) => revision.id === id);
  if (found === undefined) throw new GoogleFailure(404, `Revision not found: ${id}.`, "notFound");
  return found;
}
