import { type ContactTable, readContactTable, writeContactTable } from "../../formats/contacts/contact-table.ts";
import { parseCsvRecords } from "../../formats/contacts/edit-csv.ts";
import { type MergedContacts, mergeContacts } from "../../formats/contacts/merge-contacts.ts";
import { writeFileAtomic } from "../../store/write-file-atomic.ts";
import { readContactsFile } from "./contacts-file.ts";

/** The three files of a steward home, as absolute paths. */
export interface ContactsFiles {
  contacts: string;
  contactsSheet: string;
  contactsBase: string;
}

/** contacts.csv beside its Sheet. `text` is what contacts.csv says, exactly. */
export interface ComparedContacts {
  text: string;
  merged: MergedContacts;
}

/**
 * Compares contacts.csv with what the Sheet said last, and writes down what both agree on now, so that the next difference can
 * be told from an old one. contacts.csv itself is only read. Null when there is no Sheet, no contacts.csv, or the file cannot
 * be read as text with every quote closed.
 *
 * Contract: idempotent. Errors: those of reading and writing files.
 */
export async function compareContacts(files: ContactsFiles, region: string): Promise<ComparedContacts | null> {
  const sheet = await readContactsFile(files.contactsSheet);
  const contacts = sheet === null ? null : await readContactsFile(files.contacts);
  if (sheet === null || contacts === null) return null;
  if (!contacts.isExact || parseCsvRecords(contacts.text).hasOpenQuote) return null;
  const before = (await readContactsFile(files.contactsBase))?.text ?? "";
  const there = readContactTable(sheet.text);
  const merged = mergeContacts({
    base: readContactTable(before),
    here: readContactTable(contacts.text),
    there,
    region,
  });
  await keepBase(files.contactsBase, before, merged.base);
  return { text: contacts.text, merged };
}

async function keepBase(path: string, before: string, base: ContactTable): Promise<void> {
  const text = writeContactTable(base);
  if (text !== before) await writeFileAtomic(path, text, { mode: 0o600, keepMode: false });
}
