import type { sheets_v4 } from "@googleapis/sheets";
import { describe, expect, test } from "vitest";
import { readCsv, writeCsv } from "../../../src/emulators/google/drive/csv.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { changePages, driveOf, outcomeOf, putFile, rootUrl, sheetsOf, sheetType, startToken } from "./drive-fixture.ts";
import { base, bearerOf, makeWorld } from "./google-fixture.ts";

interface Table {
  world: GoogleWorld;
  api: sheets_v4.Sheets;
  id: string;
  read(range: string, more?: sheets_v4.Params$Resource$Spreadsheets$Values$Get): Promise<unknown[][] | undefined>;
  write(range: string, values: unknown[][], valueInputOption?: string): Promise<string>;
}

async function openTable(rows: (string | number | boolean)[][], textColumns: number[] = []): Promise<Table> {
  const world = makeWorld();
  const file = putFile(world, "Table", {
    mimeType: sheetType,
    tabs: [
      { title: "People", rows, textColumns },
      { title: "Other sheet", rows: [["x"]] },
    ],
  });
  const api = await sheetsOf(world);
  const spreadsheetId = file.id;
  return {
    world,
    api,
    id: spreadsheetId,
    read: async (range, more = {}) => {
      const { data } = await api.spreadsheets.values.get({ spreadsheetId, range, ...more });
      return data.values ?? undefined;
    },
    write: (range, values, valueInputOption = "RAW") =>
      outcomeOf(api.spreadsheets.values.update({ spreadsheetId, range, valueInputOption, requestBody: { values } })),
  };
}

describe("reading a sheet", () => {
  test("leaves out empty rows and cells at the end, not those in between", async () => {
    const { read, api, id } = await openTable([["a", "", "c", ""], [], ["", "b"], ["", ""], []]);
    expect(await read("People")).toEqual([["a", "", "c"], [], ["", "b"]]);
    expect(await read("People!A4:C9")).toBeUndefined();
    expect(await read("People!A1:C3", { majorDimension: "COLUMNS" })).toEqual([["a"], ["", "", "b"], ["c"]]);
    const { data } = await api.spreadsheets.values.batchGet({
      spreadsheetId: id,
      ranges: ["People!A1", "Other sheet"],
    });
    expect(data.valueRanges?.map(({ values }) => values)).toEqual([[["a"]], [["x"]]]);
  });

  test("names the range it read, cut to the grid, and refuses one that is not there", async () => {
    const { read, api, id } = await openTable([["a", "b"]]);
    const rangeOf = async (range: string) =>
      (await api.spreadsheets.values.get({ spreadsheetId: id, range })).data.range;
    expect(await rangeOf("People")).toBe("People!A1:Z1000");
    expect(await rangeOf("'Other sheet'!a1:b2")).toBe("'Other sheet'!A1:B2");
    expect(await rangeOf("People!B:B")).toBe("People!B1:B1000");
    expect(await rangeOf("B1:ZZ5000")).toBe("People!B1:Z1000");
    expect(await read("People!A1:B1")).toEqual([["a", "b"]]);
    for (const range of ["Nowhere!A1", "People!", "People!A1:B2:C3", "People!1A", "People!A1001", "People!AA1"]) {
      expect(await outcomeOf(api.spreadsheets.values.get({ spreadsheetId: id, range })), range).toBe("400");
    }
  });

  test("shows values as a person sees them unless they are asked for as they are", async () => {
    const { read, write } = await openTable([]);
    expect(await write("People!A1", [["2026-11-14", "1,234.5", "12%", "true", "=1+2"]], "USER_ENTERED")).toBe("200");
    const range = "People!A1:E1";
    expect(await read(range)).toEqual([["2026-11-14", "1234.5", "12%", "TRUE", "3"]]);
    const bare = "UNFORMATTED_VALUE";
    expect(await read(range, { valueRenderOption: bare })).toEqual([[46_340, 1234.5, 0.12, true, 3]]);
    const asText = { valueRenderOption: bare, dateTimeRenderOption: "FORMATTED_STRING" };
    expect(await read(range, asText)).toEqual([["2026-11-14", 1234.5, 0.12, true, 3]]);
    expect(await read("People!E1", { valueRenderOption: "FORMULA" })).toEqual([["=1+2"]]);
    await expect(read(range, { valueRenderOption: "PRETTY" })).rejects.toThrow("Invalid value");
  });

  test("tells its sheets and their size, as far as asked", async () => {
    const { api, id } = await openTable([["a"]]);
    const { data } = await api.spreadsheets.get({
      spreadsheetId: id,
      fields: "sheets.properties(title,gridProperties)",
    });
    expect(data).toEqual({
      sheets: [
        { properties: { title: "People", gridProperties: { rowCount: 1000, columnCount: 26 } } },
        { properties: { title: "Other sheet", gridProperties: { rowCount: 1000, columnCount: 26 } } },
      ],
    });
    expect(await outcomeOf(api.spreadsheets.get({ spreadsheetId: id, fields: "colour" }))).toBe("400 invalidParameter");
  });
});

