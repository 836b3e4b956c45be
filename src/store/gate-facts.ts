import { z } from "zod";
import {
  attachmentSchema,
  channels,
  eventSchema,
  identityKinds,
  itemKinds,
  mailFactsSchema,
  partyRoles,
  untrustedSchema,
} from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { flag, jsonText } from "./row-types.ts";
import { firstItemIdAt } from "./take-items.ts";

const itemRow = z.object({
  id: z.number(),
  thread_id: z.number().nullable(),
  kind: z.enum(itemKinds),
  channel: z.enum(channels),
  is_group: flag,
  sent_at: z.string().nullable(),
  from_owner: flag,
  sent_evidence: flag,
  subject: untrustedSchema,
  text: untrustedSchema,
  quoted: untrustedSchema,
  hidden: untrustedSchema,
  attachments: jsonText.pipe(z.array(attachmentSchema)),
  mail: jsonText.pipe(mailFactsSchema).nullable(),
  event: jsonText.pipe(eventSchema).nullable(),
  found_at: z.string().nullable(),
});

const partyRow = z.object({
  item_id: z.number(),
  role: z.enum(partyRoles),
  value: z.string(),
  name: untrustedSchema,
  is_owner: flag,
  known: flag,
});

const partyColumns = `p.item_id, p.role, n.value, p.name, n.is_owner, (n.in_contacts = 1 OR n.written_count > 0) AS known`;

/** Characters of each text of an item that the gate compares with; longer ones are cut. */
const gateTextLimit = 60_000;

/** One stored item with everybody in it, as the gate compares a card with. */
export type GateItem = Awaited<ReturnType<typeof loadGateItems>>[number];

/** Loads items whole, current and superseded alike (a card may rest on what was read then), by id. Unknown ids are left out. */
export async function loadGateItems(store: Store, itemIds: readonly number[]) {
  const ids = JSON.stringify(itemIds);
  const rows = store.read.all(
    itemRow,
    `SELECT i.id, i.thread_id, i.kind, i.channel, coalesce(h.is_group, 0) AS is_group, i.sent_at, i.from_owner, i.sent_evidence, i.subject,
       substr(t.text, 1, ?2) AS text, substr(t.quoted, 1, ?2) AS quoted, substr(t.hidden, 1, ?2) AS hidden,
       i.attachments, i.mail, i.event,
       (SELECT s.path FROM sightings s WHERE s.item_id = i.id AND s.source_id = 'web' LIMIT 1) AS found_at
     FROM items i JOIN item_texts t ON t.item_id = i.id LEFT JOIN threads h ON h.id = i.thread_id
     WHERE i.id IN (SELECT value FROM json_each(?1)) ORDER BY i.id`,
    ids,
    gateTextLimit,
  );
  const parties = store.read.all(
    partyRow,
    `SELECT ${partyColumns} FROM item_parties p JOIN identities n ON n.id = p.identity_id
     WHERE p.item_id IN (SELECT value FROM json_each(?))`,
    ids,
  );
  const byItem = Map.groupBy(parties, (party) => party.item_id);
  return rows.map((row) => ({
    id: row.id,
    threadId: row.thread_id,
    kind: row.kind,
    channel: row.channel,
    group: row.is_group,
    sentAt: row.sent_at,
    fromOwner: row.from_owner,
    sentEvidence: row.sent_evidence,
    subject: row.subject,
    text: row.text,
    quoted: row.quoted,
    hidden: row.hidden,
    attachments: row.attachments,
    mail: row.mail,
    event: row.event,
    /** Where a search of the web found it; null for everything else. */
    foundAt: row.found_at,
    parties: (byItem.get(row.id) ?? []).map((party) => ({
      role: party.role,
      address: party.value,
      name: party.name,
      isOwner: party.is_owner,
      known: party.known,
    })),
  }));
}

