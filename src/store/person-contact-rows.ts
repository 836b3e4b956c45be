import { z } from "zod";
import { fold } from "../core/fold.ts";
import { type Identity, identityKinds } from "../core/item.ts";
import type { Store, Tx } from "./open-store.ts";
import { ensureIdentity } from "./people.ts";
import { writeInTurns } from "./person-writes.ts";
import { jsonText } from "./row-types.ts";

const contactRow = z
  .object({
    contact_key: z.string(),
    row_number: z.number(),
    name: z.string(),
    aliases: jsonText.pipe(z.array(z.string())),
    organisation: z.string(),
    role: z.string(),
    relation: z.string(),
    language: z.string(),
    notes: z.string(),
  })
  .transform((row) => ({
    key: row.contact_key,
    /** As a spreadsheet counts: the header is row 1. */
    rowNumber: row.row_number,
    name: row.name,
    aliases: row.aliases,
    organisation: row.organisation,
    role: row.role,
    relation: row.relation,
    language: row.language,
    notes: row.notes,
  }));
export type StoredContactRow = z.output<typeof contactRow>;

/** One row of contacts.csv to be stored; an identity is in one row only. */
export interface ContactRowToSave extends StoredContactRow {
  identities: Identity[];
}

/**
 * What stands for a row that has a name and nothing else, so that decisions can be about it. It is equal to nothing that
 * a source ever names.
 */
export function nameOnlyIdentity(name: string): Identity {
  return { kind: "handle", value: `${nameOnlyPrefix}${fold(name).trim()}` };
}

/** Whether an identity value only stands for a name in contacts.csv: it is not shown, and leads nowhere. */
export function isNameOnly(value: string): boolean {
  return value.startsWith(nameOnlyPrefix);
}

const nameOnlyPrefix = "name-only:";

/** The rows of contacts.csv as last synced, in their order. */
export async function loadContactRows(store: Store): Promise<StoredContactRow[]> {
  return store.read.all(contactRow, "SELECT * FROM contact_rows ORDER BY row_number");
}

const linkRow = z.object({ contact_key: z.string(), kind: z.enum(identityKinds), value: z.string() });

/**
 * Makes the stored rows and their links those of the file. Contract: only what differs is written, in short
 * transactions; call `rebuildPeople` afterwards. True when anything was written.
 */
export async function saveContactRows(store: Store, rows: readonly ContactRowToSave[]): Promise<boolean> {
  const links = Map.groupBy(
    store.read.all(
      linkRow,
      "SELECT l.contact_key, n.kind, n.value FROM contact_links l JOIN identities n ON n.id = l.identity_id",
    ),
    (link) => link.contact_key,
  );
  const stored = await loadContactRows(store);
  const before = new Map(stored.map((row) => [row.key, canonical({ ...row, identities: links.get(row.key) ?? [] })]));
  const kept = new Set(rows.map((row) => row.key));
  const gone = [...new Set([...before.keys(), ...links.keys()])].filter((key) => !kept.has(key));
  await writeInTurns(store, gone, dropRow);
  const changed = rows.filter((row) => before.get(row.key) !== canonical(row));
  await writeInTurns(store, changed, putRow);
  return gone.length + changed.length > 0;
}

function canonical(row: ContactRowToSave): string {
  const identities = row.identities.map(({ kind, value }) => `${kind} ${value}`).sort();
  const { key, rowNumber, name, aliases, organisation, role, relation, language, notes } = row;
  return JSON.stringify([key, rowNumber, name, aliases, organisation, role, relation, language, notes, identities]);
}

function dropRow(tx: Tx, key: string): void {
  tx.sql.run("DELETE FROM contact_links WHERE contact_key = ?", key);
  tx.sql.run("DELETE FROM contact_rows WHERE contact_key = ?", key);
}

function putRow(tx: Tx, row: ContactRowToSave): void {
  dropRow(tx, row.key);
  tx.sql.run(
    `INSERT INTO contact_rows (contact_key, row_number, name, aliases, organisation, role, relation, language, notes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.key,
    row.rowNumber,
    row.name,
    JSON.stringify(row.aliases),
    row.organisation,
    row.role,
    row.relation,
    row.language,
    row.notes,
  );
  for (const identity of row.identities) {
    const { id } = ensureIdentity(tx.sql, identity, "");
    tx.sql.run("INSERT OR REPLACE INTO contact_links (identity_id, contact_key) VALUES (?, ?)", id, row.key);
  }
}
