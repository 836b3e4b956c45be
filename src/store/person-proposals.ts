import { z } from "zod";
import { type ContactDetails, contactSchema, type IdentityKind, identityKinds, untrustedSchema } from "../core/item.ts";
import type { Untrusted } from "../core/untrusted.ts";
import type { Store } from "./open-store.ts";
import { jsonText } from "./row-types.ts";

const identityRow = z.object({
  id: z.number(),
  person_id: z.number(),
  person: z.string(),
  kind: z.enum(identityKinds),
  value: z.string(),
  written_count: z.number(),
  written_at: z.string().nullable(),
  seen_count: z.number(),
});

/** Somebody outside contacts.csv that the owner deals with: one identity, with what speaks for it. */
export interface ProposedIdentity {
  id: number;
  personId: number;
  /** The name they are called by; as others wrote it. */
  person: string;
  kind: IdentityKind;
  value: string;
  writtenCount: number;
  writtenAt: string | null;
  seenCount: number;
}

/**
 * Identities of people outside contacts.csv whom the owner wrote to at least twice, or shares a chat of two with in which the
 * owner wrote; the most written to first.
 */
export async function listProposedIdentities(store: Store, limit: number): Promise<ProposedIdentity[]> {
  const rows = store.read.all(
    identityRow,
    `SELECT n.id, n.person_id, p.name AS person, n.kind, n.value, n.written_count, nullif(n.written_at, '') AS written_at, n.seen_count
     FROM identities n JOIN people p ON p.id = n.person_id
     WHERE n.in_contacts = 0 AND n.is_owner = 0 AND p.contact_key IS NULL AND (n.person_id IN (
         SELECT person_id FROM identities WHERE is_owner = 0 GROUP BY person_id HAVING sum(written_count) >= 2)
       OR (n.kind IN ('chatname', 'handle') AND n.id IN (
         SELECT i.sender_id FROM threads t CROSS JOIN items i INDEXED BY items_thread ON i.thread_id = t.id
         WHERE t.channel IN ('whatsapp', 'telegram', 'imessage') AND t.is_group = 0 AND t.outbound_at IS NOT NULL
           AND i.from_owner = 0 AND i.sender_id IS NOT NULL)))
     ORDER BY n.written_count DESC, n.seen_count DESC, n.id LIMIT ?`,
    limit,
  );
  return rows.map((row) => ({
    id: row.id,
    personId: row.person_id,
    person: row.person,
    kind: row.kind,
    value: row.value,
    writtenCount: row.written_count,
    writtenAt: row.written_at,
    seenCount: row.seen_count,
  }));
}

const signatureRow = z.object({ signature: untrustedSchema, sent_at: z.string().nullable() });

/** The newest signatures of an identity's own messages, at most five. */
export async function listSignatures(
  store: Store,
  identityId: number,
): Promise<{ signature: Untrusted; sentAt: string | null }[]> {
  return store.read
    .all(
      signatureRow,
      `SELECT t.signature, i.sent_at FROM items i JOIN item_texts t ON t.item_id = i.id
       WHERE i.sender_id = ? AND i.superseded_by IS NULL AND t.signature <> '' ORDER BY i.id DESC LIMIT 5`,
      identityId,
    )
    .map((row) => ({ signature: row.signature, sentAt: row.sent_at }));
}

const contactRow = z.object({
  label: z.string(),
  contact: jsonText.pipe(contactSchema),
});

/**
 * The records of imported address books, with the label of the source each came from. The condition that looks idle is what
 * lets SQLite use the partial index `items_kind`.
 */
export async function listImportedContacts(
  store: Store,
  limit: number,
): Promise<{ label: string; contact: ContactDetails }[]> {
  return store.read.all(
    contactRow,
    `SELECT i.contact, coalesce((SELECT s.label FROM sightings g JOIN sources s ON s.id = g.source_id WHERE g.item_id = i.id LIMIT 1), '') AS label
     FROM items i WHERE i.kind = 'contact' AND i.kind <> 'message' AND i.superseded_by IS NULL AND i.contact IS NOT NULL ORDER BY i.id LIMIT ?`,
    limit,
  );
}

const valueRow = z.object({ value: z.string() });

/** Every identity value that contacts.csv lists, and the owner's own. */
export async function listSettledValues(store: Store): Promise<Set<string>> {
  const rows = store.read.all(
    valueRow,
    "SELECT value FROM identities WHERE in_contacts = 1 OR is_owner = 1 OR id IN (SELECT identity_id FROM contact_links)",
  );
  return new Set(rows.map((row) => row.value));
}
