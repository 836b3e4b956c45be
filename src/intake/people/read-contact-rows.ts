import { createHash } from "node:crypto";
import type { Identity } from "../../core/item.ts";
import {
  plainCell,
  type ReadCell,
  readEmailCell,
  readHandleCell,
  readPhoneCell,
} from "../../formats/contacts/contact-cells.ts";
import { parseCsvRecords } from "../../formats/contacts/edit-csv.ts";
import { splitCell, stewardColumns } from "../../formats/contacts/parse-steward-csv.ts";
import { type ContactRowToSave, nameOnlyIdentity } from "../../store/person-contact-rows.ts";

/** Something in contacts.csv that the owner should look at; the header is row 1, as in a spreadsheet. */
export interface ContactProblem {
  rowNumber: number;
  reason: string;
}

export type StewardColumn = (typeof stewardColumns)[number];

/** A record of contacts.csv: its number as a spreadsheet counts, its cells by known column, decoded. */
export interface WrittenRow {
  rowNumber: number;
  cells: Map<StewardColumn, string>;
}

/**
 * The records of a contacts.csv by column name, whatever the order of columns, the delimiter or the line ends. Blank lines
 * are skipped; unknown columns are not looked at. Contract: pure, never throws.
 */
export function readWrittenRows(contents: string): { rows: WrittenRow[]; problems: ContactProblem[] } {
  const table = parseCsvRecords(contents);
  const columns = findColumns(table.rows[0]?.cells.map((cell) => cell.value) ?? []);
  const problems: ContactProblem[] = [];
  if (contents.trim() !== "" && !columns.has("name") && !columns.has("emails")) {
    problems.push({
      rowNumber: 1,
      reason: `the header has no name and no emails column; it should be ${stewardColumns.join(",")}`,
    });
    return { rows: [], problems };
  }
  if (table.hasOpenQuote)
    problems.push({ rowNumber: table.rows.length, reason: "a quote is opened here and never closed" });
  const rows: WrittenRow[] = [];
  for (const [index, record] of table.rows.entries()) {
    if (index === 0 || record.cells.every((cell) => cell.value.trim() === "")) continue;
    if (record.cells.length > (table.rows[0]?.cells.length ?? 0))
      problems.push({ rowNumber: index + 1, reason: "this row has more cells than the header has columns" });
    const cells = new Map([...columns].map(([name, at]) => [name, plainCell(record.cells[at]?.value ?? "")]));
    rows.push({ rowNumber: index + 1, cells });
  }
  return { rows, problems };
}

/** Where each known column is; of two with one name the first counts. */
export function findColumns(header: readonly string[]): Map<StewardColumn, number> {
  const names = header.map((name) => name.trim().toLowerCase());
  const found = new Map<StewardColumn, number>();
  for (const column of stewardColumns) {
    const at = names.indexOf(column);
    if (at >= 0) found.set(column, at);
  }
  return found;
}

/**
 * The rows as the store keeps them. An identity belongs to the first row that lists it; a second row that lists it too, an
 * unreadable value or an empty row is a problem, and the rest of that row still counts. Contract: pure, never throws.
 */
export function readContactRows(
  contents: string,
  region: string,
): { rows: ContactRowToSave[]; problems: ContactProblem[] } {
  const { rows: written, problems } = readWrittenRows(contents);
  const holders = new Map<string, number>();
  const keys = new Set<string>();
  const rows: ContactRowToSave[] = [];
  for (const row of written) {
    const { identities, problems: found } = claimIdentities(row, region, holders);
    problems.push(...found);
    const name = row.cells.get("name") ?? "";
    const key = contactKey(identities[0] ?? nameOnlyIdentity(name));
    if (name === "" && identities.length === 0) {
      problems.push({ rowNumber: row.rowNumber, reason: "this row names nobody: no name, address, number or handle" });
    } else if (keys.has(key)) {
      problems.push({
        rowNumber: row.rowNumber,
        reason: `"${name}" is already in a row above, and nothing tells the two apart`,
      });
    } else {
      keys.add(key);
      rows.push(toRow(row, key, identities.length === 0 ? [nameOnlyIdentity(name)] : identities));
    }
  }
  return { rows, problems };
}

function claimIdentities(
  row: WrittenRow,
  region: string,
  holders: Map<string, number>,
): { identities: Identity[]; problems: ContactProblem[] } {
  const cells: ReadCell[] = [
    ...values(row, "emails").map(readEmailCell),
    ...values(row, "phones").map((value) => readPhoneCell(value, region)),
    ...values(row, "handles").map((value) => readHandleCell(value, region)),
  ];
  const identities: Identity[] = [];
  const problems: ContactProblem[] = [];
  for (const cell of cells) {
    if ("reason" in cell) {
      problems.push({ rowNumber: row.rowNumber, reason: cell.reason });
      continue;
    }
    const id = `${cell.identity.kind} ${cell.identity.value}`;
    const holder = holders.get(id);
    if (holder === row.rowNumber) continue;
    if (holder === undefined) {
      holders.set(id, row.rowNumber);
      identities.push(cell.identity);
    } else {
      const reason = `${cell.identity.value} is in row ${holder} too; it counts there only`;
      problems.push({ rowNumber: row.rowNumber, reason });
    }
  }
  return { identities, problems };
}

function values(row: WrittenRow, column: StewardColumn): string[] {
  return splitCell(row.cells.get(column) ?? "").map(plainCell);
}

function contactKey(first: Identity): string {
  return createHash("sha256").update(`${first.kind} ${first.value}`).digest("base64url").slice(0, 22);
}

function toRow(row: WrittenRow, key: string, identities: Identity[]): ContactRowToSave {
  const cell = (column: StewardColumn): string => row.cells.get(column) ?? "";
  return {
    key,
    rowNumber: row.rowNumber,
    name: cell("name"),
    aliases: values(row, "aliases"),
    organisation: cell("organisation"),
    role: cell("role"),
    relation: cell("relation"),
    language: cell("language"),
    notes: cell("notes"),
    identities,
  };
}
