import type { DraftItem } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { outlookColumns } from "./outlook-columns.ts";
import { type ContactRow, readContactTable } from "./read-contact-table.ts";
import { blankContact, readBirthday, toContactItem } from "./to-contact-item.ts";

/**
 * The contacts of Outlook's CSV export, with English, German, French, Spanish, Italian, Dutch or Portuguese column names, in
 * any order. Contract: never throws.
 */
export async function parseOutlookCsv(record: RawRecord): Promise<ParsedRecord> {
  const region = record.hints.region ?? "";
  return readContactTable(record, (row, problems) => toItem(row, region, problems));
}

function toItem(row: ContactRow, region: string, problems: string[]): DraftItem | null {
  const meant = new Map<string, string[]>();
  for (const [column, value] of row) {
    const meaning = outlookColumns.get(column.toLowerCase()) ?? numberedMeaning(column);
    // Outlook fills dates and numbers that nobody entered with zeros.
    if (meaning === null || value === "" || /^0\/0\/00$/.test(value)) continue;
    meant.set(meaning, [...(meant.get(meaning) ?? []), value]);
  }
  const first = (meaning: string): string => meant.get(meaning)?.[0] ?? "";
  const contact = blankContact();
  const spoken = ["prefix", "given", "middle", "family", "suffix"].map(first).filter(Boolean).join(" ");
  contact.names = [spoken || first("display"), first("nickname")];
  // Exchange writes its own internal address (/o=…/cn=…) where an address should be.
  contact.emails = (meant.get("email") ?? []).filter((email) => email.includes("@"));
  contact.phones = meant.get("phone") ?? [];
  contact.organisation = first("company");
  contact.title = first("title");
  contact.birthday = readBirthday(first("birthday"));
  contact.notes = first("notes");
  if (first("birthday") !== "" && contact.birthday === "") contact.notes += `\nBirthday: ${first("birthday")}`;
  const words = (meant.get("categories") ?? []).flatMap((list) => list.split(/[;,]/));
  return toContactItem(contact, null, region, [...words, first("department")], problems);
}

/** `E-mail 2 Address`, `E-Mail 3: Adresse`, `Business Phone 2`, in the languages of the table. */
function numberedMeaning(column: string): string | null {
  const base = column
    .toLowerCase()
    .replace(/\s*[23]\s*:?\s*/, " ")
    .replace(/\s+/g, " ")
    .trim();
  return outlookColumns.get(base) ?? null;
}
