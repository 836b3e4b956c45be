import { z } from "zod";
import { channels, eventSchema, untrustedSchema } from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { jsonText } from "./row-types.ts";
import { firstItemIdAt, idsPerSecond } from "./take-items.ts";

const replyRow = z
  .object({
    person_id: z.number(),
    sent_at: z.string(),
    channel: z.enum(channels),
    thread_id: z.number(),
    in_reply_to: z.string().nullable(),
    text: untrustedSchema,
  })
  .transform((row) => ({
    personId: row.person_id,
    sentAt: row.sent_at,
    channel: row.channel,
    threadId: row.thread_id,
    inReplyTo: row.in_reply_to,
    text: row.text,
  }));
export type OwnerMessage = z.output<typeof replyRow>;

const answerCharacters = 600;

/**
 * To whom the owner wrote directly since an instant, on which channel and what (subject and beginning): one row per person and
 * message, oldest first.
 */
export async function listOwnerMessages(store: Store, sinceAt: string): Promise<OwnerMessage[]> {
  return store.read.all(
    replyRow,
    `SELECT DISTINCT n.person_id, i.sent_at, i.channel, i.thread_id, i.in_reply_to,
       i.subject || char(10) || substr(x.text, 1, ${answerCharacters}) AS text
     FROM items i JOIN item_texts x ON x.item_id = i.id JOIN item_parties p ON p.item_id = i.id JOIN identities n ON n.id = p.identity_id
     JOIN threads t ON t.id = i.thread_id
     WHERE i.id >= ? AND i.from_owner = 1 AND i.kind = 'message' AND n.is_owner = 0
       AND (p.role = 'to' OR (p.role = 'member' AND t.is_group = 0))
     ORDER BY i.id`,
    firstItemIdAt(sinceAt),
  );
}

const eventRow = z
  .object({
    id: z.number(),
    thread_id: z.number().nullable(),
    kind: z.string(),
    sent_at: z.string().nullable(),
    subject: untrustedSchema,
    event: jsonText.pipe(eventSchema),
  })
  .transform((row) => ({
    itemId: row.id,
    threadId: row.thread_id,
    /** True for an entry of a calendar; false for an invitation that only lies in a mail. */
    inCalendar: row.kind === "event",
    subject: row.subject,
    event: row.event,
  }));
export type StoredEvent = z.output<typeof eventRow>;

/**
 * Events of calendars and of invitations in mail that may take place after an instant, current versions only: what ends or
 * begins later, everything that repeats, and the changed times of what repeats that lay or lie later.
 */
export async function listEvents(store: Store, sinceAt: string): Promise<StoredEvent[]> {
  return store.read.all(
    eventRow,
    `SELECT id, thread_id, kind, sent_at, subject, event FROM items
     WHERE event IS NOT NULL AND superseded_by IS NULL AND (
       json_extract(event, '$.endsAt') >= ?1 OR json_extract(event, '$.startsAt') >= ?1 OR
       json_extract(event, '$.recurrenceId') >= ?1 OR json_extract(event, '$.rrule') IS NOT NULL)
     ORDER BY id`,
    sinceAt,
  );
}

const weekRow = z
  .object({
    sent_at: z.string(),
    channel: z.enum(channels),
    from_owner: z.number(),
    thread_id: z.number(),
    in_reply_to: z.string().nullable(),
  })
  .transform((row) => ({
    sentAt: row.sent_at,
    channel: row.channel,
    fromOwner: row.from_owner === 1,
    threadId: row.thread_id,
    inReplyTo: row.in_reply_to,
  }));
export type PlainMessage = z.output<typeof weekRow>;

/** The bare facts of all messages in a window, oldest first: for counting, without any text. */
export async function listPlainMessages(store: Store, fromAt: string, toAt: string): Promise<PlainMessage[]> {
  return store.read.all(
    weekRow,
    `SELECT sent_at, channel, from_owner, thread_id, in_reply_to FROM items
     WHERE id >= ? AND id < ? AND kind = 'message' AND superseded_by IS NULL AND sent_at IS NOT NULL AND thread_id IS NOT NULL ORDER BY id`,
    firstItemIdAt(fromAt),
    firstItemIdAt(toAt) + idsPerSecond,
  );
}

const knownRow = z
  .object({ value: z.string(), name: z.string() })
  .transform((row) => ({ address: row.value, name: row.name }));

/** Addresses that are known (in contacts.csv, or written to), with their person's name: what lookalikes are compared with. */
export async function listKnownParties(store: Store): Promise<{ address: string; name: string }[]> {
  return store.read.all(
    knownRow,
    `SELECT n.value, p.name FROM identities n JOIN people p ON p.id = n.person_id
     WHERE n.is_owner = 0 AND n.kind = 'email' AND (n.in_contacts = 1 OR n.written_count > 0)`,
  );
}
