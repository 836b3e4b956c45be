import { createHash } from "node:crypto";
import { fingerprint } from "../../core/fingerprint.ts";
import { emailIdentity, handleIdentity, phoneIdentity } from "../../core/identity.ts";
import type { ContactDetails, DraftItem, Identity, Party } from "../../core/item.ts";
import { untrusted } from "../../core/untrusted.ts";
import { blankItem } from "../blank-item.ts";
import { cleanText } from "../documents/decode-bytes.ts";

const fieldLimit = 500;
const listLimit = 100;
const notesLimit = 20_000;
const birthdayLimit = 40;

/** A contact with every field empty. */
export function blankContact(): ContactDetails {
  return { names: [], emails: [], phones: [], handles: [], organisation: "", title: "", birthday: "", notes: "" };
}

/**
 * The item of one contact record. `id` is the address book's own id, or null: then the record is named by what it says, so
 * that an edited record without an id is another one. `words` are further texts worth finding (relation, labels, aliases).
 * Null when the record names nobody. Contract: pure, never throws.
 */
export function toContactItem(
  written: ContactDetails,
  id: string | null,
  region: string,
  words: string[] = [],
  problems: string[] = [],
): DraftItem | null {
  const contact = tidyContact(written);
  const name = contact.names[0] ?? (contact.organisation || contact.emails[0]) ?? contact.phones[0] ?? "";
  if (name === "" && contact.handles.length === 0) return null;
  const labels = [...new Set(words.map((word) => tidyLine(word)).filter((word) => word !== ""))].slice(0, listLimit);
  const lines = [...contact.names, contact.title, contact.organisation, ...contact.emails, ...contact.phones];
  const text = [...lines, ...contact.handles, ...labels, contact.notes].filter((line) => line !== "").join("\n");
  const notes = [...problems];
  if (written.notes.length > notesLimit) notes.push("The notes are longer than 20 KB; only their beginning is kept.");
  return {
    ...blankItem("contact", "contacts", id ?? contentId(contact, labels)),
    fingerprint: fingerprint(contact.emails[0]?.toLowerCase() ?? contact.phones[0] ?? "", null, name, text),
    threadTitle: untrusted(name),
    parties: partiesOf(contact, name, region),
    subject: untrusted(name),
    text: untrusted(text),
    labels,
    contact,
    partial: notes.length > 0,
    problems: notes,
  };
}

/** A birthday as `1990-03-07` or `--03-07`; empty when the text is none. Two-number forms are not guessed. */
export function readBirthday(text: string): string {
  const match = /^\s*(\d{4}|-{1,2}|0000|1604)[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?\s*$/.exec(
    text.trim().slice(0, birthdayLimit),
  );
  if (match === null) return "";
  const [year = "", month = "", day = ""] = match.slice(1);
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return "";
  // Apple writes 1604 and others 0000 where the year is not known.
  const isYearKnown = /^\d{4}$/.test(year) && year !== "0000" && year !== "1604";
  return `${isYearKnown ? `${year}-` : "--"}${month}-${day}`;
}

function tidyContact(contact: ContactDetails): ContactDetails {
  return {
    names: tidyList(contact.names),
    emails: tidyList(contact.emails.map((email) => email.replace(/^mailto:/i, ""))),
    phones: tidyList(contact.phones.map((phone) => phone.replace(/^tel:/i, ""))),
    handles: tidyList(contact.handles),
    organisation: tidyLine(contact.organisation),
    title: tidyLine(contact.title),
    birthday: contact.birthday,
    notes: cleanText(contact.notes.slice(0, notesLimit)).trim(),
  };
}

function tidyList(values: string[]): string[] {
  return [...new Set(values.map(tidyLine).filter((value) => value !== ""))].slice(0, listLimit);
}

function tidyLine(value: string): string {
  return cleanText(value.slice(0, fieldLimit)).replace(/\s+/g, " ").trim();
}

function contentId(contact: ContactDetails, labels: string[]): string {
  const said = JSON.stringify([contact, labels]);
  return `contact:${createHash("sha256").update(said).digest("base64url").slice(0, 22)}`;
}

function partiesOf(contact: ContactDetails, name: string, region: string): Party[] {
  const identities: (Identity | null)[] = [
    ...contact.emails.map(emailIdentity),
    ...contact.phones.map((phone) => phoneIdentity(phone, region)),
    ...contact.handles.map(readHandle),
  ];
  const seen = new Set<string>();
  const parties: Party[] = [];
  for (const identity of identities) {
    if (identity === null || seen.has(identity.value)) continue;
    seen.add(identity.value);
    parties.push({ role: "member", identity, name: untrusted(name) });
  }
  return parties;
}

/** `service:handle`, as contacts.csv writes them. */
function readHandle(handle: string): Identity | null {
  const match = /^([a-z][a-z0-9_-]{1,30}):(.+)$/i.exec(handle);
  return match === null ? null : handleIdentity((match[1] ?? "").toLowerCase(), match[2] ?? "");
}
