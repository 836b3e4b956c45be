import { describe, expect, test } from "vitest";
import { makeContactsSheetConnector } from "../../../connectors/contacts-sheet/index.ts";
import { noteChange, type SheetTab } from "../../../src/emulators/google/drive/drive-state.ts";
import { readContactTable } from "../../../src/formats/contacts/contact-table.ts";
import { parseStewardCsv } from "../../../src/formats/contacts/parse-steward-csv.ts";
import { Drive, never, signIn } from "../drive/drive-harness.ts";

const header = ["steward_id", "name", "emails", "phones", "notes"];
const anna = ["k1", "Anna Berg", "anna@berg.example", "+49 171 2345678", ""];

async function open(tabs: SheetTab[], options: { sheet?: string; scopes?: string[] } = {}) {
  const drive = new Drive();
  const spreadsheetId = drive.sheet("Contacts", tabs);
  const signed = options.scopes === undefined ? signIn(drive.world) : signIn(drive.world, options.scopes);
  const connector = makeContactsSheetConnector(signed.accounts);
  const config = connector.config.parse({
    ...signed.config,
    spreadsheetId,
    sheet: options.sheet ?? null,
    region: "DE",
  });
  const client = await connector.connect(config, signed.deps);
  const spent = () => ["drive", "sheets"].map((service) => drive.world.quotas.spent(service).requests);
  const change = (row: number, cells: (string | number | boolean)[]): void => {
    const tab = drive.get(spreadsheetId).tabs[0];
    if (tab !== undefined) tab.rows[row] = cells;
    noteChange(drive.state, spreadsheetId);
  };
  return {
    drive,
    spreadsheetId,
    connector,
    client,
    spent,
    change,
    pull: (cursor: unknown) => connector.pull(client, cursor, never),
  };
}

