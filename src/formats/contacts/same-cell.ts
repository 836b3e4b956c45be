import { phoneIdentity } from "../../core/identity.ts";
import type { Identity } from "../../core/item.ts";
import { plainCell, readEmailCell, readHandleCell, readPhoneCell } from "./contact-cells.ts";
import type { ContactTableRow } from "./contact-table.ts";
import { splitCell } from "./parse-steward-csv.ts";

/**
 * Whether two cells of a column say the same. Addresses, numbers and handles are compared as what they name, in any order;
 * numbers in E.164 with `region` as default, and as a sheet may have damaged them (`+49…` and `0…` typed as a number lose
 * their beginning). Other columns are compared as text. Contract: pure.
 */
export function isSameCell(column: string, a: string, b: string, region: string): boolean {
  if (a === b) return true;
  if (column === "phones") return isSamePhones(valuesOf(a), valuesOf(b), region);
  return normal(column, a, region) === normal(column, b, region);
}

/** Whom a row names: addresses, numbers, handles, each once. */
export function identitiesOf(row: ContactTableRow, region: string): Identity[] {
  const read = [
    ...valuesOf(row.cells.get("emails") ?? "").map(readEmailCell),
    ...valuesOf(row.cells.get("phones") ?? "").map((value) => readPhoneCell(value, region)),
    ...valuesOf(row.cells.get("handles") ?? "").map((value) => readHandleCell(value, region)),
  ];
  const found = new Map<string, Identity>();
  for (const one of read) if ("identity" in one) found.set(identityKey(one.identity), one.identity);
  return [...found.values()];
}

export function identityKey(identity: Identity): string {
  return `${identity.kind} ${identity.value}`;
}

function valuesOf(cell: string): string[] {
  return splitCell(cell).map(plainCell);
}

function normal(column: string, cell: string, region: string): string {
  const text = cell.normalize("NFC").replace(/\r\n?/g, "\n").trim();
  if (column === "emails") {
    return valuesOf(text)
      .map((value) => nameOf(readEmailCell(value), value))
      .sort()
      .join(";");
  }
  if (column === "handles") {
    return valuesOf(text)
      .map((value) => nameOf(readHandleCell(value, region), value))
      .sort()
      .join(";");
  }
  return column === "aliases" ? valuesOf(text).sort().join(";") : text;
}

function nameOf(read: { identity: Identity } | { reason: string }, value: string): string {
  return "identity" in read ? read.identity.value : value;
}

function isSamePhones(a: string[], b: string[], region: string): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  for (const phone of a) {
    const at = left.findIndex((other) => isSamePhone(phone, other, region));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}

function isSamePhone(a: string, b: string, region: string): boolean {
  if (a === b) return true;
  const readings = new Set(readingsOf(a, region));
  return readingsOf(b, region).some((reading) => readings.has(reading));
}

/** What a written number may be; only bare digits without a beginning have more than one reading. */
function readingsOf(phone: string, region: string): string[] {
  const written = /^[1-9]\d{5,}$/.test(phone) ? [phone, `+${phone}`, `0${phone}`] : [phone];
  return written.flatMap((one) => phoneIdentity(one, region)?.value ?? []);
}
