import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleAccount } from "../google-account/account.ts";

const driveScope = "https://www.googleapis.com/auth/drive.readonly";
/** Source: https://developers.google.com/workspace/drive/api/guides/limits and .../sheets/api/limits */
const fileUnits = 5;
const sheetUnits = 1;

const fileAnswer = z.object({ version: z.string(), trashed: z.boolean().default(false), name: z.string().default("") });
const titlesAnswer = z.object({
  sheets: z.array(z.object({ properties: z.object({ title: z.string() }) })).default([]),
});
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const valuesAnswer = z.object({ values: z.array(z.array(cell)).default([]) });

/** What a cell holds, unformatted. */
export type SheetCell = z.output<typeof cell>;

/**
 * The calls to Drive and Sheets. All of them read. Contract: null is "there is no such file"; everything else throws the
 * errors of `GoogleAccount.call`.
 */
export interface SheetCalls {
  /** Whether the account was given the right to ask Drive for the sheet's version. */
  knowsVersions: boolean;
  file(id: string, signal: AbortSignal): Promise<{ version: string; isTrashed: boolean } | null>;
  titles(id: string, signal: AbortSignal): Promise<string[] | null>;
  /** Rows as they lie: empty cells at the end of a row, and empty rows at the end, are left out by Google. */
  values(id: string, title: string, signal: AbortSignal): Promise<SheetCell[][] | null>;
}

export function sheetCalls(account: GoogleAccount): SheetCalls {
  const base = { auth: account.auth, ...account.rootUrl };
  return {
    knowsVersions: account.scopes.includes(driveScope),
    file: (id, signal) =>
      orGone(async () => {
        const { drive } = await import("@googleapis/drive");
        const api = drive({ version: "v3", ...base });
        const answer = await account.call({ service: "drive", units: fileUnits }, signal, async (options) => {
          const asked = { fileId: id, fields: "version,trashed,name", supportsAllDrives: true };
          return { data: fileAnswer.parse((await api.files.get(asked, options)).data) };
        });
        return { version: answer.version, isTrashed: answer.trashed };
      }),
    titles: (id, signal) =>
      orGone(async () => {
        const { sheets } = await import("@googleapis/sheets");
        const api = sheets({ version: "v4", ...base });
        const answer = await account.call({ service: "sheets", units: sheetUnits }, signal, async (options) => {
          const asked = { spreadsheetId: id, fields: "sheets.properties.title" };
          return { data: titlesAnswer.parse((await api.spreadsheets.get(asked, options)).data) };
        });
        return answer.sheets.map((sheet) => sheet.properties.title);
      }),
    values: (id, title, signal) =>
      orGone(async () => {
        const { sheets } = await import("@googleapis/sheets");
        const api = sheets({ version: "v4", ...base });
        const answer = await account.call({ service: "sheets", units: sheetUnits }, signal, async (options) => {
          const asked = {
            spreadsheetId: id,
            range: `'${title.replaceAll("'", "''")}'`,
            majorDimension: "ROWS",
            valueRenderOption: "UNFORMATTED_VALUE",
            dateTimeRenderOption: "FORMATTED_STRING",
          };
          return { data: valuesAnswer.parse((await api.spreadsheets.values.get(asked, options)).data) };
        });
        return answer.values;
      }),
  };
}

async function orGone<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StewardError && (error.code === "not_found" || error.code === "gone")) return null;
    throw error;
  }
}