const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe("a contacts sheet", () => {
  test("is one table in the form of contacts.csv, rows padded, with the version it is of", async () => {
    const { pull, drive, spreadsheetId } = await open([{ title: "People", rows: [header, anna, ["k2", "Ben"]] }]);
    const page = await pull(null);
    expect(page).toMatchObject({ done: true, failed: [], gone: [] });
    const [record] = page.records;
    expect(record).toMatchObject({
      format: "steward_csv",
      externalId: spreadsheetId,
      hints: { region: "DE", contactsTable: { version: String(drive.get(spreadsheetId).version) } },
    });
    expect(textOf(record?.bytes)).toBe(
      "steward_id,name,emails,phones,notes\nk1,Anna Berg,anna@berg.example,+49 171 2345678,\nk2,Ben,,,\n",
    );
  });

  test("that did not change costs one read; one that did is read anew", async () => {
    const { pull, spent, change } = await open([{ title: "People", rows: [header, anna] }]);
    const first = await pull(null);
    const before = spent();
    const second = await pull(first.cursor);
    expect(second).toMatchObject({ done: true, records: [], cursor: first.cursor });
    expect(second.whole).toBeUndefined();
    expect(spent()).toEqual([(before[0] ?? 0) + 1, before[1]]);
    change(1, ["k1", "Anna Berg", "anna@new.example"]);
    expect(textOf((await pull(second.cursor)).records[0]?.bytes)).toContain("anna@new.example");
  });

  test("says in whole what it holds, so that rows that are no more are forgotten", async () => {
    const { pull, change } = await open([{ title: "People", rows: [header, anna, ["k2", "Ben"]] }]);
    const first = await pull(null);
    expect(first.whole?.externalIds).toHaveLength(2);
    const [record] = first.records;
    const items = record === undefined ? [] : (await parseStewardCsv(record)).items;
    expect(first.whole?.externalIds).toEqual(items.map((item) => item.externalId));
    change(2, ["k2", "Bennet"]);
    const second = await pull(first.cursor);
    expect(second.whole?.externalIds[0]).toBe(first.whole?.externalIds[0]);
    expect(second.whole?.externalIds[1]).not.toBe(first.whole?.externalIds[1]);
  });

  test("keeps numbers, formulas, newlines, commas, quotes and emoji as text (K2, D10)", async () => {
    const odd = ['=IMPORTXML("http://evil.example","//a")', "two\nlines", 'a "quoted", word', "😀 ::: *", " spaces "];
    const { pull } = await open([{ title: "P", rows: [header, ["k1", ...odd], ["k2", "N", "", 491712345678, true]] }]);
    const csv = textOf((await pull(null)).records[0]?.bytes);
    expect(csv).toContain(`,"'=IMPORTXML(""http`);
    const table = readContactTable(csv);
    const [first, second] = table.rows.map((row) => [...row.cells.values()]);
    expect(first?.slice(1)).toEqual([
      '=IMPORTXML("http://evil.example","//a")',
      "two\nlines",
      'a "quoted", word',
      "😀 ::: *",
    ]);
    expect(second).toEqual(["k2", "N", "", "491712345678", "TRUE"]);
  });

  test("may have its columns in any order, inserted ones, and rows sorted (K1, D9)", async () => {
    const { pull } = await open([
      {
        title: "P",
        rows: [
          ["Notes", "My own", "EMAILS", "Name"],
          ["n", "own", "anna@berg.example", "Anna"],
        ],
      },
    ]);
    const [record] = (await pull(null)).records;
    const { items } = record === undefined ? { items: [] } : await parseStewardCsv(record);
    expect(items[0]?.contact).toMatchObject({ names: ["Anna"], emails: ["anna@berg.example"], notes: "n" });
  });

  test("is the sheet that was chosen, or the first; one that is not there is told", async () => {
    const tabs = [
      { title: "It's mine", rows: [header, anna] },
      { title: "Other", rows: [header, ["k9", "Zoe"]] },
    ];
    expect(textOf((await (await open(tabs)).pull(null)).records[0]?.bytes)).toContain("Anna");
    expect(textOf((await (await open(tabs, { sheet: "Other" })).pull(null)).records[0]?.bytes)).toContain("Zoe");
    await expect((await open(tabs, { sheet: "Missing" })).pull(null)).rejects.toMatchObject({ code: "not_found" });
  });

  test.each([
    [[]],
    [[["Total", "12"]]],
    [[[""], ["x"]]],
  ])("that is no table of contacts (%j) is a problem and takes nothing", async (rows) => {
    const { pull } = await open([{ title: "P", rows }]);
    const page = await pull(null);
    expect(page.records).toEqual([]);
    expect(page.whole).toBeUndefined();
    expect(page.failed).toEqual([expect.objectContaining({ reason: expect.stringContaining("no column") })]);
  });

  test("in the bin, or gone, is told and changes nothing", async () => {
    const { pull, drive, spreadsheetId, connector, client } = await open([{ title: "P", rows: [header, anna] }]);
    drive.trash(spreadsheetId);
    await expect(pull(null)).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("in the bin"),
    });
    expect(await connector.check(client, never)).toMatchObject({ state: "degraded" });
    drive.trash(spreadsheetId, false);
    expect(await connector.check(client, never)).toEqual({ state: "ok" });
  });

  test("is read without the right to Drive, too, at every poll", async () => {
    const scopes = ["https://www.googleapis.com/auth/spreadsheets.readonly"];
    const { pull, connector, client } = await open([{ title: "P", rows: [header, anna] }], { scopes });
    const first = await pull(null);
    expect(first.records).toHaveLength(1);
    expect((await pull(first.cursor)).records).toHaveLength(1);
    expect(await connector.check(client, never)).toEqual({ state: "ok" });
  });

  test("is read through random faults", async () => {
    const { pull, drive, change } = await open([{ title: "P", rows: [header, anna] }]);
    const every = { match: /^GET/, share: 0.1 };
    drive.world.faults.add(
      { ...every, when: "before", do: "status", status: 429 },
      { ...every, when: "before", do: "status", status: 500 },
      { ...every, when: "after", do: "drop" },
      { ...every, when: "after", do: "truncate" },
      { ...every, when: "after", do: "garbage" },
    );
    let cursor: unknown = null;
    for (let n = 0; n < 20; n += 1) {
      change(1, ["k1", `Anna ${n}`]);
      const page = await pull(cursor);
      expect(textOf(page.records[0]?.bytes)).toBe(`steward_id,name,emails,phones,notes\nk1,Anna ${n},,,\n`);
      cursor = page.cursor;
    }
  });
});
