import { z } from "zod";
import {
  attachmentSchema,
  channels,
  contactSchema,
  eventSchema,
  itemKinds,
  mailFactsSchema,
  partyRoles,
  untrustedSchema,
} from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { flag, jsonText } from "./row-types.ts";

const itemRow = z.object({
  id: z.number(),
  kind: z.enum(itemKinds),
  channel: z.enum(channels),
  thread_id: z.number().nullable(),
  sent_at: z.string().nullable(),
  from_owner: flag,
  message_id: z.string().nullable(),
  subject: untrustedSchema,
  text: untrustedSchema,
  quoted: untrustedSchema,
  signature: untrustedSchema,
  hidden: untrustedSchema,
  labels: jsonText.pipe(z.array(z.string())),
  attachments: jsonText.pipe(z.array(attachmentSchema)),
  mail: jsonText.pipe(mailFactsSchema).nullable(),
  event: jsonText.pipe(eventSchema).nullable(),
  contact: jsonText.pipe(contactSchema).nullable(),
  original: z.string().nullable(),
  is_partial: flag,
});

const partyRow = z.object({
  role: z.enum(partyRoles),
  value: z.string(),
  name: untrustedSchema,
  person: z.string(),
  is_owner: flag,
});
const sightingRow = z.object({
  source_id: z.string(),
  label: z.string().nullable(),
  path: z.string(),
  byte_offset: z.number().nullable(),
});

/** One item as it is shown: everything known about it, who is in it, and where it was seen. */
export type FullItem = z.output<typeof itemRow> & {
  parties: z.output<typeof partyRow>[];
  sightings: z.output<typeof sightingRow>[];
};

const itemSelect = `SELECT i.id, i.kind, i.channel, i.thread_id, i.sent_at, i.from_owner, i.message_id, i.subject, t.text, t.quoted,
  t.signature, t.hidden, i.labels, i.attachments, i.mail, i.event, i.contact, i.original, i.is_partial
  FROM items i JOIN item_texts t ON t.item_id = i.id`;

/** The item with that id, null when there is none. */
export async function getItem(store: Store, itemId: number): Promise<FullItem | null> {
  const row = store.read.get(itemRow, `${itemSelect} WHERE i.id = ?`, itemId);
  return row === null ? null : withContext(store, row);
}

/** The current items of a thread, oldest first; the newest `limit` of them, before an item where one is given. */
export async function listThreadItems(
  store: Store,
  threadId: number,
  limit: number,
  beforeItemId: number | null = null,
): Promise<FullItem[]> {
  const rows = store.read.all(
    itemRow,
    `SELECT * FROM (${itemSelect} WHERE i.thread_id = ? AND i.id < ? AND i.superseded_by IS NULL ORDER BY i.id DESC LIMIT ?)
     ORDER BY id`,
    threadId,
    beforeItemId ?? Number.MAX_SAFE_INTEGER,
    limit,
  );
  return rows.map((row) => withContext(store, row));
}

function withContext(store: Store, row: z.output<typeof itemRow>): FullItem {
  const parties = store.read.all(
    partyRow,
    `SELECT p.role, n.value, p.name, o.name AS person, n.is_owner FROM item_parties p
     JOIN identities n ON n.id = p.identity_id JOIN people o ON o.id = n.person_id WHERE p.item_id = ?`,
    row.id,
  );
  const sightings = store.read.all(
    sightingRow,
    `SELECT g.source_id, s.label, g.path, g.byte_offset FROM sightings g LEFT JOIN sources s ON s.id = g.source_id WHERE g.item_id = ?`,
    row.id,
  );
  return { ...row, parties, sightings };
}

const countsRow = z.object({ items: z.number(), messages: z.number(), threads: z.number() });

/** How much there is. */
export async function countItems(store: Store): Promise<z.output<typeof countsRow>> {
  const row = store.read.get(
    countsRow,
    "SELECT (SELECT count(*) FROM items) AS items, (SELECT count(*) FROM items WHERE kind = 'message') AS messages, (SELECT count(*) FROM threads) AS threads",
  );
  return row ?? { items: 0, messages: 0, threads: 0 };
}
