import { type ZodType, z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { drivePermission, readSharing, type Sharing } from "../google-account/file-sharing.ts";
import { readJson, type WritingAccount } from "../google-account/writing-account.ts";
import type { SheetCell } from "./client.ts";
import { type CellWrite, composeWrites, valuesPath } from "./write-values.ts";

/** What the door asks of one contacts sheet. Every call is one request, sent once. Errors: those of `WritingAccount`. */
export interface SheetDoorClient {
  email: string;
  spreadsheetId: string;
  region: string;
  /** The sheet that holds the contacts, by its title, and its size. Errors: `not_found`. */
  sheet(signal: AbortSignal): Promise<{ name: string; title: string; rowCount: number }>;
  /** Rows as they lie: what shows, or what was typed (formulas as such). */
  values(title: string, rendering: "UNFORMATTED_VALUE" | "FORMULA", signal: AbortSignal): Promise<SheetCell[][]>;
  /** Who else sees it, as far as the account may ask. */
  sharing(signal: AbortSignal): Promise<Sharing>;
  /** All or nothing, each cell as it is given: nothing is run. */
  write(writes: readonly CellWrite[], signal: AbortSignal): Promise<void>;
}

const spreadsheet = z.object({
  properties: z.object({ title: z.string() }),
  sheets: z
    .array(
      z.object({
        properties: z.object({
          title: z.string(),
          gridProperties: z.object({ rowCount: z.number().default(0) }).default({ rowCount: 0 }),
        }),
      }),
    )
    .default([]),
});
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const valueRange = z.object({ values: z.array(z.array(cell)).default([]) });
const shared = z.object({
  shared: z.boolean().default(false),
  driveId: z.string().optional(),
  permissions: z.array(drivePermission).optional(),
});
const written = z.object({ spreadsheetId: z.string() });

const sheetsRoot = "https://sheets.googleapis.com";
const driveFiles = "https://www.googleapis.com/drive/v3/files";

/** Source: https://developers.google.com/workspace/sheets/api/reference/rest */
export function sheetDoorClient(
  account: WritingAccount,
  { spreadsheetId, sheet: wanted, region }: { spreadsheetId: string; sheet: string | null; region: string },
): SheetDoorClient {
  const get = async <T>(service: "sheets" | "drive", url: string, schema: ZodType<T>, signal: AbortSignal) =>
    readJson(await account.send({ service, method: "GET", url, signal }), schema);
  const base = `${sheetsRoot}/v4/spreadsheets/${spreadsheetId}`;
  return {
    email: account.email,
    spreadsheetId,
    region,
    sheet: async (signal) => {
      const fields = "properties.title,sheets.properties(title,gridProperties(rowCount))";
      const { properties, sheets } = await get("sheets", `${base}?fields=${fields}`, spreadsheet, signal);
      const found = sheets.find((one) => wanted === null || one.properties.title === wanted)?.properties;
      if (found === undefined) throw new StewardError("not_found", `The contacts sheet has no sheet ${wanted ?? ""}.`);
      return { name: properties.title, title: found.title, rowCount: found.gridProperties.rowCount };
    },
    values: async (title, rendering, signal) => {
      const range = encodeURIComponent(`'${title.replaceAll("'", "''")}'`);
      const query = `majorDimension=ROWS&valueRenderOption=${rendering}&dateTimeRenderOption=FORMATTED_STRING`;
      return (await get("sheets", `${base}/values/${range}?${query}`, valueRange, signal)).values;
    },
    sharing: async (signal) => {
      const fields = "shared,driveId,permissions(type,emailAddress,domain,displayName,deleted)";
      const url = `${driveFiles}/${spreadsheetId}?fields=${fields}&supportsAllDrives=true`;
      try {
        return readSharing(await get("drive", url, shared, signal), account.email);
      } catch (error) {
        if (!(error instanceof StewardError) || error.code !== "no_permission") throw error;
        // The right to sheets alone does not say who sees one: then it counts as seen by others.
        return { people: [], everybody: [], isHidden: true };
      }
    },
    write: async (writes, signal) => {
      const answer = await account.send({
        service: "sheets",
        method: "POST",
        url: `${sheetsRoot}${valuesPath(spreadsheetId)}`,
        headers: { "content-type": "application/json" },
        body: composeWrites(writes),
        signal,
      });
      readJson(answer, written);
    },
  };
}
