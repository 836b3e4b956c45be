import { addContactRow, setContactCell, withContactsHeader } from "../../formats/contacts/edit-contacts.ts";
import { parseCsvRecords } from "../../formats/contacts/edit-csv.ts";
import type { ContactChange } from "../../formats/contacts/merge-contacts.ts";

/**
 * The text of contacts.csv with these changes in it. Everything else stays byte for byte: other columns, order, quoting, line
 * ends. A column that the file lacks is added at its end.
 *
 * Contract: pure; the changes are of a merge with exactly this text. Errors: `unreadable` when a quote never ends.
 */
export function applyContactChanges(text: string, changes: readonly ContactChange[]): string {
  let result = withContactsHeader(text);
  for (const change of changes) {
    if (change.kind === "edit") result = setContactCell(result, change.row, change.column, change.to);
  }
  const removed = changes.flatMap((change) => (change.kind === "remove" ? [change.row] : []));
  for (const row of removed.sort((a, b) => b - a)) result = removeRow(result, row - 1);
  for (const change of changes) if (change.kind === "add") result = addContactRow(result, change.cells);
  return result;
}

/** Without the record and the line end after it. */
function removeRow(text: string, index: number): string {
  const table = parseCsvRecords(text);
  const row = table.rows[index];
  if (row === undefined || index === 0) return text;
  const next = table.rows[index + 1];
  return text.slice(0, row.start) + (next === undefined ? "" : text.slice(next.start));
}
