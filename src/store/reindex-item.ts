import { z } from "zod";
import {
  attachmentSchema,
  channels,
  contactSchema,
  eventSchema,
  identityKinds,
  partyRoles,
  untrustedSchema,
} from "../core/item.ts";
import { addToIndex } from "./add-to-index.ts";
import type { Connection } from "./connection.ts";
import { jsonText } from "./row-types.ts";
import { searchColumns } from "./search-columns.ts";

const itemRow = z
  .object({
    channel: z.enum(channels),
    title: untrustedSchema,
    subject: untrustedSchema,
    text: untrustedSchema,
    quoted: untrustedSchema,
    signature: untrustedSchema,
    labels: jsonText.pipe(z.array(z.string())),
    attachments: jsonText.pipe(z.array(attachmentSchema)),
    event: jsonText.pipe(eventSchema).nullable(),
    contact: jsonText.pipe(contactSchema).nullable(),
  })
  .transform(({ title, ...row }) => ({ ...row, threadTitle: title }));

const partyRow = z
  .object({ role: z.enum(partyRoles), kind: z.enum(identityKinds), value: z.string(), name: untrustedSchema })
  .transform(({ role, kind, value, name }) => ({ role, identity: { kind, value }, name }));

const placeRow = z.object({ label: z.string() });

/** Makes the index entry of an item anew from what is stored of it, after its labels changed. Contract: nothing for an item that has gone. */
export function reindexItem(sql: Connection, itemId: number): void {
  const item = sql.get(
    itemRow,
    `SELECT i.channel, coalesce(h.title, '') AS title, i.subject, t.text, t.quoted, t.signature, i.labels, i.attachments,
       i.event, i.contact
     FROM items i JOIN item_texts t ON t.item_id = i.id LEFT JOIN threads h ON h.id = i.thread_id
     WHERE i.id = ? AND i.superseded_by IS NULL`,
    itemId,
  );
  if (item === null) return;
  const parties = sql.all(
    partyRow,
    "SELECT p.role, n.kind, n.value, p.name FROM item_parties p JOIN identities n ON n.id = p.identity_id WHERE p.item_id = ?",
    itemId,
  );
  const places = sql.all(
    placeRow,
    "SELECT DISTINCT s.label FROM sightings g JOIN sources s ON s.id = g.source_id WHERE g.item_id = ?",
    itemId,
  );
  const columns = searchColumns(
    { ...item, parties },
    places.map(({ label }) => label),
  );
  sql.run("DELETE FROM search WHERE rowid = ?", itemId);
  addToIndex(sql, itemId, columns);
}
