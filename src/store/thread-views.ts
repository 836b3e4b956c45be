import { z } from "zod";
import {
  attachmentSchema,
  channels,
  eventSchema,
  itemKinds,
  mailFactsSchema,
  partyRoles,
  untrustedSchema,
} from "../core/item.ts";
import type { ItemView, PartyView, ThreadView } from "../core/thread.ts";
import { type ThreadState, threadStates } from "../core/verdict.ts";
import type { Store } from "./open-store.ts";
import { flag, jsonText } from "./row-types.ts";

const threadRow = z.object({
  id: z.number(),
  channel: z.enum(channels),
  title: untrustedSchema,
  is_group: flag,
  state: z.enum(threadStates),
});

const itemRow = z.object({
  id: z.number(),
  thread_id: z.number(),
  kind: z.enum(itemKinds),
  channel: z.enum(channels),
  message_id: z.string().nullable(),
  sent_at: z.string().nullable(),
  from_owner: flag,
  subject: untrustedSchema,
  text: untrustedSchema,
  quoted: untrustedSchema,
  hidden: untrustedSchema,
  labels: jsonText.pipe(z.array(z.string())),
  attachments: jsonText.pipe(z.array(attachmentSchema)),
  mail: jsonText.pipe(mailFactsSchema).nullable(),
  event: jsonText.pipe(eventSchema).nullable(),
});

const partyRow = z.object({
  item_id: z.number(),
  role: z.enum(partyRoles),
  value: z.string(),
  name: untrustedSchema,
  person_id: z.number(),
  in_contacts: flag,
  written_count: z.number(),
  received_count: z.number(),
  answered_count: z.number(),
  is_owner: flag,
});

export interface ViewLimits {
  /** Newest items kept per thread; a chat of six weeks is not judged whole. Default 40. */
  itemsPerThread?: number;
  /** Characters of text kept per item. Default 4,000. */
  textLimit?: number;
}

/**
 * Loads threads with their newest items and everybody in them: what triage judges.
 *
 * Contract: one query per table and chunk of 400 threads; items without a date are left out; order of `threadIds` is kept.
 */
export async function loadThreadViews(
  store: Store,
  threadIds: readonly number[],
  limits: ViewLimits = {},
): Promise<ThreadView[]> {
  const views: ThreadView[] = [];
  for (let at = 0; at < threadIds.length; at += 400)
    views.push(...loadChunk(store, threadIds.slice(at, at + 400), limits));
  return views;
}

function loadChunk(store: Store, threadIds: readonly number[], limits: ViewLimits): ThreadView[] {
  const ids = JSON.stringify(threadIds);
  const textLimit = limits.textLimit ?? 4000;
  const threads = store.read.all(
    threadRow,
    "SELECT id, channel, title, is_group, state FROM threads WHERE id IN (SELECT value FROM json_each(?))",
    ids,
  );
  const items = store.read.all(
    itemRow,
    `SELECT * FROM (
       SELECT i.id, i.thread_id, i.kind, i.channel, i.message_id, i.sent_at, i.from_owner, i.subject,
              substr(t.text, 1, ?2) AS text, substr(t.quoted, 1, 2000) AS quoted, substr(t.hidden, 1, 2000) AS hidden,
              i.labels, i.attachments, i.mail, i.event,
              row_number() OVER (PARTITION BY i.thread_id ORDER BY i.id DESC) AS place
       FROM items i JOIN item_texts t ON t.item_id = i.id
       WHERE i.thread_id IN (SELECT value FROM json_each(?1)) AND i.superseded_by IS NULL AND i.sent_at IS NOT NULL)
     WHERE place <= ?3 ORDER BY thread_id, id`,
    ids,
    textLimit,
    limits.itemsPerThread ?? 40,
  );
  const parties = loadParties(
    store,
    items.map((item) => item.id),
  );
  const byThread = Map.groupBy(items, (item) => item.thread_id);
  const found = new Map(threads.map((thread) => [thread.id, thread]));
  return threadIds.flatMap((threadId) => {
    const thread = found.get(threadId);
    if (thread === undefined) return [];
    const views = (byThread.get(threadId) ?? []).map((item) => toItemView(item, parties.get(item.id) ?? []));
    return [
      {
        id: thread.id,
        channel: thread.channel,
        title: thread.title,
        group: thread.is_group,
        state: thread.state,
        items: views,
      },
    ];
  });
}

