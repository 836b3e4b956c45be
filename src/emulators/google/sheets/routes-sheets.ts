import type { sheets_v4 } from "@googleapis/sheets";
import type { Hono } from "hono";
import { z } from "zod";
import {
  type DriveState,
  isTrashed,
  isVisible,
  noteContent,
  type StoredFile,
  spreadsheetType,
} from "../drive/drive-state.ts";
import type { DriveContext, Drives } from "../drive/open-drive.ts";
import { dateRenderings, valueRenderings } from "../drive/render-values.ts";
import { knownFields, selectFields } from "../select-fields.ts";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import { type CellRange, gridOf, nameRange, readRange } from "./a1-range.ts";
import { clearValues, findTable, getValues, putValues, type Rendering, readValues } from "./sheet-values.ts";
import { refuse, SheetsFailure } from "./sheets-failure.ts";

const base = "/v4/spreadsheets/:id";

interface OpenedSheet {
  shared: SharedWorld;
  state: DriveState;
  file: StoredFile;
}

/** Sheets API v4: what a spreadsheet consists of, and its values. */
export function mountSheets(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.get(base, (c) => {
    const { file } = openSheet(c, drives);
    return answer(c, spreadsheetResource(file));
  });
  app.get(`${base}/values/:range`, (c) => {
    const { file } = openSheet(c, drives);
    return answer(c, valueRange(readRange(file.tabs, c.req.param("range")), readRendering(c)));
  });
  app.get(`${base}/values:batchGet`, (c) => {
    const { file } = openSheet(c, drives);
    const rendering = readRendering(c);
    const ranges = (c.req.queries("ranges") ?? []).map((range) => readRange(file.tabs, range));
    const batch: sheets_v4.Schema$BatchGetValuesResponse = {
      spreadsheetId: file.id,
      valueRanges: ranges.map((range) => valueRange(range, rendering)),
    };
    return answer(c, batch);
  });
  mountWriting(app, drives);
}

const updateBody = z.object({ range: z.string().nullish(), majorDimension: z.string().nullish(), values: z.unknown() });
const batchBody = z.object({ valueInputOption: z.string().nullish(), data: z.array(updateBody).nullish() });
const clearBody = z.object({ ranges: z.array(z.string()).nullish() });

function mountWriting(app: Hono<EmulatorEnv>, drives: Drives): void {
  app.put(`${base}/values/:range`, async (c) => {
    const opened = openSheet(c, drives);
    const text = c.req.param("range");
    const body = await readBody(c, updateBody);
    if (typeof body.range === "string" && !isSame(opened.file, body.range, text)) {
      throw refuse(`Requested writing within range [${text}], but the body names [${body.range}]`);
    }
    const plan = planWrite(opened.file, text, body);
    return answer(c, write(opened, [plan], inputOption(c.req.query("valueInputOption")))[0] ?? {});
  });
  app.post(`${base}/values:batchUpdate`, async (c) => {
    const opened = openSheet(c, drives);
    const body = await readBody(c, batchBody);
    const plans = (body.data ?? []).map((one) => planWrite(opened.file, one.range ?? "", one));
    const responses = write(opened, plans, inputOption(body.valueInputOption));
    const sum = (name: "updatedRows" | "updatedColumns" | "updatedCells"): number =>
      responses.reduce((total, one) => total + (one[name] ?? 0), 0);
    const batch: sheets_v4.Schema$BatchUpdateValuesResponse = {
      spreadsheetId: opened.file.id,
      totalUpdatedRows: sum("updatedRows"),
      totalUpdatedColumns: sum("updatedColumns"),
      totalUpdatedCells: sum("updatedCells"),
      totalUpdatedSheets: new Set(plans.map(({ range }) => range.tab)).size,
      responses,
    };
    return answer(c, batch);
  });
  app.post(`${base}/values:batchClear`, async (c) => {
    const opened = openSheet(c, drives);
    const ranges = (await readBody(c, clearBody)).ranges ?? [];
    return answer(c, { spreadsheetId: opened.file.id, clearedRanges: clear(opened, ranges) });
  });
  app.post(`${base}/values/:range{.+:append}`, async (c) => {
    const opened = openSheet(c, drives);
    const text = c.req.param("range").replace(/:append$/, "");
    const body = await readBody(c, updateBody);
    const { table, next } = findTable(opened.file.tabs, text);
    const values = readValues(body.values);
    const { rowCount } = gridOf(next.tab);
    // An append makes the rows it needs; inserted ones push down what is below the table.
    if (c.req.query("insertDataOption") === "INSERT_ROWS") {
      next.tab.rows.splice(next.fromRow, 0, ...values.map(() => []));
    }
    next.tab.rowCount = Math.max(rowCount, next.fromRow + values.length);
    const updates = write(opened, [{ range: next, values }], inputOption(c.req.query("valueInputOption")))[0] ?? {};
    const appended: sheets_v4.Schema$AppendValuesResponse = {
      spreadsheetId: opened.file.id,
      tableRange: nameRange(table),
      updates,
    };
    return answer(c, appended);
  });
  app.post(`${base}/values/:range{.+:clear}`, (c) => {
    const opened = openSheet(c, drives);
    const [clearedRange] = clear(opened, [c.req.param("range").replace(/:clear$/, "")]);
    return answer(c, { spreadsheetId: opened.file.id, clearedRange });
  });
}

