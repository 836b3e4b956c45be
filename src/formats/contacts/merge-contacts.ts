import type { Identity } from "../../core/item.ts";
import type { ContactTable, ContactTableRow } from "./contact-table.ts";
import { type ContactGroup, groupContacts } from "./group-contacts.ts";
import { keyColumn, nameOf } from "./match-contacts.ts";
import { stewardColumns } from "./parse-steward-csv.ts";
import { identitiesOf, identityKey, isSameCell } from "./same-cell.ts";

/** One change that one side made since the last agreement. `row` is the number of the row in the table that is to change. */
export type ContactChange =
  | { kind: "add"; name: string; cells: ReadonlyMap<string, string>; makesKnown: Identity[] }
  | { kind: "edit"; name: string; row: number; column: string; from: string; to: string; makesKnown: Identity[] }
  | { kind: "remove"; name: string; row: number; cells: ReadonlyMap<string, string>; makesKnown: [] };

export const conflictKinds = [
  /** Both sides changed one cell, differently. */
  "cell",
  /** Deleted on one side, changed on the other; `here` or `there` is empty for the side that deleted. */
  "row",
  /** A row went and another of the same name came: it may be one contact with a new address, or two. */
  "perhaps_same",
  /** Several rows share an address; nobody can say which is which. */
  "unclear",
] as const;

export interface ContactConflict {
  kind: (typeof conflictKinds)[number];
  name: string;
  /** The column, for one cell; empty for a whole row. */
  column: string;
  /** What contacts.csv says, what the Sheet says. */
  here: string;
  there: string;
}

export interface MergedContacts {
  /** What contacts.csv would be with all of `take` in it; of conflicts it keeps its own side. */
  rows: ReadonlyMap<string, string>[];
  /** Changes of the Sheet that contacts.csv does not have. */
  take: ContactChange[];
  /** Changes of contacts.csv that the Sheet does not have. */
  wait: ContactChange[];
  conflicts: ContactConflict[];
  /** What both sides agree on now; where they do not, what they last agreed on. */
  base: ContactTable;
}

/**
 * The three-way merge of contacts.csv with its Sheet, by key and column. What one side changed since `base` is a change for
 * the other; what both changed differently, or one deleted and the other edited, is a conflict. A column that the Sheet lacks
 * is no opinion of it. `makesKnown` of a change names the addresses that contacts.csv does not have yet.
 *
 * Contract: pure. Nothing is decided by the order of rows or columns; nothing is in both `take` and `conflicts`; a merge with
 * what it returned finds the same conflicts and nothing to take.
 */
export function mergeContacts(tables: {
  base: ContactTable;
  here: ContactTable;
  there: ContactTable;
  region: string;
}): MergedContacts {
  const base = withoutTwinKeys(tables.base);
  const here = withoutTwinKeys(tables.here);
  const there = withoutTwinKeys(tables.there);
  const columns = new Map([...there.columns, ...base.columns, ...here.columns]);
  const known = new Set(here.rows.flatMap((row) => identitiesOf(row, tables.region).map(identityKey)));
  const merge: Merge = {
    region: tables.region,
    columns: [...columns.keys()],
    here,
    there,
    known,
    merged: { rows: [], take: [], wait: [], conflicts: [], base: { columns, rows: [] } },
  };
  const { groups, unclear } = groupContacts({ base, here, there, region: tables.region });
  for (const row of unclear.base) merge.merged.base.rows.push(row);
  for (const row of unclear.here) merge.merged.rows.push(row.cells);
  for (const name of unclear.names) addConflict(merge, "unclear", { name, here: "", there: "" });
  for (const group of groups) mergeGroup(merge, group);
  return merge.merged;
}

interface Merge {
  region: string;
  columns: string[];
  here: ContactTable;
  there: ContactTable;
  known: ReadonlySet<string>;
  merged: MergedContacts;
}

function mergeGroup(merge: Merge, { base, here, there, perhaps }: ContactGroup): void {
  const { merged } = merge;
  const name = nameOf(here ?? there ?? base ?? blankRow);
  if (here !== null && there !== null) {
    mergeCells(merge, { base, here, there }, name);
    return;
  }
  if (base !== null) merged.base.rows.push(base);
  if (here !== null) merged.rows.push(here.cells);
  if (perhaps !== null) {
    const sides = { here: rowWords(perhaps.here), there: rowWords(perhaps.there) };
    if (!perhaps.isTold) addConflict(merge, "perhaps_same", { name, ...sides });
  } else if (here !== null) mergeLone(merge, base, here, name, "here");
  else if (there !== null) mergeLone(merge, base, there, name, "there");
  else merged.base.rows.pop();
}

