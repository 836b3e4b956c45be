import { z } from "zod";
import type { LookItem, LookThread } from "../core/action.ts";
import {
  attachmentSchema,
  channels,
  eventSchema,
  type Identity,
  identityKinds,
  mailFactsSchema,
  partyRoles,
  untrustedSchema,
} from "../core/item.ts";
import type { Connection } from "./connection.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { flag, jsonText } from "./row-types.ts";

const mostItems = 200;

const itemRow = z.object({
  id: z.number(),
  thread_id: z.number().nullable(),
  channel: z.enum(channels),
  message_id: z.string().nullable(),
  sent_at: z.string().nullable(),
  from_owner: flag,
  subject: untrustedSchema,
  text: untrustedSchema,
  labels: jsonText.pipe(z.array(z.string())),
  attachments: jsonText.pipe(z.array(attachmentSchema)),
  mail: jsonText.pipe(mailFactsSchema).nullable(),
  event: jsonText.pipe(eventSchema).nullable(),
});
const sightingRow = z.object({
  item_id: z.number(),
  source_id: z.string(),
  connector: z.string(),
  account: z.unknown(),
  external_id: z.string(),
});
const partyRow = z.object({
  item_id: z.number(),
  role: z.enum(partyRoles),
  kind: z.enum(identityKinds),
  value: z.string(),
  name: untrustedSchema,
});

const select = `SELECT i.id, i.thread_id, i.channel, i.message_id, i.sent_at, i.from_owner, i.subject, t.text, i.labels, i.attachments, i.mail, i.event
  FROM items i JOIN item_texts t ON t.item_id = i.id`;

/** An item as actions see it; null when there is none. */
export async function lookAtItem(reading: Reading, itemId: number): Promise<LookItem | null> {
  const sql = sqlOf(reading);
  const rows = sql.all(itemRow, `${select} WHERE i.id = ?`, itemId);
  return withContext(sql, rows)[0] ?? null;
}

/** The current item that a connector knows by this id; null when it was never read. */
export async function lookByExternalId(
  reading: Reading,
  connector: string,
  externalId: string,
): Promise<LookItem | null> {
  const sql = sqlOf(reading);
  const rows = sql.all(
    itemRow,
    `${select} WHERE i.superseded_by IS NULL AND i.id IN (SELECT item_id FROM sightings
       WHERE external_id = ? AND source_id IN (SELECT id FROM sources WHERE connector = ?)) ORDER BY i.id DESC LIMIT 1`,
    externalId,
    connector,
  );
  return withContext(sql, rows)[0] ?? null;
}

const threadRow = z.object({
  id: z.number(),
  channel: z.enum(channels),
  title: untrustedSchema,
  is_group: flag,
});

/** A thread with its newest 200 items, oldest first; null when there is none. */
export async function lookAtThread(reading: Reading, threadId: number): Promise<LookThread | null> {
  const sql = sqlOf(reading);
  const thread = sql.get(threadRow, "SELECT id, channel, title, is_group FROM threads WHERE id = ?", threadId);
  if (thread === null) return null;
  const rows = sql.all(
    itemRow,
    `SELECT * FROM (${select} WHERE i.thread_id = ? AND i.superseded_by IS NULL ORDER BY i.sent_at DESC, i.id DESC LIMIT ?)
     ORDER BY sent_at, id`,
    threadId,
    mostItems,
  );
  const { is_group, ...known } = thread;
  const keys = sql.all(
    z.object({ key: z.string() }),
    "SELECT key FROM thread_keys WHERE thread_id = ? AND key >= 'gm:' AND key < 'gm;' ORDER BY key",
    threadId,
  );
  return { ...known, group: is_group, keys: keys.map(({ key }) => key), items: withContext(sql, rows) };
}

/** The newest item of a thread; null for an empty one. */
export async function newestItemOf(reading: Reading, threadId: number): Promise<number | null> {
  return sqlOf(reading).number(
    "SELECT max(id) FROM items WHERE thread_id = ? AND superseded_by IS NULL AND kind = 'message'",
    threadId,
  );
}

