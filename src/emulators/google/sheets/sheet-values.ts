import { z } from "zod";
import type { PlainCell, SheetTab } from "../drive/drive-state.ts";
import { type DateRendering, isEmptyCell, renderCell, type ValueRendering } from "../drive/render-values.ts";
import { type CellRange, columnName, gridOf, nameRange, readRange } from "./a1-range.ts";
import { enterValue } from "./enter-value.ts";
import { refuse } from "./sheets-failure.ts";

export interface Rendering {
  values: ValueRendering;
  dates: DateRendering;
  dimension: "ROWS" | "COLUMNS";
}

/** The values of a range as the API gives them: empty cells at the end of a row, and empty rows at the end, left out. */
export function getValues(range: CellRange, rendering: Rendering): PlainCell[][] {
  const rows = Array.from({ length: range.toRow - range.fromRow }, (_, down) => {
    const row = range.tab.rows[range.fromRow + down] ?? [];
    return row
      .slice(range.fromColumn, range.toColumn)
      .map((cell) => renderCell(cell, rendering.values, rendering.dates));
  });
  const turned = rendering.dimension === "ROWS" ? rows : transpose(rows);
  return dropEmptyEnd(
    turned.map((line) => dropEmptyEnd(line, isEmptyCell)),
    (line) => line.length === 0,
  );
}

function dropEmptyEnd<T>(list: readonly T[], isEmpty: (one: T) => boolean): T[] {
  return list.slice(0, list.findLastIndex((one) => !isEmpty(one)) + 1);
}

function transpose(rows: readonly PlainCell[][]): PlainCell[][] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? ""));
}

const values = z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])));

/** The `values` of a request's body. Errors: 400 for what is no list of lists of plain values. */
export function readValues(given: unknown): (PlainCell | null)[][] {
  const parsed = values.safeParse(given ?? []);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join("][") ?? "";
  throw refuse(`Invalid values[${at}]`);
}

/**
 * Writes values from a range's corner on. RAW keeps what is given; USER_ENTERED takes it for typed, but in columns of plain
 * text. Null leaves a cell as it is, an empty text empties it. Errors: 400 for values that do not fit into the range.
 */
export function putValues(
  range: CellRange,
  given: readonly (readonly (PlainCell | null)[])[],
  inputOption: "RAW" | "USER_ENTERED",
): CellRange {
  const { tab, fromRow, fromColumn } = range;
  const written = { ...range, toRow: fromRow, toColumn: fromColumn };
  for (const [down, line] of given.entries()) {
    const at = fromRow + down;
    checkFits(range, at, fromColumn + line.length - 1);
    while (tab.rows.length <= at) tab.rows.push([]);
    const row = tab.rows[at] ?? [];
    for (const [right, value] of line.entries()) {
      const column = fromColumn + right;
      while (row.length <= column) row.push("");
      if (value === null) continue;
      const isText = tab.textColumns?.includes(column) === true;
      row[column] = inputOption === "RAW" || isText ? value : enterValue(value);
    }
    written.toRow = at + 1;
    written.toColumn = Math.max(written.toColumn, fromColumn + line.length);
  }
  return {
    ...written,
    toRow: Math.max(written.toRow, fromRow + 1),
    toColumn: Math.max(written.toColumn, fromColumn + 1),
  };
}

/** A single cell stands for a corner; a rectangle is a limit. */
function checkFits(range: CellRange, row: number, column: number): void {
  const isCorner = range.toRow === range.fromRow + 1 && range.toColumn === range.fromColumn + 1;
  const { rowCount, columnCount } = gridOf(range.tab);
  if (row >= rowCount || column >= columnCount) {
    throw refuse(`Range (${nameRange(range)}) exceeds grid limits. Max rows: ${rowCount}, max columns: ${columnCount}`);
  }
  if (isCorner || (row < range.toRow && column < range.toColumn)) return;
  const where = row >= range.toRow ? `row [${row + 1}]` : `column [${columnName(column)}]`;
  throw refuse(`Requested writing within range [${nameRange(range)}], but tried writing to ${where}`);
}

/** Empties the cells of a range; their formats stay. */
export function clearValues(range: CellRange): void {
  for (let at = range.fromRow; at < Math.min(range.toRow, range.tab.rows.length); at += 1) {
    const row = range.tab.rows[at] ?? [];
    for (let column = range.fromColumn; column < Math.min(range.toColumn, row.length); column += 1) row[column] = "";
  }
}

/**
 * Where an append goes: below the last row of the table that the range touches. A table ends at its first empty row, so that
 * a gap in the data makes the append fall into the gap, over what is below it. Asked twice, it appends twice.
 * Source: https://developers.google.com/workspace/sheets/api/guides/values#append_values
 */
export function findTable(tabs: readonly SheetTab[], text: string): { table: CellRange; next: CellRange } {
  const range = readRange(tabs, text);
  const { tab } = range;
  const isFilled = (at: number): boolean => tab.rows[at]?.some((cell) => !isEmptyCell(cell)) === true;
  let begin = range.fromRow;
  while (begin < Math.min(range.toRow, tab.rows.length) && !isFilled(begin)) begin += 1;
  if (!isFilled(begin)) begin = range.fromRow;
  while (begin > 0 && isFilled(begin) && isFilled(begin - 1)) begin -= 1;
  let end = begin;
  while (isFilled(end)) end += 1;
  const rows = tab.rows.slice(begin, end);
  const first = Math.min(...rows.map((row) => row.findIndex((cell) => !isEmptyCell(cell))));
  const last = Math.max(...rows.map((row) => row.findLastIndex((cell) => !isEmptyCell(cell))));
  const [fromColumn, toColumn] = rows.length === 0 ? [range.fromColumn, range.fromColumn + 1] : [first, last + 1];
  const table = { tab, fromRow: begin, fromColumn, toRow: Math.max(end, begin + 1), toColumn };
  return { table, next: { tab, fromRow: end, fromColumn, toRow: end + 1, toColumn: fromColumn + 1 } };
}
