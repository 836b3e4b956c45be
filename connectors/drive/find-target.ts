import { z } from "zod";
import type { Look } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import type { DoorFile, DriveDoorClient, ListedFile } from "./door-client.ts";
import { documentType, folderType, spreadsheetType } from "./drive-file.ts";
import { markedName, nameKey, safeName } from "./safe-name.ts";
import { driveId } from "./write-requests.ts";

export type DriveLook = Look<DriveDoorClient>;

/** Which file: its path in the mirrored folder, or steward's number of the item. */
export const whichFile = z.union([z.string().min(1).max(900), z.number().int().positive()]);

/** The client. Errors: `needs_reauth` where the owner has not given the right to change things. */
export function needClient(look: DriveLook): DriveDoorClient {
  if (look.client !== null) return look.client;
  throw new StewardError(
    "needs_reauth",
    `Drive of ${look.account} needs your consent before a change can be drawn up.`,
    {
      cure: `steward connect google --write drive --account ${look.account}`,
    },
  );
}

/** A file that is meant, as it is now; `path` is what the owner knows it by. Errors: `not_found`, `usage` when several fit. */
export async function findTarget(
  asked: z.output<typeof whichFile>,
  look: DriveLook,
): Promise<{ file: DoorFile; path: string }> {
  const client = needClient(look);
  const { id, path } = typeof asked === "number" ? await byItem(asked, look) : await byPath(asked, look);
  const found = await client.file(id, look.signal);
  const target = found?.shortcutDetails?.targetId;
  const file = target === undefined ? found : await client.file(target, look.signal);
  if (file === null || file.trashed || found?.trashed === true) throw missing(path);
  if (!file.capabilities.canEdit) {
    throw new StewardError("no_permission", `${shown(path)} may only be read by ${look.account}.`, {
      cure: "Ask its owner for the right to edit it.",
    });
  }
  return { file, path };
}

/** The folder of a path in the mirrored one; the empty path is that folder itself. Errors: `not_found`, `usage`. */
export async function findFolder(path: string, look: DriveLook): Promise<{ id: string; path: string }> {
  const client = needClient(look);
  const segments = splitPath(path);
  let id = client.rootId;
  for (const [at, segment] of segments.entries()) {
    const below = await client.children(id, look.signal);
    const folders = below.filter(({ mimeType }) => mimeType === folderType);
    id = pick(folders, segment, segments.slice(0, at + 1)).id;
  }
  return { id, path: segments.join("/") };
}

/** The name a file has in the mirror: what Google exports gets an ending. */
export function mirrorName({ name, mimeType }: Pick<ListedFile, "name" | "mimeType">): string {
  const ending = mimeType === documentType ? ".md" : mimeType === spreadsheetType ? ".csv" : "";
  return safeName(name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`);
}

export function splitPath(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

async function byItem(number: number, look: DriveLook): Promise<{ id: string; path: string }> {
  const item = await look.item(number);
  const sighting = item?.externalIds.find(
    ({ connector, account }) => connector === "drive" && account.toLowerCase() === look.account.toLowerCase(),
  );
  if (item === null || sighting === undefined) {
    throw new StewardError("not_found", `Item ${number} is no file of ${look.account}'s Drive.`);
  }
  return { id: driveId.parse(sighting.externalId), path: forScreen(item.subject) };
}

async function byPath(path: string, look: DriveLook): Promise<{ id: string; path: string }> {
  const segments = splitPath(path);
  const name = segments.at(-1);
  if (name === undefined) throw new StewardError("usage", "Which file? Give its path in the mirrored folder.");
  const folder = await findFolder(segments.slice(0, -1).join("/"), look);
  const files = await needClient(look).children(folder.id, look.signal);
  const file = pick(
    files.filter(({ mimeType }) => mimeType !== folderType),
    name,
    segments,
  );
  return { id: file.id, path: segments.join("/") };
}

/** The mirror marks the second of two that a disk could not tell apart; who has the plain name cannot be known here. */
function pick(files: readonly ListedFile[], segment: string, path: readonly string[]): ListedFile {
  const wanted = nameKey(segment);
  const named = files.filter((file) => nameKey(mirrorName(file)) === wanted || nameKey(safeName(file.name)) === wanted);
  const marked = files.filter((file) =>
    [6, 12, 64].some((length) => nameKey(markedName(mirrorName(file), file.id, length)) === wanted),
  );
  const [found, more] = named.length > 0 ? named : marked;
  if (found === undefined) throw missing(path.join("/"));
  if (more !== undefined) {
    throw new StewardError("usage", `Drive has more than one ${shown(path.join("/"))}.`, {
      cure: "Give the number of the item instead: steward search NAME.",
    });
  }
  return found;
}

export function shown(path: string): string {
  return forScreen(path).slice(0, 300);
}

function missing(path: string): StewardError {
  return new StewardError("not_found", `${shown(path)} is not in the mirrored Drive folder now.`, {
    cure: "Give a path as it is in the steward home's drive/ folder, or the number of the item.",
  });
}
