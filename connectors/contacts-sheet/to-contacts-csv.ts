import { neutralCell } from "../../src/formats/contacts/neutral-cell.ts";
import type { SheetCell } from "./client.ts";

/**
 * The cells of a sheet as CSV with the first row as header, every row as long as the longest; or why it is no table of
 * contacts. A cell that begins with `=` is text, and gets the quote that keeps it text in a spreadsheet. Contract: pure.
 */
export function toContactsCsv(values: readonly (readonly SheetCell[])[]): { csv: string } | { reason: string } {
  const rows = values.map((row) => row.map(toText));
  const header = new Set(rows[0]?.map((name) => name.trim().toLowerCase()));
  if (!header.has("name") && !header.has("emails")) {
    return { reason: "The first row of the sheet names no column “name” or “emails”; nothing was read from it." };
  }
  const width = Math.max(...rows.map((row) => row.length));
  const lines = rows
    .filter((row, index) => index === 0 || row.some((text) => text.trim() !== ""))
    .map((row) => Array.from({ length: width }, (_, at) => quote(row[at] ?? "")).join(","));
  return { csv: `${lines.join("\n")}\n` };
}

/** A cell as text. Numbers come unformatted; those of a phone are whole and below 10^16: no exponent is written. */
export function toText(cell: SheetCell): string {
  if (cell === null) return "";
  if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
  return typeof cell === "number" ? `${cell}` : cell;
}

function quote(text: string): string {
  const clean = neutralCell(text.replaceAll("\u0000", ""));
  return /[",;\t|\r\n]|^\s|\s$|^\ufeff/.test(clean) ? `"${clean.replaceAll('"', '""')}"` : clean;
}
