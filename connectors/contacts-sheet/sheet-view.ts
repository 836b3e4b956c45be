import { canonicalHash } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import { plainCell } from "../../src/formats/contacts/contact-cells.ts";
import { type ContactTable, columnKey } from "../../src/formats/contacts/contact-table.ts";
import { neutralCell } from "../../src/formats/contacts/neutral-cell.ts";
import type { SheetCell } from "./client.ts";
import { toText } from "./to-contacts-csv.ts";

/** A row by the sheet's own number (the header is row 1), its cells by column, as they are. */
export interface SheetRow {
  row: number;
  cells: ReadonlyMap<string, SheetCell>;
}

/** A sheet of contacts as it lies. */
export interface SheetView {
  /** As it is written, column by column. */
  header: string[];
  /** Where each column is, from 0; of two of one name the first. */
  places: ReadonlyMap<string, number>;
  /** Without the blank ones. */
  rows: SheetRow[];
  /** The number of the last row that holds anything. */
  lastRow: number;
}

/** Contract: pure. Errors: `wrong_kind` for what is no table of contacts. */
export function viewSheet(values: readonly (readonly SheetCell[])[]): SheetView {
  const header = (values[0] ?? []).map(toText);
  const places = new Map<string, number>();
  for (const [at, name] of header.entries()) {
    const key = columnKey(name);
    if (key !== "" && !places.has(key)) places.set(key, at);
  }
  if (!places.has("name") && !places.has("emails")) {
    throw new StewardError("wrong_kind", "The first row of the sheet names no column “name” or “emails”.", {
      cure: "Put the names of the columns into its first row.",
    });
  }
  const rows = values.flatMap((line, index): SheetRow[] => {
    if (index === 0 || line.every((cell) => toText(cell).trim() === "")) return [];
    return [{ row: index + 1, cells: new Map([...places].map(([key, at]) => [key, line[at] ?? ""])) }];
  });
  return { header, places, rows, lastRow: rows.at(-1)?.row ?? 1 };
}

/** The same as contacts.csv is compared with: text, as reading contacts has it. */
export function toTable({ header, places, rows }: SheetView): ContactTable {
  return {
    columns: new Map([...places].map(([key, at]) => [key, (header[at] ?? "").trim()])),
    rows: rows.map(({ row, cells }) => ({
      number: row,
      cells: new Map([...cells].map(([key, cell]) => [key, plainCell(neutralCell(toText(cell)))])),
    })),
  };
}

/** What a row holds, wherever it and its columns lie. Pure. */
export function rowVersion(cells: ReadonlyMap<string, SheetCell>): string {
  const filled = [...cells].filter(([, value]) => value !== "" && value !== null);
  return canonicalHash(Object.fromEntries(filled));
}

/** One cell in A1 notation. Source: https://developers.google.com/workspace/sheets/api/guides/concepts#cell */
export function nameCell(title: string, row: number, place: number): string {
  return `'${title.replaceAll("'", "''")}'!${columnName(place)}${row}`;
}

function columnName(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26));
  return place < 26 ? letter : columnName(Math.floor(place / 26) - 1) + letter;
}
