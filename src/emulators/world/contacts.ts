import { Buffer } from "node:buffer";
import type { World, WorldPerson } from "./schema.ts";

const columns = [
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
];

/** The owner's contacts in steward's own CSV: one person a line, several values in one cell separated by "; ". */
export function renderContacts(world: World): Uint8Array {
  const rows = Object.entries(world.people).flatMap(([key, person]) =>
    key === world.persona.owner || person.contact === undefined ? [] : [contactRow(person)],
  );
  const lines = [columns, ...rows].map((row) => row.map(cell).join(","));
  return Buffer.from(`${lines.join("\n")}\n`, "utf8");
}

function contactRow(person: WorldPerson): string[] {
  const contact = person.contact ?? {};
  const phones = [person.phone, contact.phones].filter((phone) => phone !== undefined);
  const handles = [
    ...(person.telegram === undefined ? [] : [`telegram:@${person.telegram}`]),
    ...(person.whatsapp === undefined ? [] : [`whatsapp:${person.whatsapp}`]),
  ];
  const rest = [contact.organisation, contact.role, contact.relation, contact.language, contact.notes];
  return [
    person.name,
    contact.aliases ?? "",
    person.email,
    phones.join("; "),
    handles.join("; "),
    ...rest.map((value) => value ?? ""),
  ];
}

function cell(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
