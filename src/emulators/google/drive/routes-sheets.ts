import type { sheets_v4 } from "@googleapis/sheets";
import type { Hono } from "hono";
import { badRequest, notFound } from "../google-error.ts";
import type { EmulatorEnv } from "../service.ts";
import { type DriveState, noteChange, type StoredFile, spreadsheetType } from "./drive-state.ts";
import { type DriveContext, type Drives, masked, openDrive } from "./open-drive.ts";
import { columnName, getValues, putValues, readRange, rowAfterTable } from "./sheet-values.ts";

const base = "/v4/spreadsheets/:id";

/** Sheets API v4: values. A spreadsheet is a file of Drive: what is written here gives that file a new version. */
export function mountSheets(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.get(base, (c) => {
    const { file } = openSheet(c, drives);
    const answer: sheets_v4.Schema$Spreadsheet = {
      spreadsheetId: file.id,
      properties: { title: file.name, locale: "en_US", timeZone: "Europe/Berlin" },
      sheets: file.tabs.map(({ title, rows }, index) => ({
        properties: {
          sheetId: index,
          title,
          index,
          sheetType: "GRID",
          gridProperties: { rowCount: Math.max(1000, rows.length), columnCount: 26 },
        },
      })),
    };
    return c.json(masked(answer, c.req.query("fields") ?? "*"));
  });
  app.get(`${base}/values/:range`, (c) => {
    const { file } = openSheet(c, drives);
    return c.json(valueRange(file, c.req.param("range"), c.req.query("valueRenderOption") ?? "FORMATTED_VALUE"));
  });
  app.get(`${base}/values:batchGet`, (c) => {
    const { file } = openSheet(c, drives);
    const render = c.req.query("valueRenderOption") ?? "FORMATTED_VALUE";
    const valueRanges = (c.req.queries("ranges") ?? []).map((range) => valueRange(file, range, render));
    return c.json({ spreadsheetId: file.id, valueRanges });
  });
  mountSheetWriting(app, drives);
}

function mountSheetWriting(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.put(`${base}/values/:range`, async (c) => {
    const opened = openSheet(c, drives);
    const values = readRows((await readBody(c))["values"]);
    return c.json(write(drives, opened, c.req.param("range"), values, inputOption(c)));
  });
  app.post(`${base}/values/:range{.+:append}`, async (c) => {
    const opened = openSheet(c, drives);
    const range = readRange(opened.file.tabs, c.req.param("range").replace(/:append$/, ""));
    const at = rowAfterTable(range) + 1;
    const target = `'${range.tab.title}'!${columnName(range.fromColumn)}${at}`;
    return c.json({ updates: write(drives, opened, target, readRows((await readBody(c))["values"]), inputOption(c)) });
  });
  app.post(`${base}/values/:range{.+:clear}`, (c) => {
    const opened = openSheet(c, drives);
    const text = c.req.param("range").replace(/:clear$/, "");
    const range = readRange(opened.file.tabs, text);
    const rows = getValues(range, "UNFORMATTED_VALUE").map((row) => row.map(() => ""));
    write(drives, opened, text, rows, "RAW");
    return c.json({ spreadsheetId: opened.file.id, clearedRange: text });
  });
  app.post(`${base}/values:batchUpdate`, async (c) => {
    const opened = openSheet(c, drives);
    const body = await readBody(c);
    const option = typeof body["valueInputOption"] === "string" ? body["valueInputOption"] : "";
    const data: unknown[] = Array.isArray(body["data"]) ? body["data"] : [];
    const responses = data.map((one) => {
      const entry = typeof one === "object" && one !== null ? Object.fromEntries(Object.entries(one)) : {};
      return write(drives, opened, String(entry["range"] ?? ""), readRows(entry["values"]), option);
    });
    return c.json({ spreadsheetId: opened.file.id, responses });
  });
}

interface OpenedSheet {
  state: DriveState;
  file: StoredFile;
}

function openSheet(c: DriveContext, drives: Drives): OpenedSheet {
  const state = openDrive(c, drives, 1, "sheets");
  const file = state.files.get(c.req.param("id") ?? "");
  if (file === undefined || file.lost || file.mimeType !== spreadsheetType) throw notFound();
  return { state, file };
}

function valueRange(file: StoredFile, text: string, render: string): sheets_v4.Schema$ValueRange {
  const range = readRange(file.tabs, text);
  const values = getValues(range, render);
  return { range: `'${range.tab.title}'!A1:Z1000`, majorDimension: "ROWS", ...(values.length === 0 ? {} : { values }) };
}

function write(
  { shared }: Drives,
  { state, file }: OpenedSheet,
  text: string,
  values: unknown[][],
  option: string,
): sheets_v4.Schema$UpdateValuesResponse {
  if (option !== "RAW" && option !== "USER_ENTERED")
    throw badRequest("'valueInputOption' is required but not specified", "badRequest");
  const range = readRange(file.tabs, text);
  const updatedCells = putValues(range, values, option);
  file.modifiedTime = new Date(shared.clock.now()).toISOString();
  noteChange(state, file.id);
  shared.ledger.add({
    account: state.account,
    kind: "sheet.written",
    id: file.id,
    details: { range: text, cells: updatedCells },
  });
  return { spreadsheetId: file.id, updatedRange: text, updatedRows: values.length, updatedCells };
}

function inputOption(c: DriveContext): string {
  return c.req.query("valueInputOption") ?? "";
}

function readRows(values: unknown): unknown[][] {
  return Array.isArray(values) ? values.map((row) => (Array.isArray(row) ? row : [])) : [];
}

async function readBody(c: DriveContext): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null);
  return typeof body === "object" && body !== null ? Object.fromEntries(Object.entries(body)) : {};
}
