import type { drive_v3 } from "@googleapis/drive";
import type { sheets_v4 } from "@googleapis/sheets";
import { type ZodType, z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleAccount } from "../google-account/account.ts";
import { AskAgain } from "../google-account/ask-again.ts";
import { type DriveFile, driveFile, fileFields } from "./drive-file.ts";
import { type FileRefusal, fileRefusalOf, refusalOf } from "./refused.ts";

/** Quota units of a call. Source: https://developers.google.com/workspace/drive/api/guides/limits */
const units = { get: 5, list: 100, download: 200 };
const listSize = 500;
const changesSize = 200;

const startToken = z.object({ startPageToken: z.string() });
const fileList = z.object({
  files: z.array(z.unknown()).default([]),
  nextPageToken: z.string().optional(),
  incompleteSearch: z.boolean().default(false),
});
const changeList = z.object({
  changes: z.array(z.unknown()).default([]),
  nextPageToken: z.string().optional(),
  newStartPageToken: z.string().optional(),
});
const change = z.object({
  fileId: z.string().optional(),
  removed: z.boolean().default(false),
  file: driveFile.optional(),
});
export type DriveChange = z.output<typeof change>;
const sheetTitles = z.object({ sheets: z.array(z.unknown()).default([]) });

export interface ChangesPage {
  changes: DriveChange[];
  /** Entries of the feed that could not be understood. */
  unread: number;
  /** Where the feed goes on: now, when `isLast` is false; else at the next poll. */
  token: string;
  isLast: boolean;
}

/**
 * The calls that are made to Drive (and one to Sheets). All of them read.
 *
 * Contract: null and named values are answers about one file or token; everything else throws the errors of
 * `GoogleAccount.call`.
 */
export interface DriveCalls {
  startToken(drive: string | null, signal: AbortSignal): Promise<string>;
  /** Null when the account sees no such file. */
  find(id: string, signal: AbortSignal): Promise<DriveFile | null>;
  /** One page of what is directly in a folder; null when the page token is no longer taken, or the folder is not there. */
  list(folder: FolderAsk, signal: AbortSignal): Promise<ListedPage | null>;
  /** Null when the page token is no longer taken. */
  changes(token: string, drive: string | null, signal: AbortSignal): Promise<ChangesPage | null>;
  /** The bytes; why Drive does not give them; null when the file is not there. */
  download(id: string, signal: AbortSignal): Promise<Uint8Array | FileRefusal | null>;
  export(id: string, mediaType: string, signal: AbortSignal): Promise<Uint8Array | FileRefusal | null>;
  /** How many sheets a spreadsheet has; null when that may not be asked. */
  countSheets(id: string, signal: AbortSignal): Promise<number | null>;
}

export interface ListedPage {
  files: DriveFile[];
  /** Entries that could not be understood. */
  unread: number;
  next: string | null;
  /** False when Drive says that it did not look everywhere. */
  isWhole: boolean;
}

export interface FolderAsk {
  id: string;
  page: string | null;
  /** The shared drive it is in. */
  drive: string | null;
}

/** Loads the clients when the first call is made: 0.1 s that a start without Drive does not pay. */
export function driveCalls(account: GoogleAccount): DriveCalls {
  const ask = askingOf(account);
  const everywhere = { supportsAllDrives: true };
  return {
    startToken: async (drive, signal) => {
      const shared = drive === null ? {} : { ...everywhere, driveId: drive };
      const answer = await ask(units.get, signal, startToken, (api, options) =>
        api.changes.getStartPageToken(shared, options),
      );
      return answer.startPageToken;
    },
    find: (id, signal) =>
      orGone(() =>
        ask(units.get, signal, driveFile, (api, options) =>
          api.files.get({ fileId: id, fields: fileFields, ...everywhere }, options),
        ),
      ),
    list: async (folder, signal) => {
      const answer = await orGone(() =>
        ask(units.list, signal, fileList.or(z.null()), (api, options) =>
          orRefused(folder.page, () => api.files.list(folderQuery(folder), options)),
        ),
      );
      if (answer === null) return null;
      const files = readEach(answer.files, driveFile);
      const next = answer.nextPageToken ?? null;
      return { files: files.rows, unread: files.unread, next, isWhole: !answer.incompleteSearch };
    },
    changes: async (token, drive, signal) => {
      const answer = await orGone(() =>
        ask(units.list, signal, changeList.or(z.null()), (api, options) =>
          orRefused(token, () => api.changes.list(changesQuery(token, drive), options)),
        ),
      );
      return answer === null ? null : toChangesPage(answer);
    },
    download: (id, signal) =>
      bytesOf(account, signal, null, async (options) => {
        const { drive } = await import("@googleapis/drive");
        const api = drive({ version: "v3", auth: account.auth, ...account.rootUrl });
        return await api.files.get(
          { fileId: id, alt: "media", ...everywhere },
          { ...options, ...account.rootUrl, responseType: "arraybuffer" },
        );
      }),
    export: (id, mediaType, signal) =>
      bytesOf(account, signal, mediaType, async (options) => {
        const { drive } = await import("@googleapis/drive");
        const api = drive({ version: "v3", auth: account.auth, ...account.rootUrl });
        return await api.files.export(
          { fileId: id, mimeType: mediaType },
          { ...options, ...account.rootUrl, responseType: "arraybuffer" },
        );
      }),
    countSheets: (id, signal) => countSheets(account, id, signal),
  };
}

