import type { Connection } from "./connection.ts";
import type { SearchColumns } from "./search-columns.ts";

/** Puts an item into the search index; it must not be there yet. */
export function addToIndex(sql: Connection, id: number, columns: SearchColumns): void {
  sql.run(
    "INSERT INTO search (rowid, sender, recipients, subject, body, attachments, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
    id,
    columns.sender,
    columns.recipients,
    columns.subject,
    columns.body,
    columns.attachments,
    columns.place,
  );
}
