import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { toStewardError } from "../../core/errors.ts";
import { decodeBytes } from "../../formats/documents/decode-bytes.ts";
import type { Store } from "../../store/open-store.ts";
import { saveContactRows } from "../../store/person-contact-rows.ts";
import { unmetReason } from "../../store/person-decisions.ts";
import { rebuildPeople } from "../../store/person-rebuild.ts";
import { getIdentity } from "../../store/person-references.ts";
import { type ContactProblem, readContactRows } from "./read-contact-rows.ts";

/** The text of a contacts.csv. Only an exact one, read as UTF-8 with every byte accounted for, may be edited and written back. */
export interface ContactsFile {
  text: string;
  isExact: boolean;
}

/** Reads contacts.csv, byte order mark included; null when there is none yet. Errors: `no_permission`, `internal`. */
export async function readContactsFile(path: string): Promise<ContactsFile | null> {
  try {
    const bytes = await readFile(path);
    return isUtf8(bytes)
      ? { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), isExact: true }
      : { text: decodeBytes(bytes).text, isExact: false };
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return null;
    throw named;
  }
}

export interface SyncedContacts {
  /** How many rows are people now. */
  people: number;
  problems: ContactProblem[];
  /** Whether anything in the store changed. */
  changed: boolean;
}

/**
 * Brings the store in line with the steward home's contacts.csv: each row is one person, joined by exact address, E.164
 * number, handle or a chat name the owner wrote there; what left the file is no longer in the owner's contacts. `region` is
 * how national numbers are read.
 *
 * Only this file makes an identity *in contacts* (besides the owner's own "same person" about somebody in it). Imported
 * address books, items of kind contact, do not: they hold whatever apps once collected, and an address must not become known
 * by being imported. `suggestContacts` proposes them.
 *
 * Contract: idempotent; problems never stop the other rows.
 */
export async function syncContacts(
  store: Store,
  contents: string,
  options: { region: string },
): Promise<SyncedContacts> {
  const { rows, problems } = readContactRows(contents, options.region);
  const saved = await saveContactRows(store, rows);
  const { changed, unmet, ownElsewhere } = await rebuildPeople(store);
  const keyRows = new Map(rows.map((row) => [row.key, row.rowNumber]));
  for (const one of unmet) {
    const [a, b] = [await getIdentity(store, one.a), await getIdentity(store, one.b)];
    if (a === null || b === null || one.because !== "contacts") continue;
    problems.push({ rowNumber: keyRows.get(b.contactKey ?? a.contactKey ?? "") ?? 1, reason: unmetReason(one, a, b) });
  }
  for (const { value, contactKey } of ownElsewhere) {
    const reason = `${value} is your own address; it does not count here. If the row is you, give it your name`;
    problems.push({ rowNumber: keyRows.get(contactKey) ?? 1, reason });
  }
  return { people: rows.length, problems, changed: saved || changed > 0 };
}
