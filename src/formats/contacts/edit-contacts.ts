import { columnKey } from "./contact-table.ts";
import { appendRow, parseCsvRecords, replaceCell } from "./edit-csv.ts";
import { neutralCell } from "./neutral-cell.ts";
import { stewardColumns } from "./parse-steward-csv.ts";

/** A contacts.csv with nobody in it yet. */
export const contactsTemplate = `${stewardColumns.join(",")}\n`;

/** The text itself, or the header alone where there is nothing. */
export function withContactsHeader(text: string): string {
  return text.replace(/^\ufeff/, "").trim() === "" ? contactsTemplate : text;
}

/**
 * The text of a contacts.csv with one cell set; `row` counts as a spreadsheet does (the header is row 1). Everything else
 * stays byte for byte; a column that the file lacks is added at its end; what a spreadsheet would run is neutralised.
 * Contract: pure. Errors: `unreadable` when a quote never ends.
 */
export function setContactCell(text: string, row: number, column: string, value: string): string {
  const found = columnOf(text, column);
  return replaceCell(parseCsvRecords(found.text), row - 1, found.at, neutralCell(value));
}

/** As `setContactCell`, with a row added at the end. */
export function addContactRow(text: string, cells: ReadonlyMap<string, string>): string {
  let result = text;
  for (const column of cells.keys()) result = columnOf(result, column).text;
  const table = parseCsvRecords(result);
  const names = table.rows[0]?.cells.map((cell) => columnKey(cell.value)) ?? [];
  // The second of two columns with one name is nobody's.
  const values = names.map((name, at) => (names.indexOf(name) === at ? neutralCell(cells.get(name) ?? "") : ""));
  return appendRow(table, values);
}

/** Where a column is; it is added where there is none. */
function columnOf(text: string, column: string): { text: string; at: number } {
  const table = parseCsvRecords(text);
  const names = table.rows[0]?.cells.map((cell) => columnKey(cell.value)) ?? [];
  const at = names.indexOf(column);
  if (at >= 0) return { text, at };
  return { text: replaceCell(table, 0, names.length, column), at: names.length };
}