/** The newest items of threads, at most `perThread` of each, oldest first. */
export async function listThreadItemIds(
  store: Store,
  threadIds: readonly number[],
  perThread = 100,
): Promise<number[]> {
  return store.read.numbers(
    `SELECT id FROM (
       SELECT id, row_number() OVER (PARTITION BY thread_id ORDER BY id DESC) AS place FROM items
       WHERE thread_id IN (SELECT value FROM json_each(?)) AND superseded_by IS NULL)
     WHERE place <= ? ORDER BY id`,
    JSON.stringify(threadIds),
    perThread,
  );
}

const standingRow = z.object({ id: z.number(), in_contacts: flag, is_owner: flag });
const writtenRow = z.object({ times: z.number(), last_at: z.string().nullable(), recent: z.number() });

export interface AddressStanding {
  inContacts: boolean;
  isOwner: boolean;
  /** How often the owner wrote to it, by Sent evidence, ever; `recently` counts since the instant asked for. */
  writtenTo: number;
  recently: number;
  lastWrittenAt: string | null;
}

/**
 * What contacts.csv and Sent evidence say of one exact identity value. A group chat is written to as a group: it makes none of
 * its members known.
 */
export async function addressStanding(store: Store, value: string, sinceAt: string): Promise<AddressStanding> {
  const none = { inContacts: false, isOwner: false, writtenTo: 0, recently: 0, lastWrittenAt: null };
  const identity = store.read.get(
    standingRow,
    "SELECT id, in_contacts, is_owner FROM identities WHERE value = ? ORDER BY in_contacts DESC LIMIT 1",
    value,
  );
  if (identity === null) return none;
  const written = store.read.get(
    writtenRow,
    `SELECT count(*) AS times, max(i.sent_at) AS last_at, coalesce(sum(i.id >= ?2), 0) AS recent FROM items i
     WHERE i.sent_evidence = 1 AND i.superseded_by IS NULL AND i.id IN (
       SELECT p.item_id FROM item_parties p WHERE p.identity_id = ?1 AND (p.role IN ('to', 'cc', 'bcc') OR (p.role = 'member'
         AND EXISTS (SELECT 1 FROM items g JOIN threads h ON h.id = g.thread_id WHERE g.id = p.item_id AND h.is_group = 0))))`,
    identity.id,
    firstItemIdAt(sinceAt),
  );
  return {
    inContacts: identity.in_contacts,
    isOwner: identity.is_owner,
    writtenTo: written?.times ?? 0,
    recently: written?.recent ?? 0,
    lastWrittenAt: written?.last_at ?? null,
  };
}

const knownRow = z.object({ kind: z.enum(identityKinds), value: z.string(), name: z.string(), is_owner: flag });
export type KnownAddress = z.output<typeof knownRow>;

/** Every identity in contacts.csv, ever written to, or the owner's own: what lookalikes are compared with. */
export async function listKnownAddresses(store: Store): Promise<KnownAddress[]> {
  return store.read.all(
    knownRow,
    `SELECT n.kind, n.value, p.name, n.is_owner FROM identities n JOIN people p ON p.id = n.person_id
     WHERE n.kind IN ('email', 'phone') AND (n.in_contacts = 1 OR n.written_count > 0 OR n.is_owner = 1)`,
  );
}

/** Items in which folded words stand one after the other, newest first. `words` come from `foldedWords` and hold no quotes. */
export async function findPhraseItems(store: Store, words: readonly string[], limit: number): Promise<number[]> {
  if (words.length === 0) return [];
  return store.read.numbers(
    "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?",
    `{subject body attachments} : "${words.join(" ").replaceAll('"', "")}"`,
    limit,
  );
}

const headerRow = z.object({ header: z.string() });

/** The Authentication-Results headers of the newest received mails, for knowing which server speaks for the owner's mailbox. */
export async function listAuthenticationHeaders(store: Store, limit: number): Promise<string[]> {
  const rows = store.read.all(
    headerRow,
    `SELECT json_extract(mail, '$.authentication') AS header FROM (
       SELECT mail FROM items WHERE mail IS NOT NULL AND from_owner = 0 ORDER BY id DESC LIMIT ?)
     WHERE json_extract(mail, '$.authentication') IS NOT NULL`,
    limit,
  );
  return rows.map((row) => row.header);
}
