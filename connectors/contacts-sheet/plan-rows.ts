import { StewardError } from "../../src/core/errors.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import type { ContactTable } from "../../src/formats/contacts/contact-table.ts";
import { findContacts } from "../../src/formats/contacts/find-contacts.ts";
import { nameOf } from "../../src/formats/contacts/match-contacts.ts";
import { type ContactChange, type MergedContacts, mergeContacts } from "../../src/formats/contacts/merge-contacts.ts";
import type { SheetCell } from "./client.ts";
import type { RowsInput } from "./row-input.ts";
import { nameCell, rowVersion, type SheetView, toTable } from "./sheet-view.ts";

/** The tables that are compared, and the sheet as it lies. */
export interface RowsWorld {
  /** contacts.csv, and what it and the Sheet last agreed on. */
  here: ContactTable;
  base: ContactTable;
  view: SheetView;
  /** The same cells as they were typed: where they differ from what shows, a formula stands. */
  typed: SheetView;
  title: string;
  rowCount: number;
  region: string;
}

type Plan = Pick<RowsInput, "rows" | "writes" | "left">;
type Cells = { column: string; from: SheetCell; to: string }[];

/**
 * What contacts.csv has and the Sheet has not, as cells to write: what only contacts.csv changed since the two last agreed.
 * What both changed, what a formula fills, what the Sheet has no column or room for, and rows that contacts.csv no longer has
 * are left, and said. Contract: pure. Errors: `usage` when nothing is to be written, or a name is unclear.
 */
export function planRows(world: RowsWorld, wanted: readonly string[] | undefined): Plan {
  const { here, base, view, region } = world;
  const merged = mergeContacts({ base, here, there: toTable(view), region });
  const names = wanted === undefined ? null : new Set(wanted.map((one) => nameOfOne(here, one, region)));
  const isWanted = ({ name }: { name: string }): boolean => names === null || names.has(name);
  const left = leftOf(merged, isWanted);
  const planned = [
    ...editedRows(world, merged.wait.filter(isWanted), left),
    ...addedRows(world, merged.wait.filter(isWanted), left),
  ];
  if (planned.length === 0) {
    const why = left.length === 0 ? "The Sheet has all of that already." : left.join(" ");
    throw new StewardError("usage", why.slice(0, 1000), { cure: "See what differs: steward contacts." });
  }
  const writes = planned.flatMap(({ row, cells }) =>
    cells.map(({ column, to }) => ({ range: nameCell(world.title, row, view.places.get(column) ?? 0), value: to })),
  );
  return { rows: planned, writes, left: left.slice(0, 200).map((line) => line.slice(0, 400)) };
}

function nameOfOne(here: ContactTable, wanted: string, region: string): string {
  const found = findContacts(here.rows, wanted, region);
  const [row] = found;
  const name = row === undefined ? "" : nameOf(row);
  const others = here.rows.filter((one) => nameOf(one) === name);
  if (row !== undefined && found.length === 1 && name !== "" && others.length === 1) return name;
  const how = row === undefined ? "Nobody in contacts.csv is" : "More than one row of contacts.csv is";
  throw new StewardError("usage", `${how} “${forScreen(wanted)}”.`, {
    cure: "Give a name that contacts.csv has once, or leave the names out.",
  });
}

function leftOf({ conflicts, wait }: MergedContacts, isWanted: (one: { name: string }) => boolean): string[] {
  const unsettled = conflicts
    .filter(isWanted)
    .map(({ name, column }) => `${forScreen(name)}${column === "" ? "" : `, ${column}`}: both sides changed it.`);
  const removed = wait
    .filter((change) => change.kind === "remove" && isWanted(change))
    .map(({ name }) => `${forScreen(name)} is no longer in contacts.csv; the row stays in the Sheet.`);
  return [...unsettled, ...removed];
}

function editedRows({ view, typed }: RowsWorld, changes: readonly ContactChange[], left: string[]): Plan["rows"] {
  const edits = changes.flatMap((change) => (change.kind === "edit" ? [change] : []));
  return [...Map.groupBy(edits, ({ row }) => row)].flatMap(([number, ofRow]) => {
    const row = view.rows.find((one) => one.row === number);
    const source = typed.rows.find((one) => one.row === number);
    const name = ofRow[0]?.name ?? "";
    if (row === undefined) return [];
    const cells: Cells = ofRow.flatMap(({ column, to }) => {
      const from = row.cells.get(column) ?? "";
      if ((source?.cells.get(column) ?? "") === from) return [{ column, from, to }];
      left.push(`${forScreen(name)}, ${column}: a formula or a date stands in the Sheet; change it there.`);
      return [];
    });
    return cells.length === 0 ? [] : [toRow({ row: number, name, isNew: false, cells }, row.cells)];
  });
}

/** Each at a place of its own below the last row that holds anything: never appended. */
function addedRows({ view, rowCount }: RowsWorld, changes: readonly ContactChange[], left: string[]): Plan["rows"] {
  let row = view.lastRow;
  return changes.flatMap((change) => {
    if (change.kind !== "add") return [];
    const { name } = change;
    const known = [...change.cells].filter(([column]) => view.places.has(column));
    const missing = [...change.cells.keys()].filter((column) => !view.places.has(column));
    if (missing.length > 0) left.push(`${forScreen(name)}: the Sheet has no column ${missing.join(", ")}.`);
    if (known.length === 0) return [];
    if (row >= rowCount) {
      left.push(`${forScreen(name)}: the Sheet has no empty row left; add some at its end.`);
      return [];
    }
    row += 1;
    const cells = known.map(([column, to]) => ({ column, from: "", to }));
    return [toRow({ row, name, isNew: true, cells }, new Map())];
  });
}

function toRow(
  given: { row: number; name: string; isNew: boolean; cells: Cells },
  before: ReadonlyMap<string, SheetCell>,
): Plan["rows"][number] {
  const after = new Map([...before, ...given.cells.map(({ column, to }) => [column, to] as const)]);
  return {
    ...given,
    name: forScreen(given.name).slice(0, 300),
    cells: given.cells.map(({ column, from, to }) => ({ column, from: from ?? "", to })),
    before: rowVersion(before),
    after: rowVersion(after),
  };
}