/** Who went on in a thread after that item. */
export async function wentOn(
  reading: Reading,
  threadId: number,
  afterItemId: number,
): Promise<{ others: boolean; owner: boolean }> {
  const after =
    "SELECT max(id) FROM items WHERE thread_id = ? AND id > ? AND superseded_by IS NULL AND kind = 'message' AND from_owner = ?";
  const sql = sqlOf(reading);
  return {
    others: sql.number(after, threadId, afterItemId, 0) !== null,
    owner: sql.number(after, threadId, afterItemId, 1) !== null,
  };
}

/** The name contacts.csv or what was read gives to an exact identity value; empty when none does. */
export async function nameOfIdentity(reading: Reading, value: string): Promise<string> {
  const row = sqlOf(reading).get(
    z.object({ name: z.string(), own: z.string() }),
    "SELECT p.name, n.name AS own FROM identities n JOIN people p ON p.id = n.person_id WHERE n.value = ? LIMIT 1",
    value,
  );
  const name = row?.name ?? "";
  return name !== "" && name !== value ? name : (row?.own ?? "");
}

/** Every address and number of the person who has one of these; empty when nobody is known by them. */
export async function listIdentitiesOfPerson(reading: Reading, values: readonly string[]): Promise<string[]> {
  const rows = sqlOf(reading).all(
    z.object({ value: z.string() }),
    `SELECT DISTINCT n.value FROM identities n WHERE n.person_id IN
       (SELECT person_id FROM identities WHERE value IN (SELECT value FROM json_each(?)))`,
    JSON.stringify(values),
  );
  return rows.map(({ value }) => value);
}

function withContext(sql: Connection, rows: readonly z.output<typeof itemRow>[]): LookItem[] {
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const sightings = Map.groupBy(
    sql.all(
      sightingRow,
      `SELECT g.item_id, g.source_id, s.connector, iif(json_valid(s.config), json_extract(s.config, '$.account'), NULL) AS account,
         g.external_id FROM sightings g JOIN sources s ON s.id = g.source_id WHERE g.item_id IN (SELECT value FROM json_each(?))`,
      ids,
    ),
    (row) => row.item_id,
  );
  const parties = Map.groupBy(
    sql.all(
      partyRow,
      `SELECT p.item_id, p.role, n.kind, n.value, p.name FROM item_parties p JOIN identities n ON n.id = p.identity_id
       WHERE p.item_id IN (SELECT value FROM json_each(?))`,
      ids,
    ),
    (row) => row.item_id,
  );
  return rows.map((row) => ({
    id: row.id,
    threadId: row.thread_id,
    channel: row.channel,
    externalIds: (sightings.get(row.id) ?? []).map((sighting) => ({
      sourceId: sighting.source_id,
      connector: sighting.connector,
      account: typeof sighting.account === "string" ? sighting.account : "",
      externalId: sighting.external_id,
    })),
    messageId: row.message_id,
    references: row.mail?.references ?? [],
    sentAt: row.sent_at,
    fromOwner: row.from_owner,
    parties: (parties.get(row.id) ?? []).map(({ role, kind, value, name }) => {
      const identity: Identity = { kind, value };
      return { role, identity, name };
    }),
    subject: row.subject,
    text: row.text,
    labels: row.labels,
    attachments: row.attachments,
    event: row.event,
    authentication: row.mail?.authentication ?? null,
    automatic: isAutomatic(row.mail),
  }));
}

function isAutomatic(mail: z.output<typeof mailFactsSchema> | null): boolean {
  if (mail === null) return false;
  const submitted = (mail.autoSubmitted ?? "no").toLowerCase();
  return mail.dsn || mail.listId !== null || submitted !== "no" || /bulk|list|junk/i.test(mail.precedence ?? "");
}