type Options = { signal: AbortSignal; retry: false };
type Ask = <T>(
  cost: number,
  signal: AbortSignal,
  schema: ZodType<T>,
  send: (api: drive_v3.Drive, options: Options) => Promise<{ data: unknown }>,
) => Promise<T>;

/** Binds the account: an answer is decoded before the call counts as made, so that what a proxy garbled is asked again. */
function askingOf(account: GoogleAccount): Ask {
  return async (cost, signal, schema, send) => {
    const { drive } = await import("@googleapis/drive");
    const api = drive({ version: "v3", auth: account.auth, ...account.rootUrl });
    return await account.call({ service: "drive", units: cost }, signal, async (options) => {
      const { data } = await send(api, options);
      return { data: schema.parse(data) };
    });
  };
}

function folderQuery({ id, page, drive }: FolderAsk): drive_v3.Params$Resource$Files$List {
  return {
    q: `'${id.replace(/[\\']/g, "\\$&")}' in parents and trashed = false`,
    pageSize: listSize,
    fields: `nextPageToken,incompleteSearch,files(${fileFields})`,
    spaces: "drive",
    supportsAllDrives: true,
    includeItemsFromAllDrives: true,
    ...(page === null ? {} : { pageToken: page }),
    ...(drive === null ? {} : { corpora: "drive", driveId: drive }),
  };
}

function changesQuery(token: string, drive: string | null): drive_v3.Params$Resource$Changes$List {
  return {
    pageToken: token,
    pageSize: changesSize,
    includeRemoved: true,
    spaces: "drive",
    supportsAllDrives: true,
    includeItemsFromAllDrives: true,
    fields: `nextPageToken,newStartPageToken,changes(fileId,removed,file(${fileFields}))`,
    ...(drive === null ? {} : { driveId: drive }),
  };
}

/** A page that names neither token would have the poll stand still, or miss what follows. */
function toChangesPage(answer: z.output<typeof changeList>): ChangesPage {
  const token = answer.nextPageToken ?? answer.newStartPageToken;
  if (token === undefined) throw new StewardError("unavailable", "Drive's feed of changes names no next page.");
  const { rows, unread } = readEach(answer.changes, change);
  return { changes: rows, unread, token, isLast: answer.nextPageToken === undefined };
}

function readEach<T>(values: readonly unknown[], schema: ZodType<T>): { rows: T[]; unread: number } {
  const rows = values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
  return { rows, unread: values.length - rows.length };
}

async function orGone<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StewardError && (error.code === "not_found" || error.code === "gone")) return null;
    throw error;
  }
}

/** A page token is only good for a while; what refuses it (400) must not stop the reading for good. */
async function orRefused(token: string | null, send: () => Promise<{ data: unknown }>): Promise<{ data: unknown }> {
  try {
    return await send();
  } catch (error) {
    const refusal = refusalOf(error);
    if (token !== null && refusal !== null && (refusal.status === 400 || refusal.status === 410)) return { data: null };
    throw error;
  }
}

async function bytesOf(
  account: GoogleAccount,
  signal: AbortSignal,
  mediaType: string | null,
  send: (options: Options) => Promise<{ data: unknown; headers?: unknown }>,
): Promise<Uint8Array | FileRefusal | null> {
  return await orGone(() =>
    account.call<Uint8Array | FileRefusal>({ service: "drive", units: units.download }, signal, async (options) => {
      try {
        const { data, headers } = await send(options);
        const type = contentTypeOf(headers);
        // What Google exports is named by its kind; an error page of something in between is not.
        if (mediaType !== null && type !== "" && !type.toLowerCase().startsWith(mediaType)) {
          throw new AskAgain("exported something else than was asked for");
        }
        return { data: toBytes(data) };
      } catch (error) {
        const refusal = fileRefusalOf(error);
        if (refusal !== null) return { data: refusal };
        throw error;
      }
    }),
  );
}

/** The library hands headers on as a plain object, in newer versions as `Headers`. */
function contentTypeOf(headers: unknown): string {
  if (headers instanceof Headers) return headers.get("content-type") ?? "";
  const value: unknown = typeof headers === "object" && headers !== null ? Reflect.get(headers, "content-type") : "";
  return typeof value === "string" ? value : "";
}

function toBytes(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof Uint8Array) return data;
  throw new AskAgain("gave an answer that cannot be understood");
}

async function countSheets(account: GoogleAccount, id: string, signal: AbortSignal): Promise<number | null> {
  const { sheets } = await import("@googleapis/sheets");
  const api: sheets_v4.Sheets = sheets({ version: "v4", auth: account.auth, ...account.rootUrl });
  try {
    const answer = await account.call({ service: "sheets", units: 1 }, signal, async (options) => {
      const { data } = await api.spreadsheets.get({ spreadsheetId: id, fields: "sheets.properties.sheetId" }, options);
      return { data: sheetTitles.parse(data) };
    });
    return answer.sheets.length;
  } catch (error) {
    // Without the right to ask Sheets, the table is still exported: it is only not known what else there is.
    if (error instanceof StewardError && (error.code === "no_permission" || error.code === "not_found")) return null;
    throw error;
  }
}
