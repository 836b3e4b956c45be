import { badRequest } from "../google-error.ts";
import type { Cell, SheetTab } from "./drive-state.ts";

/** A rectangle of a tab: from row and column (from 0) to the ones after the last. */
export interface CellRange {
  tab: SheetTab;
  fromRow: number;
  fromColumn: number;
  toRow: number;
  toColumn: number;
}

/** Reads A1 notation: `Sheet1`, `'My sheet'!A1:C`, `A1:B2`. Errors: 400. */
export function readRange(tabs: readonly SheetTab[], text: string): CellRange {
  const found = /^(?:'((?:[^']|'')+)'|([^'!]+))?(?:!(.+))?$/.exec(text);
  const name = (found?.[1] ?? found?.[2] ?? "").replaceAll("''", "'");
  const named = tabs.find(({ title }) => title === name);
  const cells = found?.[3] ?? (named === undefined ? name : "");
  const tab = named ?? (found?.[3] === undefined ? tabs[0] : undefined);
  const corners = /^(?:([A-Z]{1,3})?(\d*)(?::([A-Z]{1,3})?(\d*))?)?$/.exec(cells);
  if (tab === undefined || corners === null) throw badRequest(`Unable to parse range: ${text}`, "badRequest");
  const [, fromColumn = "", fromRow = "", toColumn, toRow] = corners;
  const single = !cells.includes(":") && cells !== "";
  return {
    tab,
    fromRow: fromRow === "" ? 0 : Number(fromRow) - 1,
    fromColumn: fromColumn === "" ? 0 : columnNumber(fromColumn),
    toRow: single ? Number(fromRow) : toRow === undefined || toRow === "" ? Number.POSITIVE_INFINITY : Number(toRow),
    toColumn: single
      ? columnNumber(fromColumn) + 1
      : toColumn === undefined || toColumn === ""
        ? Number.POSITIVE_INFINITY
        : columnNumber(toColumn) + 1,
  };
}

/** The values of a range as the API gives them: empty cells at the end of a row, and empty rows at the end, left out. */
export function getValues(range: CellRange, render: string): Cell[][] {
  const rows = range.tab.rows.slice(range.fromRow, range.toRow).map((row) => {
    const cells = row.slice(range.fromColumn, range.toColumn).map((cell) => renderCell(cell, render));
    while (cells.length > 0 && cells.at(-1) === "") cells.pop();
    return cells;
  });
  while (rows.length > 0 && rows.at(-1)?.length === 0) rows.pop();
  return rows;
}

/** Writes values from a range's corner on. RAW keeps what is given; USER_ENTERED takes it for typed: formulas, numbers, dates. */
export function putValues(range: CellRange, values: readonly (readonly unknown[])[], inputOption: string): number {
  let written = 0;
  for (const [down, given] of values.entries()) {
    const at = range.fromRow + down;
    while (range.tab.rows.length <= at) range.tab.rows.push([]);
    const row = range.tab.rows[at] ?? [];
    for (const [right, value] of given.entries()) {
      const column = range.fromColumn + right;
      while (row.length <= column) row.push("");
      // Null leaves the cell as it is.
      if (value === null) continue;
      row[column] = inputOption === "RAW" ? toCell(value) : typed(toCell(value));
      written += 1;
    }
  }
  return written;
}

/** The first empty row below the table that a range lies in; what an append writes to. */
export function rowAfterTable(range: CellRange): number {
  let at = range.fromRow;
  while (range.tab.rows[at]?.some((cell) => cell !== "") === true) at += 1;
  return at;
}

/** The first tab as CSV, quoted where needed. */
export function toCsv(tab: SheetTab | undefined): string {
  const quote = (cell: Cell): string => {
    const text = renderCell(cell, "FORMATTED_VALUE").toString();
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const width = Math.max(0, ...(tab?.rows ?? []).map((row) => row.length));
  return (tab?.rows ?? [])
    .map((row) => Array.from({ length: width }, (_, at) => quote(row[at] ?? "")).join(","))
    .join("\r\n");
}

export function columnName(number: number): string {
  const letter = String.fromCharCode(65 + (number % 26));
  return number < 26 ? letter : columnName(Math.floor(number / 26) - 1) + letter;
}

function columnNumber(name: string): number {
  return [...name].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function renderCell(cell: Cell, render: string): Cell {
  if (render === "UNFORMATTED_VALUE") return cell;
  if (typeof cell === "number") return cell.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 10 });
  return typeof cell === "boolean" ? String(cell).toUpperCase() : cell;
}

function toCell(value: unknown): Cell {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : String(value ?? "");
}

/** What a person who types this would get: the reason why nothing is ever written so. */
function typed(cell: Cell): Cell {
  if (typeof cell !== "string") return cell;
  if (cell.startsWith("=")) return "#NAME?";
  if (/^\+?[\d ]+$/.test(cell) && cell.trim() !== "") return Number(cell.replace(/[+ ]/g, ""));
  const date = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(cell);
  if (date !== null)
    return Math.round(Date.UTC(Number(date[3]), Number(date[1]) - 1, Number(date[2])) / 86_400_000) + 25_569;
  return cell === "TRUE" || cell === "FALSE" ? cell === "TRUE" : cell;
}
