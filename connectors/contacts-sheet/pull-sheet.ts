import { z } from "zod";
import type { Health, Page } from "../../src/core/connector.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { RawRecord } from "../../src/core/record.ts";
import { parseStewardCsv } from "../../src/formats/contacts/parse-steward-csv.ts";
import type { SheetCalls, SheetCell } from "./client.ts";
import { toContactsCsv } from "./to-contacts-csv.ts";

export interface SheetClient {
  calls: SheetCalls;
  spreadsheetId: string;
  sheet: string | null;
  region: string;
}

const sheetCursor = z.strictObject({ version: z.string().nullable(), rows: z.number() });
type SheetCursor = z.output<typeof sheetCursor>;

/** Whether the sheet can be seen. Contract: as `Connector.check`. */
export async function checkSheet(client: SheetClient, signal: AbortSignal): Promise<Health> {
  try {
    if (client.calls.knowsVersions) await findVersion(client, signal);
    else if ((await client.calls.titles(client.spreadsheetId, signal)) === null) throw lost("is not there");
    return { state: "ok" };
  } catch (error) {
    if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
    if (error.code === "needs_reauth") return { state: "needs_reauth", cure: error.cure ?? "steward connect google" };
    return { state: "degraded", reason: error.message };
  }
}

/**
 * The whole table as one record, when the sheet is not of the version that was read last. The version is asked before the
 * values, so that a change in between is read again at the next poll.
 */
export async function pullSheet(client: SheetClient, cursor: unknown, signal: AbortSignal): Promise<Page> {
  const before = sheetCursor.safeParse(cursor);
  const version = client.calls.knowsVersions ? await findVersion(client, signal) : null;
  if (before.success && version !== null && before.data.version === version) return pageOf(before.data);
  const values = await readValues(client, signal);
  const page = pageOf({ version, rows: Math.max(0, values.length - 1) });
  const table = toContactsCsv(values);
  if ("reason" in table) {
    page.failed.push({ locator: locatorOf(client), reason: table.reason });
    return page;
  }
  const record: RawRecord = {
    format: "steward_csv",
    externalId: client.spreadsheetId,
    bytes: new TextEncoder().encode(table.csv),
    hints: { region: client.region, contactsTable: { version: version ?? "" } },
    locator: locatorOf(client),
  };
  page.records.push(record);
  // A row without an id of its own is named by what it says: only the full list tells which rows are no more.
  page.whole = { of: "", externalIds: (await parseStewardCsv(record)).items.map((item) => item.externalId) };
  return page;
}

async function findVersion(client: SheetClient, signal: AbortSignal): Promise<string> {
  const file = await client.calls.file(client.spreadsheetId, signal);
  if (file === null) throw lost("is not there, or the account may not see it");
  if (file.isTrashed) throw lost("is in the bin");
  return file.version;
}

async function readValues({ calls, spreadsheetId, sheet }: SheetClient, signal: AbortSignal): Promise<SheetCell[][]> {
  const titles = await calls.titles(spreadsheetId, signal);
  const title = sheet === null ? titles?.[0] : titles?.find((one) => one === sheet);
  if (title === undefined) throw lost(sheet === null ? "is not there" : `has no sheet called ${sheet}`);
  const values = await calls.values(spreadsheetId, title, signal);
  if (values === null) throw lost("is not there");
  return values;
}

function lost(how: string): StewardError {
  return new StewardError("not_found", `The contacts sheet ${how}. Nothing here was changed.`, {
    cure: "Restore it in Drive, or choose another one: steward connect google --sheet NAME",
  });
}

function pageOf(cursor: SheetCursor): Page {
  return {
    records: [],
    gone: [],
    failed: [],
    cursor,
    done: true,
    coverage: { from: null, to: null },
    progress: { done: cursor.rows, total: cursor.rows, unit: "records" },
  };
}

function locatorOf(client: SheetClient): { path: string; offset: null } {
  return { path: `https://docs.google.com/spreadsheets/d/${client.spreadsheetId}`, offset: null };
}
