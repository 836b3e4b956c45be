import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendRow, parseCsvRecords, replaceCell } from "../../../src/formats/contacts/edit-csv.ts";

const texts = fc
  .array(fc.constantFrom("a", "é", '"', '""', ",", ";", "\t", "\n", "\r\n", "\r", " ", "=1", "\ufeff", "x@y.example"), {
    maxLength: 60,
  })
  .map((parts) => parts.join(""));
const values = fc
  .array(fc.constantFrom("a", '"', ",", ";", "|", "\n", "\r", " ", "=SUM(1)", "ü", "+351 1"), { maxLength: 8 })
  .map((parts) => parts.join(""));

describe("editing a CSV text in place", () => {
  test("rows, cells, line ends and mark together are the whole text, byte for byte", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { rows } = parseCsvRecords(text);
        let rebuilt = "";
        let at = 0;
        for (const row of rows) {
          const between = text.slice(at, row.start);
          expect(["", "\ufeff", "\n", "\r", "\r\n"]).toContain(between);
          let cellAt = row.start;
          for (const cell of row.cells) {
            expect(cell.start - cellAt).toBeLessThanOrEqual(1);
            cellAt = cell.end;
          }
          expect(cellAt).toBe(row.end);
          rebuilt += between + text.slice(row.start, row.end);
          at = row.end;
        }
        expect(rebuilt + text.slice(at)).toBe(text);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  test("replacing a cell changes that cell's range and no other cell", () => {
    fc.assert(
      fc.property(texts, fc.nat(20), fc.nat(6), values, (text, rowPick, cellPick, value) => {
        const table = parseCsvRecords(text);
        fc.pre(table.rows.length > 0);
        const rowIndex = rowPick % table.rows.length;
        const row = table.rows[rowIndex];
        const column = cellPick % (row?.cells.length ?? 1);
        const cell = row?.cells[column];
        if (row === undefined || cell === undefined) throw new Error("no such cell");
        const edited = replaceCell(table, rowIndex, column, value);
        expect(edited.startsWith(text.slice(0, cell.start))).toBe(true);
        expect(edited.endsWith(text.slice(cell.end))).toBe(true);
        const again = parseCsvRecords(edited);
        if (again.delimiter !== table.delimiter) return;
        const expected = table.rows.map(({ cells }, r) =>
          cells.map((one, c) => (r === rowIndex && c === column ? value : one.value)),
        );
        // A lone empty cell at the very end of the text is no row at all.
        if (edited.length > 0 && expected.length === again.rows.length)
          expect(again.rows.map(({ cells }) => cells.map((one) => one.value))).toEqual(expected);
        else expect(value).toBe("");
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  test("an appended row comes back as its values after everything that was there", () => {
    fc.assert(
      fc.property(texts, fc.array(values, { minLength: 2, maxLength: 5 }), (text, row) => {
        const table = parseCsvRecords(text);
        fc.pre(!table.hasOpenQuote);
        const longer = appendRow(table, row);
        expect(longer.startsWith(text)).toBe(true);
        const again = parseCsvRecords(longer);
        if (again.delimiter !== table.delimiter) return;
        expect(again.rows.at(-1)?.cells.map((cell) => cell.value)).toEqual(row);
        expect(again.rows.slice(0, -1).map((one) => longer.slice(one.start, one.end))).toEqual(
          table.rows.map((one) => text.slice(one.start, one.end)),
        );
      }),
      { numRuns: 1000, seed: 4 },
    );
  });

  test("keeps mark, delimiter, quoting and line ends of the file", () => {
    const text = '\ufeffname;emails\r\n"Ana";"a@x.example"\r\nBo;b@x.example';
    const table = parseCsvRecords(text);
    expect(table).toMatchObject({ delimiter: ";", lineEnd: "\r\n" });
    expect(replaceCell(table, 1, 1, "new@x.example")).toBe(text.replace("a@x.example", "new@x.example"));
    expect(appendRow(table, ["Cy", "c@x.example; d@x.example"])).toBe(`${text}\r\nCy;"c@x.example; d@x.example"\r\n`);
  });

  test("fills a short row up to the cell it is given", () => {
    expect(replaceCell(parseCsvRecords("a,b,c\n1\n2,3,4\n"), 1, 2, "x,y")).toBe('a,b,c\n1,,"x,y"\n2,3,4\n');
  });

  test("does not change what begins like a formula, for this file is the owner's and no spreadsheet's", () => {
    expect(replaceCell(parseCsvRecords("name,phones\nAna,1\n"), 1, 1, "+351 911 001 003")).toBe(
      "name,phones\nAna,+351 911 001 003\n",
    );
  });

  test("refuses to append behind a quote that is never closed", () => {
    expect(() => appendRow(parseCsvRecords('a,b\n"open,1\n'), ["x", "y"])).toThrow(/never closed/);
  });
});
