import { createHash } from "node:crypto";
import type { DraftItem, Party } from "../core/item.ts";
import type { Locator } from "../core/record.ts";
import { rawText } from "../core/untrusted.ts";
import { addToIndex } from "./add-to-index.ts";
import type { Connection } from "./connection.ts";
import type { Tx } from "./open-store.ts";
import { ensureIdentity } from "./people.ts";
import { reviseEvent } from "./revise-event.ts";
import type { SearchColumns } from "./search-columns.ts";
import { giveSentEvidence } from "./sent-evidence.ts";
import { noteThreadItem, recountThreadOf, resolveThread } from "./threads.ts";

/** An item ready to be stored: parsed, its index columns folded, its original compressed. */
export interface PreparedItem {
  draft: DraftItem;
  search: SearchColumns;
  /** The compressed raw bytes to keep if the item is new, a pointer to where they are (`pointer:<path>#<offset>`), or null. */
  original: OriginalPart | string | null;
  sizeBytes: number;
  locator: Locator;
}

/** The raw bytes of an item within a compressed frame that its batch shares. */
export interface OriginalPart {
  frame: { bytes: Uint8Array };
  at: number;
  length: number;
  sha256: string;
}

/** Puts a new item's raw bytes away and returns the reference under which they will be found. */
export type KeepFrame = (part: OriginalPart) => string | null;

interface Into {
  tx: Tx;
  sourceId: string;
  keepFrame: KeepFrame;
}

export interface Taken {
  added: number;
  /** Already known: the same item seen again, here or in another source. */
  known: number;
  /** The same record with other content: a new version took the old one's place, or other facts of an event its own. */
  changed: number;
}

/**
 * Stores a batch of items of one source: one item and one or many sightings each, threaded, indexed, with everybody in it.
 *
 * Contract: idempotent; `keepFrame` is called only for what is new and answers with the reference to store; the batch is
 * reordered by time because the index takes ascending row numbers without flushing.
 */
export async function takeItems(
  tx: Tx,
  sourceId: string,
  batch: readonly PreparedItem[],
  keepFrame: KeepFrame = () => null,
): Promise<Taken> {
  const into = { tx, sourceId, keepFrame };
  const taken: Taken = { added: 0, known: 0, changed: 0 };
  const inOrder = [...batch].sort((a, b) => compareTimes(a.draft.sentAt, b.draft.sentAt));
  const additions: { id: number; columns: SearchColumns }[] = [];
  for (const item of inOrder) {
    const outcome = takeItem(into, item);
    taken[outcome.kind === "revised" ? "changed" : outcome.kind] += 1;
    if (outcome.kind === "added" || outcome.kind === "changed")
      additions.push({ id: outcome.itemId, columns: item.search });
  }
  additions.sort((a, b) => a.id - b.id);
  for (const { id, columns } of additions) {
    // A record that changed twice within one batch: only the last version is searchable.
    const replaced = taken.changed > 0 && tx.sql.number("SELECT superseded_by FROM items WHERE id = ?", id) !== null;
    if (!replaced) addToIndex(tx.sql, id, columns);
  }
  tx.sql.run("UPDATE sources SET item_count = item_count + ? WHERE id = ?", taken.added, sourceId);
  return taken;
}

type Outcome = { kind: "added" | "known" | "changed" | "revised"; itemId: number };

function takeItem(into: Into, item: PreparedItem): Outcome {
  const { tx, sourceId } = into;
  const { sql } = tx;
  const { draft } = item;
  const keys = itemKeys(draft);
  const sighted = sql.number(
    "SELECT item_id FROM sightings WHERE source_id = ? AND external_id = ?",
    sourceId,
    draft.externalId,
  );
  const knownId = findByKeys(sql, keys);
  if (sighted !== null) {
    if (knownId === null) return { kind: "changed", itemId: replaceVersion(into, item, keys, sighted) };
    if (knownId !== sighted) moveSighting(sql, sourceId, item, { from: sighted, to: knownId });
    return mergeSighting(sql, knownId, draft, knownId === sighted);
  }
  if (knownId !== null) {
    addSighting(sql, sourceId, item, knownId);
    addKeys(sql, keys, knownId);
    return mergeSighting(sql, knownId, draft, false);
  }
  return { kind: "added", itemId: insertItem(into, item, keys) };
}

function replaceVersion(into: Into, item: PreparedItem, keys: string[], oldId: number): number {
  const { sql } = into.tx;
  endSighting(sql, into.sourceId, item.draft.externalId);
  const isSeenElsewhere = isSighted(sql, oldId);
  if (!isSeenElsewhere) sql.run("DELETE FROM item_keys WHERE item_id = ?", oldId);
  const itemId = insertItem(into, item, keys);
  if (!isSeenElsewhere) supersede(sql, oldId, itemId);
  return itemId;
}

