import type { DraftItem } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { type ContactRow, readContactTable } from "./read-contact-table.ts";
import { blankContact, readBirthday, toContactItem } from "./to-contact-item.ts";

/** The header of the owner's contacts.csv; columns beyond it are the owner's own and are searchable text. */
export const stewardColumns = [
  "name",
  "aliases",
  "emails",
  "phones",
  "handles",
  "organisation",
  "role",
  "relation",
  "language",
  "notes",
] as const;

/** The people of the owner's own contacts.csv; several values in a cell are separated by `;`. Contract: never throws. */
export async function parseStewardCsv(record: RawRecord): Promise<ParsedRecord> {
  const region = record.hints.region ?? "";
  return readContactTable(record, (row, problems) => toItem(row, region, problems));
}

function toItem(written: ContactRow, region: string, problems: string[]): DraftItem | null {
  const row = new Map([...written].map(([name, value]) => [name.toLowerCase(), value]));
  const value = (name: (typeof stewardColumns)[number] | "birthday"): string => row.get(name) ?? "";
  const contact = blankContact();
  contact.names = [value("name"), ...splitCell(value("aliases"))];
  contact.emails = splitCell(value("emails"));
  contact.phones = splitCell(value("phones"));
  contact.handles = splitCell(value("handles"));
  contact.organisation = value("organisation");
  contact.title = value("role");
  contact.birthday = readBirthday(value("birthday"));
  contact.notes = value("notes");
  const known: readonly string[] = stewardColumns;
  const own = [...row].filter(([name]) => !known.includes(name) && name !== "birthday").map(([, text]) => text);
  return toContactItem(contact, null, region, [value("relation"), value("language"), ...own], problems);
}

/** The values of one cell of contacts.csv. */
export function splitCell(text: string): string[] {
  return text
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
