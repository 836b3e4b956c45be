import type { Context } from "hono";
import type { z } from "zod";
import { chargeUnits } from "../charge-units.ts";
import { badRequest, GoogleFailure } from "../google-error.ts";
import { selectFields } from "../select-fields.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import { type DriveAnswer, type DriveResources, driveAnswers } from "./drive-fields.ts";
import { type DriveState, isVisible, type StoredFile } from "./drive-state.ts";
import { fileResource } from "./file-resource.ts";

export type DriveContext = Context<EmulatorEnv>;

export interface Drives {
  shared: SharedWorld;
  stateOf(account: string): DriveState;
}

/** The Drive of who asks, as its grant lets it be seen. */
export interface DriveDesk {
  shared: SharedWorld;
  state: DriveState;
  /** False with the scope `drive.file` alone: only what the app made exists. */
  seesAll: boolean;
}

/** Quota units. Source: https://developers.google.com/workspace/drive/api/guides/limits */
export const driveUnits = { get: 5, list: 100, download: 200, modify: 50, other: 5 } as const;

const wideScope = /\/auth\/drive(?:\.readonly|\.metadata|\.metadata\.readonly)?$/;

export function openDrive(c: DriveContext, { shared, stateOf }: Drives, units: number): DriveDesk {
  const { account, scopes } = c.get("identity");
  chargeUnits(shared, "drive", account, units);
  return { shared, state: stateOf(account), seesAll: scopes.some((scope) => wideScope.test(scope)) };
}

/** A file the account may see; `root` is its top folder. What it may not see does not exist for it. Errors: 404. */
export function findFile(desk: DriveDesk, id: string): StoredFile {
  const file = desk.state.files.get(id === "root" ? desk.state.rootId : id);
  if (file === undefined || !isSeen(desk, file)) throw fileNotFound(id);
  return file;
}

export function isSeen({ state, seesAll }: DriveDesk, file: StoredFile): boolean {
  return isVisible(state, file) && (seesAll || file.byApp || file.id === state.rootId);
}

export function fileNotFound(id: string): GoogleFailure {
  return new GoogleFailure(404, `File not found: ${id}.`, "notFound");
}

/** Answers with what was asked for of a resource. Errors: 400 for a field it does not have. */
export function answer<K extends DriveAnswer>(c: DriveContext, kind: K, resource: DriveResources[K]): Response {
  const { known, usual } = driveAnswers[kind];
  return new Response(JSON.stringify(selectFields(resource, c.req.query("fields") ?? usual, known)), {
    headers: { "content-type": "application/json; charset=UTF-8" },
  });
}

export function answerFile(c: DriveContext, { state }: DriveDesk, file: StoredFile): Response {
  return answer(c, "file", fileResource(state, file));
}

/** A count in the query. Errors: 400 outside of what the method takes. */
export function countOf(text: string | undefined, usual: number, most: number): number {
  const count = text === undefined ? usual : Number(text);
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw badRequest(`Invalid value '${text}'. Values must be within the range: [1, ${most}]`, "invalidParameter");
  }
  return count;
}

/** The JSON body; none at all counts as empty. Errors: 400 for what is no JSON or has a wrong type. */
export function readJson<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw badRequest(`Invalid JSON payload received. ${parsed.error.issues[0]?.path.join(".") ?? ""}`, "parseError");
}

function parseJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("Parse Error", "parseError");
  }
}
