import Papa from "papaparse";
import type { DraftItem } from "../../core/item.ts";
import type { ParsedRecord, Problem, RawRecord } from "../../core/record.ts";
import { decodeBytes, guessedLetters } from "../documents/decode-bytes.ts";

const rowLimit = 200_000;

/** One row of a table of contacts: cells by the header's name as written, in order. */
export type ContactRow = ReadonlyMap<string, string>;

/**
 * Reads a CSV of contacts row by row. Names in the header may come in any order; a name that comes twice keeps its first
 * cell that is not empty. `toItem` makes an item of a row, or null for one that names nobody.
 * Contract: never throws; a broken row is read as far as it goes and marked `partial`.
 */
export function readContactTable(
  record: RawRecord,
  toItem: (row: ContactRow, problems: string[]) => DraftItem | null,
): ParsedRecord {
  const { text, guessed } = decodeBytes(record.bytes);
  const problem = (reason: string): Problem => ({ locator: record.locator, reason });
  const table = Papa.parse<string[]>(text.replace(/^\ufeff/, ""), { skipEmptyLines: "greedy", preview: rowLimit });
  const [header = [], ...rows] = table.data;
  const broken = new Set(table.errors.filter(({ type }) => type === "Quotes").map(({ row }) => row));
  const problems: Problem[] = [];
  if (header.length < 2) problems.push(problem("This is not a table of contacts: it has no header."));
  if (table.data.length >= rowLimit) problems.push(problem("The table has over 200,000 rows; the rest was not read."));
  const items: DraftItem[] = [];
  for (const [index, cells] of rows.entries()) {
    const notes = guessed ? [guessedLetters] : [];
    if (broken.has(index + 1)) notes.push("A quoted cell of this row does not end where it should.");
    if (cells.length > header.length) notes.push("This row has more cells than the table has columns.");
    const item = toItem(rowOf(header, cells), notes);
    if (item !== null) items.push(item);
    else problems.push(problem(`Row ${index + 2} of the table has no name, address or number.`));
  }
  return { items, problems };
}

function rowOf(header: string[], cells: string[]): ContactRow {
  const row = new Map<string, string>();
  for (const [index, name] of header.entries()) {
    const key = name.trim();
    const cell = cells[index]?.trim() ?? "";
    if ((row.get(key) ?? "") === "") row.set(key, cell);
  }
  return row;
}

/** The first of these columns that has something in it. */
export function cell(row: ContactRow, ...names: string[]): string {
  for (const name of names) {
    const value = row.get(name) ?? "";
    if (value !== "") return value;
  }
  return "";
}