/** The record now says what another known item says; the version it had goes, unless another source still has it. */
function moveSighting(sql: Connection, sourceId: string, item: PreparedItem, ids: { from: number; to: number }): void {
  endSighting(sql, sourceId, item.draft.externalId);
  addSighting(sql, sourceId, item, ids.to);
  if (isSighted(sql, ids.from)) return;
  sql.run("DELETE FROM item_keys WHERE item_id = ?", ids.from);
  supersede(sql, ids.from, ids.to);
}

function supersede(sql: Connection, oldId: number, newId: number): void {
  sql.run("UPDATE items SET superseded_by = ? WHERE id = ?", newId, oldId);
  sql.run("DELETE FROM search WHERE rowid = ?", oldId);
  recountThreadOf(sql, oldId);
}

function endSighting(sql: Connection, sourceId: string, externalId: string): void {
  sql.run("DELETE FROM sightings WHERE source_id = ? AND external_id = ?", sourceId, externalId);
}

function isSighted(sql: Connection, itemId: number): boolean {
  return sql.number("SELECT 1 FROM sightings WHERE item_id = ?", itemId) !== null;
}

function insertItem(into: Into, item: PreparedItem, keys: string[]): number {
  const { tx, sourceId } = into;
  const { sql } = tx;
  const { draft } = item;
  const itemId = freeItemId(sql, draft);
  const parties = draft.parties.map((party) => ({
    party,
    identity: ensureIdentity(sql, party.identity, rawText(party.name)),
  }));
  const sender =
    parties.find(({ party }) => party.role === "from") ?? parties.find(({ party }) => party.role === "organizer");
  const fromOwner = draft.sentEvidence || sender?.identity.isOwner === true;
  const threadId = draft.kind === "contact" ? null : resolveThread(sql, draft);
  sql.run(
    `INSERT INTO items (id, kind, channel, thread_id, sent_at, from_owner, sent_evidence, sender_id, message_id, in_reply_to,
       fingerprint, subject, labels, attachments, mail, event, contact, original, size_bytes, is_partial, taken_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    itemId,
    draft.kind,
    draft.channel,
    threadId,
    draft.sentAt,
    Number(fromOwner),
    Number(draft.sentEvidence),
    sender?.identity.id ?? null,
    draft.messageId,
    draft.mail?.inReplyTo ?? null,
    draft.fingerprint,
    rawText(draft.subject),
    JSON.stringify(draft.labels),
    JSON.stringify(draft.attachments),
    toJson(draft.mail),
    toJson(draft.event),
    toJson(draft.contact),
    typeof item.original === "object" && item.original !== null ? into.keepFrame(item.original) : item.original,
    item.sizeBytes,
    Number(draft.partial),
    tx.nowAt,
  );
  sql.run(
    "INSERT INTO item_texts (item_id, text, quoted, signature, hidden) VALUES (?, ?, ?, ?, ?)",
    itemId,
    rawText(draft.text),
    rawText(draft.quoted),
    rawText(draft.signature),
    rawText(draft.hiddenText),
  );
  addKeys(sql, keys, itemId);
  addSighting(sql, sourceId, item, itemId);
  addParties(sql, itemId, parties);
  noteContacts(sql, draft, parties, fromOwner);
  if (threadId !== null) noteThreadItem(sql, threadId, { itemId, sentAt: draft.sentAt, fromOwner });
  return itemId;
}

type ResolvedParty = { party: Party; identity: { id: number; isOwner: boolean } };

function addParties(sql: Connection, itemId: number, parties: readonly ResolvedParty[]): void {
  for (const { party, identity } of parties) {
    sql.run(
      "INSERT OR IGNORE INTO item_parties (item_id, role, identity_id, name) VALUES (?, ?, ?, ?)",
      itemId,
      party.role,
      identity.id,
      rawText(party.name),
    );
  }
}

/** Counts who was seen and, on Sent evidence only, who was written to: a From header makes nobody known. */
function noteContacts(sql: Connection, draft: DraftItem, parties: readonly ResolvedParty[], fromOwner: boolean): void {
  for (const { party, identity } of parties) {
    const addressed =
      party.role === "to" || party.role === "cc" || party.role === "bcc" || (party.role === "member" && !draft.group);
    if (draft.sentEvidence && addressed && !identity.isOwner) {
      sql.run(
        "UPDATE identities SET written_count = written_count + 1, written_at = max(coalesce(written_at, ''), coalesce(?, '')) WHERE id = ?",
        draft.sentAt,
        identity.id,
      );
    } else if (party.role === "from" && !fromOwner) {
      sql.run(
        "UPDATE identities SET seen_count = seen_count + 1, seen_at = max(coalesce(seen_at, ''), coalesce(?, '')) WHERE id = ?",
        draft.sentAt,
        identity.id,
      );
    }
  }
}

/** A second sighting can teach what the first did not say: labels, that the owner sent it, what became of an event. */
function mergeSighting(sql: Connection, itemId: number, draft: DraftItem, sightedHere: boolean): Outcome {
  if (draft.sentEvidence) giveSentEvidence(sql, itemId, draft);
  if (draft.labels.length > 0) {
    sql.run(
      `UPDATE items SET labels = (SELECT json_group_array(value) FROM
         (SELECT value FROM json_each(items.labels) UNION SELECT value FROM json_each(?))) WHERE id = ? AND labels <> ?`,
      JSON.stringify(draft.labels),
      itemId,
      JSON.stringify(draft.labels),
    );
  }
  return { kind: reviseEvent(sql, itemId, draft, sightedHere) ? "revised" : "known", itemId };
}

function addSighting(sql: Connection, sourceId: string, item: PreparedItem, itemId: number): void {
  sql.run(
    "INSERT OR IGNORE INTO sightings (source_id, external_id, item_id, path, byte_offset) VALUES (?, ?, ?, ?, ?)",
    sourceId,
    item.draft.externalId,
    itemId,
    item.locator.path,
    item.locator.offset,
  );
}

function addKeys(sql: Connection, keys: readonly string[], itemId: number): void {
  for (const key of keys) sql.run("INSERT OR IGNORE INTO item_keys (key, item_id) VALUES (?, ?)", key, itemId);
}

function findByKeys(sql: Connection, keys: readonly string[]): number | null {
  for (const key of keys) {
    const found = sql.number("SELECT item_id FROM item_keys WHERE key = ?", key);
    if (found !== null) return found;
  }
  return null;
}

/**
 * The keys that make two records one item: the provider's id, and what the item says. A Message-ID alone is not enough (lists
 * and broken clients repeat them), so it counts with date and text, which the fingerprint holds.
 */
function itemKeys(draft: DraftItem): string[] {
  const said = createHash("sha256")
    .update(
      `${draft.kind}|${draft.channel}|${draft.messageId ?? ""}|${draft.threadKeys[0]?.startsWith("chat:") === true ? draft.threadKeys[0] : ""}|`,
    )
    .update(draft.messageId === null ? `${draft.fingerprint}|${chatCounter(draft)}` : draft.fingerprint)
    .digest("base64url")
    .slice(0, 22);
  return draft.providerId === null ? [said] : [`p:${draft.providerId}`, said];
}

/** Two equal messages of one minute are two messages; the reader numbers them in its external id (`<fingerprint>:<n>`). */
function chatCounter(draft: DraftItem): string {
  const at = draft.externalId.lastIndexOf(":");
  return draft.externalId.startsWith(draft.fingerprint) && at > 0 ? draft.externalId.slice(at + 1) : "";
}

/** How many ids each second of time has; also the first id of an item with a date. */
export const idsPerSecond = 2 ** 19;
const lastSecond = 2 ** 33 - 1;
const triesPerSecond = 64;

/**
 * Item ids grow with the item's own time (seconds × 2^19 + a number from its fingerprint), so that newest first is a walk
 * along the primary key and a range of dates is a range of ids.
 */
export function firstItemIdAt(sentAt: string | null): number {
  const seconds = sentAt === null ? 0 : Math.floor(Date.parse(sentAt) / 1000);
  return Math.min(Math.max(seconds, 0), lastSecond) * idsPerSecond;
}

function freeItemId(sql: Connection, draft: DraftItem): number {
  const base = firstItemIdAt(draft.sentAt);
  const milliseconds = draft.sentAt === null ? 0 : Date.parse(draft.sentAt) % 1000;
  const digest = createHash("sha256").update(draft.fingerprint).update(draft.externalId).digest();
  let id = base + Math.max(0, milliseconds) * 512 + (digest.readUInt16BE(0) % 512);
  // An odd step visits every slot of the second; when it is crowded (undated items all share the first), the next one serves.
  const step = digest.readUInt16BE(2) * 2 + 1;
  let second = base;
  for (let tries = 1; sql.number("SELECT 1 FROM items WHERE id = ?", id) !== null; tries += 1) {
    if (tries % triesPerSecond === 0) second += idsPerSecond;
    id = second + (((id % idsPerSecond) + step) % idsPerSecond);
  }
  return id;
}

function compareTimes(a: string | null, b: string | null): number {
  return (a ?? "") < (b ?? "") ? -1 : (a ?? "") > (b ?? "") ? 1 : 0;
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
