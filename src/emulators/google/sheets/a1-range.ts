import type { SheetTab } from "../drive/drive-state.ts";
import { refuse } from "./sheets-failure.ts";

/** A rectangle of a tab: from row and column (from 0) to the ones after the last, within the tab's grid. */
export interface CellRange {
  tab: SheetTab;
  fromRow: number;
  fromColumn: number;
  toRow: number;
  toColumn: number;
}

/** How many rows and columns a tab has, filled or not. */
export function gridOf(tab: SheetTab): { rowCount: number; columnCount: number } {
  const widest = Math.max(0, ...tab.rows.map((row) => row.length));
  return {
    rowCount: Math.max(tab.rowCount ?? 1000, tab.rows.length),
    columnCount: Math.max(tab.columnCount ?? 26, widest),
  };
}

/**
 * Reads A1 notation: `Sheet1`, `'My sheet'!A1:C`, `A1:B2`, `2:5`. A name that is both a sheet and a cell is the cell's when it
 * stands alone. Errors: 400 for what is none of these, for a sheet that is not there, and for cells outside of the grid.
 * Source: https://developers.google.com/workspace/sheets/api/guides/concepts#cell
 */
export function readRange(tabs: readonly SheetTab[], text: string): CellRange {
  const found = /^(?:(?:'((?:[^']|'')+)'|([^'!]+))(?:!(.+))?)$/.exec(text);
  if (found === null) throw unparsed(text);
  const name = (found[1] ?? found[2] ?? "").replaceAll("''", "'");
  const isQuoted = found[1] !== undefined;
  const alone = found[3] === undefined;
  if (alone && !isQuoted && isCells(name)) return withCells(tabs[0], name, text);
  const tab = tabs.find(({ title }) => title === name);
  return withCells(tab, alone ? "" : (found[3] ?? ""), text);
}

/** The range in A1 notation, as answers name it. */
export function nameRange({ tab, fromRow, fromColumn, toRow, toColumn }: CellRange): string {
  const title = /^[A-Za-z_]\w*$/.test(tab.title) ? tab.title : `'${tab.title.replaceAll("'", "''")}'`;
  const from = `${columnName(fromColumn)}${fromRow + 1}`;
  const to = `${columnName(toColumn - 1)}${toRow}`;
  return `${title}!${from === to ? from : `${from}:${to}`}`;
}

export function columnName(number: number): string {
  const letter = String.fromCharCode(65 + (number % 26));
  return number < 26 ? letter : columnName(Math.floor(number / 26) - 1) + letter;
}

const cornerPattern = /^([A-Za-z]{1,3})?(\d+)?$/;

function isCells(text: string): boolean {
  const [from = "", to] = text.split(":");
  return to === undefined ? /^[A-Za-z]{1,3}\d+$/.test(from) : cornerPattern.test(from) && cornerPattern.test(to);
}

function withCells(tab: SheetTab | undefined, cells: string, text: string): CellRange {
  if (tab === undefined) throw unparsed(text);
  const { rowCount, columnCount } = gridOf(tab);
  if (cells === "") return { tab, fromRow: 0, fromColumn: 0, toRow: rowCount, toColumn: columnCount };
  const [first = "", second, third] = cells.split(":");
  const from = cornerPattern.exec(first);
  const to = cornerPattern.exec(second ?? first);
  const isOdd = third !== undefined || first === "" || second === "" || (second === undefined && !isCells(first));
  if (from === null || to === null || isOdd) throw unparsed(text);
  const range = {
    tab,
    fromRow: from[2] === undefined ? 0 : Number(from[2]) - 1,
    fromColumn: from[1] === undefined ? 0 : columnNumber(from[1]),
    toRow: to[2] === undefined ? rowCount : Number(to[2]),
    toColumn: to[1] === undefined ? columnCount : columnNumber(to[1]) + 1,
  };
  if (range.fromRow < 0 || range.fromRow >= rowCount || range.fromColumn >= columnCount) {
    throw refuse(`Range (${text}) exceeds grid limits. Max rows: ${rowCount}, max columns: ${columnCount}`);
  }
  return { ...range, toRow: Math.min(range.toRow, rowCount), toColumn: Math.min(range.toColumn, columnCount) };
}

function columnNumber(name: string): number {
  return [...name.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function unparsed(text: string): Error {
  return refuse(`Unable to parse range: ${text}`);
}