/** Requests a minute are counted, whatever is read or written. Errors: 429 without any hint when to come back; 404, 400. */
function openSheet(c: DriveContext, { shared, stateOf }: Drives): OpenedSheet {
  const { account } = c.get("identity");
  if (shared.quotas.charge("sheets", account, 1) !== null) {
    const what = c.req.method === "GET" ? "Read" : "Write";
    throw new SheetsFailure(
      429,
      `Quota exceeded for quota metric '${what} requests' and limit '${what} requests per minute per user' of service 'sheets.googleapis.com'.`,
      "rateLimitExceeded",
    );
  }
  const state = stateOf(account);
  const file = state.files.get(c.req.param("id") ?? "");
  if (file === undefined || !isVisible(state, file)) {
    throw new SheetsFailure(404, "Requested entity was not found.", "notFound");
  }
  if (file.mimeType !== spreadsheetType) {
    throw new SheetsFailure(
      400,
      "This operation is not supported for this document. The document must not be an Office file.",
      "failedPrecondition",
    );
  }
  if (c.req.method !== "GET" && (!file.canEdit || isTrashed(state, file))) {
    throw new SheetsFailure(403, "The caller does not have permission", "forbidden");
  }
  return { shared, state, file };
}

function spreadsheetResource(file: StoredFile): sheets_v4.Schema$Spreadsheet {
  return {
    spreadsheetId: file.id,
    properties: { title: file.name, locale: "en_US", timeZone: "Europe/Berlin", autoRecalc: "ON_CHANGE" },
    sheets: file.tabs.map((tab, index) => ({
      properties: { sheetId: index, title: tab.title, index, sheetType: "GRID", gridProperties: gridOf(tab) },
    })),
    spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${file.id}/edit`,
  };
}

function valueRange(range: CellRange, rendering: Rendering): sheets_v4.Schema$ValueRange {
  const values = getValues(range, rendering);
  const head = { range: nameRange(range), majorDimension: rendering.dimension };
  return values.length === 0 ? head : { ...head, values };
}

interface PlannedWrite {
  range: CellRange;
  values: ReturnType<typeof readValues>;
}

function planWrite(file: StoredFile, text: string, body: z.output<typeof updateBody>): PlannedWrite {
  const values = readValues(body.values);
  if (body.majorDimension !== "COLUMNS") return { range: readRange(file.tabs, text), values };
  const height = Math.max(0, ...values.map((column) => column.length));
  const rows = Array.from({ length: height }, (_, at) => values.map((column) => column[at] ?? null));
  return { range: readRange(file.tabs, text), values: rows };
}

/** All or nothing: a write that does not fit undoes those before it. The file gets one new version. */
function write(
  opened: OpenedSheet,
  plans: readonly PlannedWrite[],
  option: "RAW" | "USER_ENTERED",
): sheets_v4.Schema$UpdateValuesResponse[] {
  const { shared, state, file } = opened;
  const before = structuredClone(file.tabs);
  try {
    const answers = plans.map(({ range, values }) => {
      const written = putValues(range, values, option);
      return {
        spreadsheetId: file.id,
        updatedRange: nameRange(written),
        updatedRows: values.length,
        updatedColumns: Math.max(0, ...values.map((row) => row.length)),
        updatedCells: values.flat().filter((value) => value !== null).length,
      };
    });
    noteContent(state, file, shared.clock.now());
    const ranges = answers.map(({ updatedRange }) => updatedRange);
    shared.ledger.add({ account: state.account, kind: "sheet.written", id: file.id, details: { ranges, option } });
    return answers;
  } catch (error) {
    file.tabs = before;
    throw error;
  }
}

function clear({ shared, state, file }: OpenedSheet, texts: readonly string[]): string[] {
  const ranges = texts.map((text) => readRange(file.tabs, text));
  for (const range of ranges) clearValues(range);
  noteContent(state, file, shared.clock.now());
  const named = ranges.map(nameRange);
  shared.ledger.add({ account: state.account, kind: "sheet.cleared", id: file.id, details: { ranges: named } });
  return named;
}

function isSame(file: StoredFile, one: string, other: string): boolean {
  return nameRange(readRange(file.tabs, one)) === nameRange(readRange(file.tabs, other));
}

function readRendering(c: DriveContext): Rendering {
  return {
    values: oneOf(valueRenderings, c.req.query("valueRenderOption"), "FORMATTED_VALUE"),
    dates: oneOf(dateRenderings, c.req.query("dateTimeRenderOption"), "SERIAL_NUMBER"),
    dimension: oneOf(["ROWS", "COLUMNS"] as const, c.req.query("majorDimension"), "ROWS"),
  };
}

function oneOf<T extends string>(known: readonly T[], text: string | undefined, usual: T): T {
  if (text === undefined) return usual;
  const found = known.find((one) => one === text);
  if (found === undefined) throw refuse(`Invalid value "${text}"`);
  return found;
}

function inputOption(text: string | null | undefined): "RAW" | "USER_ENTERED" {
  if (text === "RAW" || text === "USER_ENTERED") return text;
  throw refuse("'valueInputOption' is required but not specified");
}

async function readBody<T>(c: DriveContext, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  const parsed = schema.safeParse(text === "" ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  throw refuse(`Invalid JSON payload received. ${parsed.error.issues[0]?.path.join(".") ?? ""}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("Invalid JSON payload received.");
  }
}

const answerFields = knownFields(
  `spreadsheetId properties sheets namedRanges spreadsheetUrl developerMetadata dataSources range majorDimension values valueRanges
  updates tableRange updatedRange updatedRows updatedColumns updatedCells totalUpdatedRows totalUpdatedColumns totalUpdatedCells
  totalUpdatedSheets responses clearedRange clearedRanges`.split(/\s+/),
);

function answer(c: DriveContext, resource: object): Response {
  return new Response(JSON.stringify(selectFields(resource, c.req.query("fields") ?? "*", answerFields)), {
    headers: { "content-type": "application/json; charset=UTF-8" },
  });
}