describe("writing a sheet", () => {
  test("keeps what is written raw: formulas, numbers of telephones and dates stay text (D10)", async () => {
    const { read, write, world, id } = await openTable([["name", "phone", "note"]]);
    const row = ["k1", "+49 30 901820", '=IMPORTXML("http://evil.example","//a")'];
    expect(await write("People!A2", [row])).toBe("200");
    expect(await read("People!A2:C2")).toEqual([row]);
    const api = await driveOf(world);
    const csv = await api.files.export({ fileId: id, mimeType: "text/csv" }, { ...rootUrl, responseType: "text" });
    expect(csv.data).toBe(`name,phone,note\r\nk1,+49 30 901820,"=IMPORTXML(""http://evil.example"",""//a"")"`);
  });

  test("mangles what is entered as a person types it, but in columns of plain text", async () => {
    const { read, write } = await openTable([["id", "phone", "phone as text"]], [2]);
    const typed = [
      ["0049", "+4930901820", "+4930901820"],
      ["3/4/2026", "+49 30 901820", "0049"],
      ["'0049", '=IMPORTXML("x")', '=IMPORTXML("x")'],
    ];
    expect(await write("People!A2", typed, "USER_ENTERED")).toBe("200");
    expect(await read("People!A2:C4", { valueRenderOption: "UNFORMATTED_VALUE" })).toEqual([
      [49, 4_930_901_820, "+4930901820"],
      [46_085, "#ERROR!", "0049"],
      ["0049", "#N/A", '=IMPORTXML("x")'],
    ]);
  });

  test("leaves a cell for null, empties it for an empty text, and does not write beyond its range", async () => {
    const { read, write } = await openTable([["a", "b", "c"]]);
    expect(await write("People!A1:C1", [[null, "", "d"]])).toBe("200");
    expect(await read("People!A1:C1")).toEqual([["a", "", "d"]]);
    expect(await write("People!A1:B1", [["1", "2", "3"]])).toBe("400");
    expect(await write("People!A1:B1", [["1"], ["2"]])).toBe("400");
    expect(await write("People!Z1000", [["1", "2"]])).toBe("400");
    expect(await write("People!A1", [[{ deep: true }]])).toBe("400");
    expect(await write("People!A1", [["1"]], "AS_YOU_LIKE")).toBe("400");
    expect(await read("People!A1:C1")).toEqual([["a", "", "d"]]);
  });

  test("in a batch happens as a whole or not at all", async () => {
    const { read, api, id } = await openTable([["a"], ["b"]]);
    const batch = (ranges: string[]) =>
      api.spreadsheets.values.batchUpdate({
        spreadsheetId: id,
        requestBody: { valueInputOption: "RAW", data: ranges.map((range) => ({ range, values: [["new"]] })) },
      });
    expect(await outcomeOf(batch(["People!A1", "Nowhere!A1"]))).toBe("400");
    expect(await outcomeOf(batch(["People!A1", "People!A5000"]))).toBe("400");
    expect(await read("People!A1:A2")).toEqual([["a"], ["b"]]);
    expect((await batch(["People!A1", "People!A2"])).data).toMatchObject({
      totalUpdatedCells: 2,
      totalUpdatedSheets: 1,
    });
    await api.spreadsheets.values.batchClear({ spreadsheetId: id, requestBody: { ranges: ["People!A1"] } });
    await api.spreadsheets.values.clear({ spreadsheetId: id, range: "Other sheet" });
    expect(await read("People!A1:A2")).toEqual([[], ["new"]]);
    expect(await read("Other sheet")).toBeUndefined();
  });

  test("appends twice when asked twice, and into the gap of a table that has one", async () => {
    const { read, api, id } = await openTable([["name"], ["Ana"], [], ["Ben"], ["Eva"]]);
    const append = (values: string[][], more = {}) =>
      api.spreadsheets.values.append({
        spreadsheetId: id,
        range: "People!A1",
        valueInputOption: "RAW",
        requestBody: { values },
        ...more,
      });
    const { data } = await append([["Carl"], ["Dora"]]);
    expect([data.tableRange, data.updates?.updatedRange]).toEqual(["People!A1:A2", "People!A3:A4"]);
    // Ben is overwritten: there is no key and no condition.
    expect(await read("People!A1:A9")).toEqual([["name"], ["Ana"], ["Carl"], ["Dora"], ["Eva"]]);
    await append([["Finn"]]);
    await append([["Finn"]]);
    expect((await read("People!A1:A9"))?.slice(-2)).toEqual([["Finn"], ["Finn"]]);
    const inserted = await openTable([["name"], ["Ana"], [], ["Ben"]]);
    await inserted.api.spreadsheets.values.append({
      spreadsheetId: inserted.id,
      range: "People",
      valueInputOption: "RAW",
      insertDataOption: "INSERT_ROWS",
      requestBody: { values: [["Carl"]] },
    });
    expect(await inserted.read("People")).toEqual([["name"], ["Ana"], ["Carl"], [], ["Ben"]]);
  });

  test("gives the file of Drive a new version and the feed an entry", async () => {
    const { write, world, id } = await openTable([["a"]]);
    const api = await driveOf(world);
    const start = await startToken(api);
    const see = async () => (await api.files.get({ fileId: id, fields: "version,modifiedTime" })).data;
    const before = await see();
    world.clock.advance(1000);
    await write("People!A1", [["b"]]);
    const after = await see();
    expect(Number(after.version)).toBe(Number(before.version) + 1);
    expect(after.modifiedTime).toBe("2026-11-14T08:12:01.000Z");
    expect((await changePages(api, start)).flat().map(({ fileId }) => fileId)).toEqual([id]);
    expect(world.ledger.all()).toMatchObject([
      { kind: "sheet.written", details: { ranges: ["People!A1"], option: "RAW" } },
    ]);
  });
});

