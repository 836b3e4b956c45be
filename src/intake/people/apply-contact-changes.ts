import { appendRow, parseCsvRecords, replaceCell } from "../../formats/contacts/edit-csv.ts";
import { neutralCell } from "../../formats/contacts/neutral-cell.ts";
import { columnKey } from "./contact-table.ts";
import { contactsTemplate } from "./contacts-file.ts";
import type { ContactChange } from "./merge-contacts.ts";

/**
 * The text of contacts.csv with these changes in it. Everything else stays byte for byte: other columns, order, quoting, line
 * ends. A column that the file lacks is added at its end.
 *
 * Contract: pure; the changes are of a merge with exactly this text. Errors: `unreadable` when a quote never ends.
 */
export function applyContactChanges(text: string, changes: readonly ContactChange[]): string {
  let result = text.replace(/^\ufeff/, "").trim() === "" ? contactsTemplate : text;
  for (const change of changes) {
    if (change.kind !== "edit") continue;
    const found = columnOf(result, change.column);
    result = replaceCell(parseCsvRecords(found.text), change.row - 1, found.at, neutralCell(change.to));
  }
  const removed = changes.flatMap((change) => (change.kind === "remove" ? [change.row] : []));
  for (const row of removed.sort((a, b) => b - a)) result = removeRow(result, row - 1);
  for (const change of changes) if (change.kind === "add") result = addRow(result, change.cells);
  return result;
}

/** Where a column is; it is added where there is none. */
function columnOf(text: string, column: string): { text: string; at: number } {
  const table = parseCsvRecords(text);
  const names = table.rows[0]?.cells.map((cell) => columnKey(cell.value)) ?? [];
  const at = names.indexOf(column);
  if (at >= 0) return { text, at };
  return { text: replaceCell(table, 0, names.length, column), at: names.length };
}

function addRow(text: string, cells: ReadonlyMap<string, string>): string {
  let result = text;
  for (const column of cells.keys()) result = columnOf(result, column).text;
  const table = parseCsvRecords(result);
  const names = table.rows[0]?.cells.map((cell) => columnKey(cell.value)) ?? [];
  // The second of two columns with one name is nobody's.
  const values = names.map((name, at) => (names.indexOf(name) === at ? neutralCell(cells.get(name) ?? "") : ""));
  return appendRow(table, values);
}

/** Without the record and the line end after it. */
function removeRow(text: string, index: number): string {
  const table = parseCsvRecords(text);
  const row = table.rows[index];
  if (row === undefined || index === 0) return text;
  const next = table.rows[index + 1];
  return text.slice(0, row.start) + (next === undefined ? "" : text.slice(next.start));
}
