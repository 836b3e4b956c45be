import type { drive_v3 } from "@googleapis/drive";
import type { Hono } from "hono";
import { badRequest, GoogleFailure } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { fileResource } from "./file-resource.ts";
import { settingOf } from "./list-files.ts";
import { answer, countOf, type DriveDesk, type Drives, driveUnits, isSeen, openDrive } from "./open-drive.ts";

/**
 * `changes.*`: one entry a file, its state now; tokens do not expire; `newStartPageToken` on the last page only. What is in a
 * folder that was trashed, moved or lost is not named.
 *
 * Setting: `drive.duplicatePages` (1: every page but the last is given twice).
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-changes
 */
export function mountChanges(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.get("/drive/v3/changes/startPageToken", (c) => {
    const { state } = openDrive(c, drives, driveUnits.get);
    refuseSharedDrive(c.req.query("driveId"));
    return c.json({ kind: "drive#startPageToken", startPageToken: String(state.seq + 1) });
  });
  app.get("/drive/v3/changes", (c) => {
    const desk = openDrive(c, drives, driveUnits.list);
    refuseSharedDrive(c.req.query("driveId"));
    const page = readPage(desk, c.req.query("pageToken"), countOf(c.req.query("pageSize"), 100, 1000));
    const withRemoved = c.req.query("includeRemoved") !== "false";
    const changes = page.entries.flatMap(([fileId, change]) => {
      const told = toChange(desk, fileId, change);
      return told.removed === true && !withRemoved ? [] : [told];
    });
    return answer(c, "changes", { kind: "drive#changeList", changes, ...page.next });
  });
}

type Entry = [string, { seq: number; removed: boolean; at: string }];

function readPage(
  desk: DriveDesk,
  token: string | undefined,
  size: number,
): { entries: Entry[]; next: { nextPageToken: string } | { newStartPageToken: string } } {
  const { state } = desk;
  if (token === undefined) throw badRequest("Required parameter: pageToken", "required");
  const found = /^(\d+)(~2)?$/.exec(token);
  const from = Number(found?.[1] ?? Number.NaN);
  if (!(from >= 1 && from <= state.seq + 1)) throw badRequest("Invalid Value", "invalid");
  const newer = [...state.changes].filter(([, { seq }]) => seq >= from).sort(([, a], [, b]) => a.seq - b.seq);
  const entries = newer.slice(0, size);
  if (entries.length === newer.length) return { entries, next: { newStartPageToken: String(state.seq + 1) } };
  const again = settingOf(desk, "duplicatePages", 0) === 1 && found?.[2] === undefined;
  const after = (entries.at(-1)?.[1].seq ?? from) + 1;
  return { entries, next: { nextPageToken: again ? `${from}~2` : String(after) } };
}

/** Deleted and no longer visible look the same: an id and a time. */
function toChange(desk: DriveDesk, fileId: string, change: Entry[1]): drive_v3.Schema$Change {
  const base = { kind: "drive#change", type: "file", changeType: "file", time: change.at, fileId };
  const file = desk.state.files.get(fileId);
  if (change.removed || file === undefined || !isSeen(desk, file)) return { ...base, removed: true };
  return { ...base, removed: false, file: fileResource(desk.state, file) };
}

function refuseSharedDrive(driveId: string | undefined): void {
  if (driveId !== undefined) throw new GoogleFailure(404, "Shared drive not found.", "notFound");
}
