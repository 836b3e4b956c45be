import { fold } from "../../core/fold.ts";
import type { Identity } from "../../core/item.ts";
import { plainCell, type ReadCell, readEmailCell, readHandleCell, readPhoneCell } from "./contact-cells.ts";
import type { ContactTableRow } from "./contact-table.ts";
import { splitCell } from "./parse-steward-csv.ts";

/**
 * The rows of contacts.csv somebody may mean: by an exact address, number or handle, else by the whole name or an alias,
 * whatever its case and accents. Contract: pure; more than one row means that it must be asked, never that the first is meant.
 */
export function findContacts(rows: readonly ContactTableRow[], wanted: string, region: string): ContactTableRow[] {
  const cells = [readEmailCell(wanted), readPhoneCell(wanted, region), readHandleCell(wanted, region)];
  const keys = new Set(cells.flatMap((cell) => ("identity" in cell ? [keyOf(cell.identity)] : [])));
  const exact = rows.filter((row) => contactIdentities(row, region).some((identity) => keys.has(keyOf(identity))));
  if (exact.length > 0) return exact;
  const name = fold(wanted).trim();
  return name === "" ? [] : rows.filter((row) => contactNames(row).some((one) => fold(one).trim() === name));
}

/** The name of a row, then its aliases. */
export function contactNames(row: ContactTableRow): string[] {
  return [row.cells.get("name") ?? "", ...splitCell(row.cells.get("aliases") ?? "").map(plainCell)];
}

/** Whom a row names, in its order: addresses, numbers, handles; what cannot be read is left out. */
export function contactIdentities(row: ContactTableRow, region: string): Identity[] {
  const values = (column: string): string[] => splitCell(row.cells.get(column) ?? "").map(plainCell);
  const read: ReadCell[] = [
    ...values("emails").map(readEmailCell),
    ...values("phones").map((value) => readPhoneCell(value, region)),
    ...values("handles").map((value) => readHandleCell(value, region)),
  ];
  return read.flatMap((cell) => ("identity" in cell ? [cell.identity] : []));
}

function keyOf(identity: Identity): string {
  return `${identity.kind} ${identity.value}`;
}
