import type { DraftItem } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { type ContactRow, cell, readContactTable } from "./read-contact-table.ts";
import { blankContact, readBirthday, toContactItem } from "./to-contact-item.ts";

/**
 * The contacts of Google's CSV export, in the present header (`First Name … E-mail 1 - Label`) and the one before 2024
 * (`Given Name … E-mail 1 - Type`), in any order of columns. Contract: never throws.
 */
export async function parseGoogleCsv(record: RawRecord): Promise<ParsedRecord> {
  const region = record.hints.region ?? "";
  return readContactTable(record, (row, problems) => toItem(row, region, problems));
}

function toItem(row: ContactRow, region: string, problems: string[]): DraftItem | null {
  const contact = blankContact();
  const parts = [
    "Name Prefix",
    "First Name|Given Name",
    "Middle Name|Additional Name",
    "Last Name|Family Name",
    "Name Suffix",
  ];
  const spoken = parts.map((names) => cell(row, ...names.split("|"))).filter(Boolean);
  contact.names = [cell(row, "Name") || spoken.join(" "), ...splitValues(cell(row, "Nickname")), cell(row, "File As")];
  contact.emails = numbered(row, "E-mail", "Value");
  contact.phones = numbered(row, "Phone", "Value");
  contact.handles = [...numberedHandles(row), ...websiteHandles(numbered(row, "Website", "Value"))];
  contact.organisation = cell(row, "Organization Name", "Organization 1 - Name");
  contact.title = cell(row, "Organization Title", "Organization 1 - Title");
  contact.birthday = readBirthday(cell(row, "Birthday"));
  contact.notes = cell(row, "Notes");
  const labels = splitValues(cell(row, "Labels", "Group Membership")).filter((label) => label !== "myContacts");
  return toContactItem(contact, null, region, [...labels, ...numbered(row, "Relation", "Value")], problems);
}

/** Values of one cell, joined by ` ::: `; a `* ` before one marks what is primary or built in. */
function splitValues(value: string): string[] {
  return value
    .split(":::")
    .map((part) => part.trim().replace(/^\* /, ""))
    .filter((part) => part !== "");
}

function numbered(row: ContactRow, name: string, part: string): string[] {
  const found: [number, string][] = [];
  for (const [column, value] of row) {
    const match = /^(.+) (\d+) - (\w+)$/.exec(column);
    if (match?.[1] === name && match[3] === part && value !== "") found.push([Number(match[2]), value]);
  }
  return found.toSorted((a, b) => a[0] - b[0]).flatMap(([, value]) => splitValues(value));
}

function numberedHandles(row: ContactRow): string[] {
  const handles: string[] = [];
  for (const [column, value] of row) {
    const number = /^(?:IM|Custom Field) (\d+) - Value$/.exec(column)?.[1];
    if (number === undefined || value === "") continue;
    const service = cell(
      row,
      `IM ${number} - Service`,
      `IM ${number} - Label`,
      `Custom Field ${number} - Label`,
      `Custom Field ${number} - Type`,
    );
    const name = service.replace(/^\* /, "").trim().toLowerCase();
    if (/^(telegram|signal|skype|whatsapp|xmpp|jabber|matrix|twitter|wire)$/.test(name)) {
      handles.push(...splitValues(value).map((handle) => `${name}:${handle}`));
    }
  }
  return handles;
}

function websiteHandles(websites: string[]): string[] {
  const names = websites.map((site) => /^(?:https?:\/\/)?t\.me\/([a-z0-9_]{4,40})\/?$/i.exec(site)?.[1]);
  return names.filter((name) => name !== undefined).map((name) => `telegram:@${name}`);
}
