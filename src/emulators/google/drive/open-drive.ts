import type { Context } from "hono";
import { chargeUnits } from "../charge-units.ts";
import { notFound } from "../google-error.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import type { DriveState, StoredFile } from "./drive-state.ts";
import { applyMask, defaultFields, fileResource } from "./file-resource.ts";

export type DriveContext = Context<EmulatorEnv>;

export interface Drives {
  shared: SharedWorld;
  stateOf(account: string): DriveState;
}

/** Quota units. Source: https://developers.google.com/workspace/drive/api/guides/limits */
export const driveUnits = { get: 5, list: 100, download: 200, modify: 50 } as const;

export function openDrive(c: DriveContext, { shared, stateOf }: Drives, units: number, service = "drive"): DriveState {
  const { account } = c.get("identity");
  chargeUnits(shared, service, account, units);
  return stateOf(account);
}

/** A file the account may see; `root` is its top folder. What it may not see does not exist for it. */
export function findFile(state: DriveState, id: string): StoredFile {
  const file = state.files.get(id === "root" ? state.rootId : id);
  if (file === undefined || file.lost) throw notFound(`File not found: ${id}.`);
  return file;
}

export function answerFile(c: DriveContext, state: DriveState, file: StoredFile): Response {
  return c.json(masked(fileResource(state, file), c.req.query("fields") ?? defaultFields.file));
}

/** The one place where a cut-down answer becomes something JSON takes. */
export function masked(value: object, fields: string): Record<string, string> {
  return applyMask(value, fields) as Record<string, string>;
}