/** A row that only one side has: new there, or deleted on the other. */
function mergeLone(
  merge: Merge,
  base: ContactTableRow | null,
  row: ContactTableRow,
  name: string,
  side: "here" | "there",
): void {
  const { merged } = merge;
  if (base === null) {
    const makesKnown = side === "there" ? newcomers(merge, row) : [];
    const change: ContactChange = { kind: "add", name, cells: filled(row), makesKnown };
    if (side === "here") merged.wait.push(change);
    else {
      merged.take.push(change);
      merged.rows.push(row.cells);
    }
    return;
  }
  const [own, other] = side === "here" ? [merge.here, merge.there] : [merge.there, merge.here];
  const isUntouched = merge.columns.every((column) => {
    if (!own.columns.has(column)) return true;
    const value = row.cells.get(column) ?? "";
    // What the other side has no column for would be lost with the row.
    if (!other.columns.has(column)) return value === "" || column === keyColumn;
    const before = base.cells.get(column);
    return isSameCell(column, value, before ?? "", merge.region);
  });
  if (!isUntouched) {
    const words = rowWords(row);
    const sides = side === "here" ? { here: words, there: "" } : { here: "", there: words };
    addConflict(merge, "row", { name, ...sides });
    return;
  }
  const change: ContactChange = { kind: "remove", name, row: row.number, cells: filled(row), makesKnown: [] };
  if (side === "there") merged.wait.push(change);
  else {
    merged.take.push(change);
    merged.rows.pop();
  }
}

function mergeCells(
  merge: Merge,
  rows: { base: ContactTableRow | null; here: ContactTableRow; there: ContactTableRow },
  name: string,
): void {
  const { merged, region } = merge;
  const agreed = new Map<string, string>();
  const result = new Map<string, string>();
  for (const column of merge.columns) {
    const before = rows.base?.cells.get(column) ?? "";
    const here = rows.here.cells.get(column) ?? (merge.here.columns.has(column) ? "" : before);
    const said = merge.there.columns.has(column) ? (rows.there.cells.get(column) ?? "") : here;
    // A key is what rows are found by: a side without one has no opinion of it.
    const there = column === keyColumn && said === "" ? here : said;
    const isEqual = isSameCell(column, here, there, region);
    const isChangedThere = !isSameCell(column, there, before, region);
    const isChangedHere = !isSameCell(column, here, before, region);
    agreed.set(column, isEqual ? here : before);
    result.set(column, isEqual || isChangedHere ? here : there);
    if (isEqual) continue;
    const edit = { kind: "edit" as const, name, column };
    if (isChangedThere && isChangedHere) addConflict(merge, "cell", { name, column, here, there });
    else if (isChangedHere) {
      merged.wait.push({ ...edit, row: rows.there.number, from: there, to: here, makesKnown: [] });
    } else {
      const makesKnown = newcomers(merge, { number: 0, cells: new Map([[column, there]]) });
      merged.take.push({ ...edit, row: rows.here.number, from: here, to: there, makesKnown });
    }
  }
  merged.rows.push(result);
  merged.base.rows.push({ number: 0, cells: agreed });
}

function newcomers(merge: Merge, row: ContactTableRow): Identity[] {
  return identitiesOf(row, merge.region).filter((identity) => !merge.known.has(identityKey(identity)));
}

function addConflict(
  merge: Merge,
  kind: ContactConflict["kind"],
  about: Omit<ContactConflict, "kind" | "column"> & { column?: string },
): void {
  merge.merged.conflicts.push({ kind, column: "", ...about });
}

const blankRow: ContactTableRow = { number: 0, cells: new Map() };

function filled(row: ContactTableRow): Map<string, string> {
  return new Map([...row.cells].filter(([, value]) => value !== ""));
}

/** A row in one line: its cells that say something, in an order that is not the table's. */
function rowWords(row: ContactTableRow | null): string {
  if (row === null) return "";
  const known: readonly string[] = stewardColumns;
  const own = [...row.cells.keys()].filter((key) => key !== keyColumn && !known.includes(key)).sort();
  const values = [...known, ...own].map((key) => row.cells.get(key) ?? "");
  return values.filter((value) => value !== "").join(", ");
}

/** A row that was copied in a sheet has its key twice; then the key says nothing. */
function withoutTwinKeys(table: ContactTable): ContactTable {
  const count = new Map<string, number>();
  const keys = table.rows.map((row) => (row.cells.get(keyColumn) ?? "").trim());
  for (const key of keys) count.set(key, (count.get(key) ?? 0) + 1);
  const rows = table.rows.map((row, index) => {
    const key = keys[index] ?? "";
    return key === "" || count.get(key) === 1 ? row : { ...row, cells: new Map([...row.cells, [keyColumn, ""]]) };
  });
  return { ...table, rows };
}
