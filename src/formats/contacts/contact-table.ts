import { plainCell } from "./contact-cells.ts";
import { parseCsvRecords } from "./edit-csv.ts";
import { neutralCell } from "./neutral-cell.ts";

/** One row: its number as a spreadsheet counts (the header is row 1), and its cells by column key. */
export interface ContactTableRow {
  number: number;
  cells: ReadonlyMap<string, string>;
}

/** A table of contacts by column, whatever the order of its columns. Columns have a key and the name as written. */
export interface ContactTable {
  columns: ReadonlyMap<string, string>;
  rows: ContactTableRow[];
}

/** A column by which it is the same in two tables: names differ in case and white space only. */
export function columnKey(name: string): string {
  return name.trim().toLowerCase();
}

/**
 * The rows of a contacts table. Columns without a name, and the second of two with one name, are left out; blank rows are
 * skipped; a quote before `=`, `+`, `-` or `@`, which keeps a spreadsheet from running the cell, is taken off.
 * Contract: pure, never throws.
 */
export function readContactTable(text: string): ContactTable {
  const [header, ...records] = parseCsvRecords(text).rows;
  const columns = new Map<string, string>();
  const places = new Map<string, number>();
  for (const [at, cell] of (header?.cells ?? []).entries()) {
    const key = columnKey(cell.value);
    if (key === "" || columns.has(key)) continue;
    columns.set(key, cell.value.trim());
    places.set(key, at);
  }
  const rows: ContactTableRow[] = [];
  for (const [index, record] of records.entries()) {
    if (record.cells.every((cell) => cell.value.trim() === "")) continue;
    const cells = new Map([...places].map(([key, at]) => [key, plainCell(record.cells[at]?.value ?? "")]));
    rows.push({ number: index + 2, cells });
  }
  return { columns, rows };
}

/** The table as CSV, for a file that steward alone writes. */
export function writeContactTable(table: ContactTable): string {
  const keys = [...table.columns.keys()];
  const lines = [
    keys.map((key) => quote(table.columns.get(key) ?? key)),
    ...table.rows.map((row) => keys.map((key) => quote(neutralCell(row.cells.get(key) ?? "")))),
  ];
  return lines.map((cells) => `${cells.join(",")}\n`).join("");
}

function quote(text: string): string {
  return /[",;\t|\r\n]|^\s|\s$|^\ufeff/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
