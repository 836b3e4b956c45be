import type { Call, Outcome } from "../../src/core/action.ts";
import { isSameJson } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import { afterEffect } from "../google-account/after-effect.ts";
import { stillSettling } from "../google-account/still-settling.ts";
import type { SheetCell } from "./client.ts";
import type { SheetDoorClient } from "./door-client.ts";
import type { RowsInput, WrittenRows } from "./row-input.ts";
import { nameCell, rowVersion, type SheetView, viewSheet } from "./sheet-view.ts";

type SheetCall = Call<SheetDoorClient>;
type InputRow = RowsInput["rows"][number];
const emptyRow: ReadonlyMap<string, SheetCell> = new Map();

/**
 * Writes the cells if header and rows are where and what they were, and looks at them again. Contract: one request that changes
 * something. Sheets compares nothing: what moved in between is found afterwards. Errors: `moved`.
 */
export async function writeIfInPlace(input: RowsInput, call: SheetCall): Promise<WrittenRows> {
  const before = await readView(input.title, call);
  if (!isInPlace(input, before)) {
    throw new StewardError("moved", "The Sheet was sorted or changed after you saw it.");
  }
  await call.client.write(input.writes, call.signal);
  return await afterEffect(async () => resultOf(input, before, await readView(input.title, call)));
}

/** Whether header and rows are as they were approved. */
export function isInPlace({ header, rows }: RowsInput, view: SheetView): boolean {
  return isSameJson(header, view.header) && rows.every(({ row, before }) => rowVersion(cellsAt(view, row)) === before);
}

/** By what the rows hold now, wherever they lie: the new text of any of them means that all was written, at once. */
export async function settleRows(input: RowsInput, call: SheetCall): Promise<Outcome<WrittenRows>> {
  const view = await readView(input.title, call);
  const versions = new Set(view.rows.map(({ cells }) => rowVersion(cells)));
  if (input.rows.some(({ after }) => versions.has(after))) {
    const mixed = input.rows.filter(({ after }) => !versions.has(after)).map(({ row }) => row);
    return { kind: "done", result: { rows: input.rows.map(toBack), mixed } };
  }
  if (input.rows.every(({ isNew, before }) => isNew || versions.has(before))) {
    return stillSettling(call, "The Sheet does not have the new cells by now.");
  }
  const rows = input.rows.map(({ row }) => row).join(", ");
  return { kind: "unknown", reason: `The Sheet was changed at the same moment; look at rows ${rows}.` };
}

/** Puts the old cells back into each row, found by what it holds. Contract: twice is once. Errors: `moved`. */
export async function putRowsBack(title: string, { rows }: WrittenRows, call: SheetCall): Promise<void> {
  const view = await readView(title, call);
  const writes = rows.flatMap((back) => {
    const found = view.rows.filter(({ cells }) => rowVersion(cells) === back.after);
    const [row, more] = found;
    const isBack =
      back.before === rowVersion(emptyRow) || view.rows.some((one) => rowVersion(one.cells) === back.before);
    if (row === undefined && isBack) return [];
    if (row === undefined || more !== undefined) throw hasMoved();
    return back.cells.map(({ column, value }) => {
      const place = view.places.get(column);
      if (place === undefined) throw hasMoved();
      return { range: nameCell(title, row.row, place), value };
    });
  });
  if (writes.length > 0) await call.client.write(writes, call.signal);
}

export async function readView(
  title: string,
  { client, signal }: Pick<SheetCall, "client" | "signal">,
): Promise<SheetView> {
  return viewSheet(await client.values(title, "UNFORMATTED_VALUE", signal));
}

function hasMoved(): StewardError {
  return new StewardError("moved", "The Sheet was changed since: nothing was put back.", {
    cure: "Choose the version you want in Google Sheets, under File, Version history.",
  });
}

function resultOf(input: RowsInput, before: SheetView, now: SheetView): WrittenRows {
  const result: WrittenRows = { rows: [], mixed: [] };
  for (const row of input.rows) {
    const cells = cellsAt(now, row.row);
    if (rowVersion(cells) === row.after) {
      result.rows.push(toBack(row));
      continue;
    }
    result.mixed.push(row.row);
    const former = formerRow(row, before, cells);
    if (former === null) continue;
    const back = row.cells.map(({ column }) => ({ column, value: former.get(column) ?? "" }));
    result.rows.push({ before: rowVersion(former), after: rowVersion(cells), cells: back });
  }
  return result;
}

/** Which row lay there in the very moment: the one that is the same but for the written cells. Null when several would do. */
function formerRow(
  row: InputRow,
  before: SheetView,
  now: ReadonlyMap<string, SheetCell>,
): ReadonlyMap<string, SheetCell> | null {
  const written = new Set(row.cells.map(({ column }) => column));
  const rest = (cells: ReadonlyMap<string, SheetCell>): string =>
    rowVersion(new Map([...cells].filter(([column]) => !written.has(column))));
  const [found, more] = before.rows.filter(({ cells }) => rest(cells) === rest(now));
  return found === undefined || more !== undefined ? null : found.cells;
}

function toBack({ before, after, cells }: InputRow): WrittenRows["rows"][number] {
  return { before, after, cells: cells.map(({ column, from }) => ({ column, value: from })) };
}

function cellsAt(view: SheetView, row: number): ReadonlyMap<string, SheetCell> {
  return view.rows.find((one) => one.row === row)?.cells ?? emptyRow;
}