test("Sheets refuses without a list of reasons, and over its quota without a word when to come back", async () => {
  const { world, api, id } = await openTable([["a"]]);
  const headers = { authorization: `Bearer ${await bearerOf(world)}` };
  const ask = (path: string) => world.fetch(`${base}/v4/spreadsheets/${path}`, { headers });
  const missing = await ask("1nowhere/values/A1");
  expect([missing.status, await missing.json()]).toEqual([
    404,
    { error: { code: 404, message: "Requested entity was not found.", status: "NOT_FOUND" } },
  ]);
  const blob = putFile(world, "a.csv", { mimeType: "text/csv" });
  expect((await ask(`${blob.id}/values/A1`)).status).toBe(400);
  world.quotas.limit("sheets", world.quotas.spent("sheets").units);
  const refused = await ask(`${id}/values/People`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
  expect(JSON.stringify(await refused.json())).toContain("RESOURCE_EXHAUSTED");
  world.clock.advance(60_000);
  const { data } = await api.spreadsheets.values.get({ spreadsheetId: id, range: "A1" });
  expect(data.values).toEqual([["a"]]);
});

test("a sheet's CSV has every row as long as the longest, and reads back as it was", () => {
  const rows = [["a", "b,c", 'd"e'], ["", "two\nlines"], ["x"]];
  expect(writeCsv(rows)).toBe('a,"b,c","d""e"\r\n,"two\nlines",\r\nx,,');
  expect(readCsv(writeCsv(rows))).toEqual([
    ["a", "b,c", 'd"e'],
    ["", "two\nlines", ""],
    ["x", "", ""],
  ]);
  expect(readCsv("a,\nb")).toEqual([["a", ""], ["b"]]);
});
