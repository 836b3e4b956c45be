import type { Hono } from "hono";
import { badRequest } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { fileResource } from "./file-resource.ts";
import { type Drives, driveUnits, masked, openDrive } from "./open-drive.ts";

/**
 * `changes.*`: one entry a file, its state now; tokens do not expire; `newStartPageToken` on the last page only.
 *
 * Setting: `drive.duplicatePages` (1: every page begins with the last entry of the one before it).
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-changes
 */
export function mountChanges(app: Hono<EmulatorEnv>, drives: Drives): void {
  const { shared } = drives;
  app.get("/drive/v3/changes/startPageToken", (c) => {
    const state = openDrive(c, drives, driveUnits.get);
    return c.json({ kind: "drive#startPageToken", startPageToken: String(state.seq + 1) });
  });
  app.get("/drive/v3/changes", (c) => {
    const state = openDrive(c, drives, driveUnits.list);
    const from = Number(c.req.query("pageToken") ?? Number.NaN);
    if (!Number.isInteger(from)) throw badRequest("Invalid Value", "invalid");
    const back = shared.settings.get("drive.duplicatePages") === 1 ? 1 : 0;
    const all = [...state.changes].sort(([, a], [, b]) => a.seq - b.seq);
    const newer = all.filter(([, { seq }]) => seq >= from);
    const first = Math.max(0, all.length - newer.length - (newer.length === 0 ? 0 : back));
    const size = Math.min(1000, Number(c.req.query("pageSize") ?? 100));
    const page = all.slice(first, first + size + (first < all.length - newer.length ? back : 0));
    const entries = page.filter(([, { removed }]) => !removed || c.req.query("includeRemoved") !== "false");
    const last = page.at(-1)?.[1].seq ?? state.seq;
    const isLast = last >= (all.at(-1)?.[1].seq ?? 0);
    const changes = entries.map(([fileId, { removed }]) => {
      const file = state.files.get(fileId);
      const base = {
        kind: "drive#change",
        changeType: "file",
        time: new Date(shared.clock.now()).toISOString(),
        fileId,
      };
      const gone = removed || file === undefined || file.lost;
      return gone ? { ...base, removed: true } : { ...base, removed: false, file: fileResource(state, file) };
    });
    const answer = {
      kind: "drive#changeList",
      changes,
      ...(isLast ? { newStartPageToken: String(state.seq + 1) } : { nextPageToken: String(last + 1) }),
    };
    return c.json(masked(answer, c.req.query("fields") ?? "*"));
  });
}
