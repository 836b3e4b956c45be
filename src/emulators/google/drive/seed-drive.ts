import { createHash } from "node:crypto";
import { renderContacts } from "../../world/contacts.ts";
import { makeFrame } from "../../world/frame.ts";
import { renderDrive } from "../../world/render.ts";
import type { World } from "../../world/schema.ts";
import { readCsv } from "./csv.ts";
import {
  addFile,
  blankDrive,
  blankFile,
  type DriveState,
  documentType,
  folderType,
  newFileId,
  type StoredFile,
  spreadsheetType,
} from "./drive-state.ts";

/** The folder that is the source of truth in the demo, and the sheet with the contacts. */
export const lifeFolder = "Life";
export const contactsSheet = "Contacts";
/** Kept as native Docs, so that the demo shows both kinds. */
const nativeDocuments = new Set(["Travel/lisbon.md", "Travel/packing.md"]);

const mimeTypes = new Map([
  ["md", "text/markdown"],
  ["csv", "text/csv"],
  ["pdf", "application/pdf"],
]);

/** The demo life's Drive: the folder "Life" with its tree, and the contacts as a native Sheet with a key column. */
export function seedDrive(world: World, nowMs: number): DriveState {
  const owner = world.people[world.persona.owner];
  const state = blankDrive(owner?.email ?? "");
  const life = addFolder(state, lifeFolder, state.rootId, nowMs - 400 * 86_400_000);
  const folders = new Map<string, StoredFile>();
  for (const { path, bytes, modifiedMs } of renderDrive(world, makeFrame(world, nowMs))) {
    const parts = path.split("/").slice(1);
    const name = parts.at(-1) ?? "";
    let parent = life;
    for (const [at, folder] of parts.slice(0, -1).entries()) {
      const key = parts.slice(0, at + 1).join("/");
      const known = folders.get(key) ?? addFolder(state, folder, parent.id, modifiedMs);
      folders.set(key, known);
      parent = known;
    }
    const native = nativeDocuments.has(parts.join("/"));
    const mimeType = native
      ? documentType
      : (mimeTypes.get(name.split(".").at(-1) ?? "") ?? "application/octet-stream");
    const file = blankFile(
      { id: newFileId(state), name: native ? name.replace(/\.md$/, "") : name, mimeType },
      modifiedMs,
    );
    addFile(state, { ...file, parents: [parent.id], content: bytes });
  }
  addFile(state, { ...contactsFile(state, world, nowMs), parents: [state.rootId] });
  return state;
}

function addFolder(state: DriveState, name: string, parent: string, nowMs: number): StoredFile {
  return addFile(state, {
    ...blankFile({ id: newFileId(state), name, mimeType: folderType }, nowMs),
    parents: [parent],
  });
}

function contactsFile(state: DriveState, world: World, nowMs: number): StoredFile {
  const [header = [], ...rows] = readCsv(Buffer.from(renderContacts(world)).toString("utf8"));
  const keyed = rows.map((row) => [createHash("sha256").update(row.join("|")).digest("hex").slice(0, 12), ...row]);
  const columns = ["steward_id", ...header];
  const file = blankFile({ id: newFileId(state), name: contactsSheet, mimeType: spreadsheetType }, nowMs);
  return {
    ...file,
    tabs: [{ title: contactsSheet, rows: [columns, ...keyed], textColumns: [columns.indexOf("phones")] }],
  };
}