function loadParties(store: Store, itemIds: readonly number[]): Map<number, PartyView[]> {
  const rows = store.read.all(
    partyRow,
    `SELECT p.item_id, p.role, n.value, p.name, n.person_id, n.in_contacts, n.written_count, n.received_count, n.answered_count, n.is_owner
     FROM item_parties p JOIN identities n ON n.id = p.identity_id
     WHERE p.item_id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(itemIds),
  );
  const grouped = new Map<number, PartyView[]>();
  for (const row of rows) {
    const party: PartyView = {
      role: row.role,
      address: row.value,
      name: row.name,
      personId: row.person_id,
      known: row.in_contacts || row.written_count > 0,
      inContacts: row.in_contacts,
      writtenTo: row.written_count,
      // Counted are all up to now; the message itself is one of those received.
      exchange: {
        received: Math.max(0, row.received_count - (row.role === "from" ? 1 : 0)),
        answered: row.answered_count,
      },
      isOwner: row.is_owner,
    };
    const list = grouped.get(row.item_id);
    if (list === undefined) grouped.set(row.item_id, [party]);
    else list.push(party);
  }
  return grouped;
}

function toItemView(row: z.output<typeof itemRow>, parties: PartyView[]): ItemView {
  return {
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    messageId: row.message_id,
    sentAt: row.sent_at ?? "",
    fromOwner: row.from_owner,
    parties,
    subject: row.subject,
    text: row.text,
    quoted: row.quoted,
    hiddenText: row.hidden,
    labels: row.labels,
    attachmentNames: row.attachments.map((attachment) => attachment.name),
    mail: row.mail,
    event: row.event,
  };
}

const threadInfoRow = z
  .object({
    id: z.number(),
    channel: z.enum(channels),
    title: untrustedSchema,
    is_group: flag,
    item_count: z.number(),
    first_at: z.string().nullable(),
    last_at: z.string().nullable(),
    last_item_id: z.number().nullable(),
    inbound_at: z.string().nullable(),
    outbound_at: z.string().nullable(),
    state: z.enum(threadStates),
    state_at: z.string().nullable(),
    snoozed_until: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    channel: row.channel,
    title: row.title,
    group: row.is_group,
    itemCount: row.item_count,
    firstAt: row.first_at,
    lastAt: row.last_at,
    lastItemId: row.last_item_id,
    inboundAt: row.inbound_at,
    outboundAt: row.outbound_at,
    state: row.state,
    stateAt: row.state_at,
    snoozedUntil: row.snoozed_until,
  }));
export type ThreadInfo = z.output<typeof threadInfoRow>;

const infoColumns =
  "id, channel, title, is_group, item_count, first_at, last_at, last_item_id, inbound_at, outbound_at, state, state_at, snoozed_until";

/** Threads with something dated in a window, newest first, without pages that a search found; `from` and `to` are UTC ISO-8601. */
export async function listThreads(store: Store, from: string, to: string): Promise<ThreadInfo[]> {
  return store.read.all(
    threadInfoRow,
    `SELECT ${infoColumns} FROM threads WHERE last_at >= ? AND coalesce(first_at, last_at) <= ?
       AND channel <> 'web' ORDER BY last_at DESC`,
    from,
    to,
  );
}

/** One thread's summary, null when there is none. */
export async function getThread(store: Store, threadId: number): Promise<ThreadInfo | null> {
  return store.read.get(threadInfoRow, `SELECT ${infoColumns} FROM threads WHERE id = ?`, threadId);
}

/** The thread an item belongs to, null when it has none. */
export async function threadOfItem(store: Store, itemId: number): Promise<number | null> {
  return store.read.number("SELECT thread_id FROM items WHERE id = ?", itemId);
}

/** Sets what a thread is for the owner. `snoozedUntil` (UTC) only with `snoozed`. */
export async function setThreadState(
  store: Store,
  threadId: number,
  state: ThreadState,
  snoozedUntil: string | null,
): Promise<boolean> {
  return await store.write((tx) => {
    const result = tx.sql.run(
      "UPDATE threads SET state = ?, state_at = ?, snoozed_until = ? WHERE id = ?",
      state,
      tx.nowAt,
      state === "snoozed" ? snoozedUntil : null,
      threadId,
    );
    return result.changes > 0;
  });
}

const messageRow = z.object({ thread_id: z.number(), id: z.number(), message_id: z.string().nullable() });

/** Item and message ids of threads, for `triage --json`. */
export async function threadMessageIds(
  store: Store,
  threadIds: readonly number[],
): Promise<Map<number, { itemId: number; messageId: string | null }[]>> {
  const rows = store.read.all(
    messageRow,
    `SELECT thread_id, id, message_id FROM items
     WHERE thread_id IN (SELECT value FROM json_each(?)) AND superseded_by IS NULL ORDER BY id`,
    JSON.stringify(threadIds),
  );
  const grouped = new Map<number, { itemId: number; messageId: string | null }[]>();
  for (const row of rows) {
    const list = grouped.get(row.thread_id) ?? [];
    list.push({ itemId: row.id, messageId: row.message_id });
    grouped.set(row.thread_id, list);
  }
  return grouped;
}

/** The newest thread with exactly this title; null when there is none. */
export async function findThreadByTitle(store: Store, title: string): Promise<number | null> {
  return store.read.number("SELECT id FROM threads WHERE title = ? ORDER BY last_at DESC LIMIT 1", title);
}

/** The thread of a key such as `mid:<Message-ID>`, `uid:<event>`, `file:<path>`; null when there is none. */
export async function findThreadByKey(store: Store, key: string): Promise<number | null> {
  return store.read.number("SELECT thread_id FROM thread_keys WHERE key = ?", key);
}
