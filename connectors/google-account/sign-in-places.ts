import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleService } from "./account.ts";
import type { SignInCalls } from "./sign-in-calls.ts";

/** A folder or sheet in the owner's Drive. `name` was written by people: it is for the screen's escaping only. */
export interface DrivePlace {
  id: string;
  name: string;
}

export type PlaceKind = "folder" | "sheet";

const mimeTypes: Record<PlaceKind, string> = {
  folder: "application/vnd.google-apps.folder",
  sheet: "application/vnd.google-apps.spreadsheet",
};
const idPattern = /^[\w-]{10,}$/;

const profile = z.object({ messagesTotal: z.number().int().nonnegative() });
const anything = z.object({});
const fileList = z.object({ files: z.array(z.object({ id: z.string(), name: z.string() })).default([]) });
const oneFile = z.object({ id: z.string(), name: z.string(), mimeType: z.string(), trashed: z.boolean().optional() });

/** What a first real call to a service says; `messages` only for Gmail. */
export interface ServiceProof {
  messages: number | null;
}

/**
 * Proves that a service can be read, by reading something small. Sheets has nothing to list: it is proven by the sheet that
 * the owner chooses. Errors: see `SignInCalls`.
 */
export async function proveService(calls: SignInCalls, service: GoogleService): Promise<ServiceProof> {
  switch (service) {
    case "gmail": {
      const { messagesTotal } = await calls.get(
        service,
        "https://gmail.googleapis.com/gmail/v1/users/me/profile",
        profile,
      );
      return { messages: messagesTotal };
    }
    case "drive":
      await calls.get(service, "https://www.googleapis.com/drive/v3/files?pageSize=1&fields=files(id,name)", fileList);
      return { messages: null };
    case "calendar":
      await calls.get(service, "https://www.googleapis.com/calendar/v3/users/me/calendarList?maxResults=1", anything);
      return { messages: null };
    case "sheets":
      return { messages: null };
  }
}

/**
 * Proves that a right to write is there and good, by a reading call that it opens too: nothing is written to try it out. Sheets
 * has nothing to list.
 */
export async function proveWriting(calls: SignInCalls, service: GoogleService): Promise<void> {
  if (service === "calendar") {
    // The right to events does not open the list of calendars.
    await calls.get(service, "https://www.googleapis.com/calendar/v3/calendars/primary/events?maxResults=1", anything);
  } else await proveService(calls, service);
}

/** Reads the head of a sheet: the real call of the Sheets API. */
export async function proveSheet(calls: SignInCalls, id: string): Promise<void> {
  const url = `https://sheets.googleapis.com/v4/spreadsheets/${encodeURIComponent(id)}/values/A1:A1`;
  await calls.get("sheets", url, anything);
}

/** The folders at the top of My Drive, or the newest sheets; at most 50. */
export async function listPlaces(calls: SignInCalls, kind: PlaceKind): Promise<DrivePlace[]> {
  const where = kind === "folder" ? " and 'root' in parents" : "";
  const order = kind === "folder" ? "name" : "modifiedTime desc";
  return await query(calls, `mimeType = '${mimeTypes[kind]}' and trashed = false${where}`, order, 50);
}

/**
 * The folder or sheet that a person names: by its address in the browser, its id, or its name. Errors: `not_found`, `usage`
 * when several have the name, `wrong_kind`.
 */
export async function findPlace(calls: SignInCalls, kind: PlaceKind, named: string): Promise<DrivePlace> {
  const word = kind === "folder" ? "folder" : "spreadsheet";
  const id = /\/(?:folders|d)\/([\w-]{10,})/.exec(named)?.[1] ?? /[?&]id=([\w-]{10,})/.exec(named)?.[1];
  if (id !== undefined) return await placeById(calls, kind, id);
  if (/^https?:/.test(named)) {
    throw new StewardError("usage", `This address is not that of a ${word} in Google Drive.`, {
      cure: `Open the ${word} in the browser and copy the address from there.`,
    });
  }
  const escaped = named.replace(/[\\']/g, "\\$&");
  const found = await query(
    calls,
    `name = '${escaped}' and mimeType = '${mimeTypes[kind]}' and trashed = false`,
    "name",
    10,
  );
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (second !== undefined) {
    throw new StewardError("usage", `Several ${word}s are called ${named}.`, {
      cure: `Name it by its id or its address: ${found.map((place) => place.id).join(", ")}`,
    });
  }
  if (idPattern.test(named)) return await placeById(calls, kind, named);
  throw new StewardError("not_found", `No ${word} in your Drive is called ${named}.`, {
    cure: `Copy its address from the browser instead.`,
  });
}

async function placeById(calls: SignInCalls, kind: PlaceKind, id: string): Promise<DrivePlace> {
  const fields = "fields=id,name,mimeType,trashed&supportsAllDrives=true";
  const url = `https://www.googleapis.com/drive/v3/files/${encodeURIComponent(id)}?${fields}`;
  const file = await calls.get("drive", url, oneFile);
  if (file.mimeType === mimeTypes[kind] && file.trashed !== true) return { id: file.id, name: file.name };
  throw new StewardError("wrong_kind", `${file.name} is ${file.trashed === true ? "in the bin" : `no ${kind}`}.`, {
    cure: `Name a ${kind === "folder" ? "folder" : "spreadsheet"} of your Drive.`,
  });
}

async function query(calls: SignInCalls, q: string, orderBy: string, limit: number): Promise<DrivePlace[]> {
  const url = new URL("https://www.googleapis.com/drive/v3/files");
  const parts = { q, orderBy, pageSize: String(limit), fields: "files(id,name)", spaces: "drive" };
  for (const [name, value] of Object.entries(parts)) url.searchParams.set(name, value);
  return (await calls.get("drive", url.href, fileList)).files;
}
