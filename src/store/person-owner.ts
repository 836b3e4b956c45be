import { z } from "zod";
import { fold } from "../core/fold.ts";
import { type IdentityKind, identityKinds } from "../core/item.ts";
import type { Store } from "./open-store.ts";

/** A way of naming the owner, with the reason in words. Only `certain` ones may be applied without asking. */
export interface OwnerGuess {
  value: string;
  why: string;
  certain: boolean;
}

export interface InferredOwner {
  identities: OwnerGuess[];
  /** Display names the owner sends under, the most used first. */
  names: string[];
}

const senderRow = z.object({
  id: z.number(),
  kind: z.enum(identityKinds),
  value: z.string(),
  sent: z.number(),
});
type Sender = z.output<typeof senderRow>;

/**
 * Who the owner is, from what their sources say they sent: the senders of items with Sent evidence, and the chat name that
 * writes in most one-to-one chats. A From header alone is no evidence: anybody can write anything there.
 */
export async function inferOwner(store: Store): Promise<InferredOwner> {
  const senders = store.read.all(
    senderRow,
    `SELECT n.id, n.kind, n.value, s.sent FROM
       (SELECT sender_id, count(*) AS sent FROM items INDEXED BY items_thread
        WHERE sent_evidence = 1 AND sender_id IS NOT NULL AND kind = 'message' GROUP BY sender_id) s
     JOIN identities n ON n.id = s.sender_id ORDER BY s.sent DESC, n.value`,
  );
  const total = Map.groupBy(senders, (sender) => senderGroup(sender));
  const mailed = senders.map((sender) =>
    judgeSender(
      store,
      sender,
      (total.get(senderGroup(sender)) ?? []).reduce((sum, one) => sum + one.sent, 0),
    ),
  );
  const certainIds = senders.filter((_, at) => mailed[at]?.certain === true).map((sender) => sender.id);
  const names = sentNames(store, certainIds);
  const known = new Set(mailed.map((guess) => guess.value));
  const chats = chatNameGuesses(store, names).filter((guess) => !known.has(guess.value));
  return { identities: [...mailed, ...chats], names };
}

/** Shares are counted within mail, and within each chat service. */
function senderGroup(sender: { kind: IdentityKind; value: string }): string {
  return sender.kind === "email" ? "mail" : sender.kind === "phone" ? "phone" : (sender.value.split(":")[0] ?? "");
}

/** An address in a few of many sent messages may be a forwarded or shared one: that is asked, not assumed. */
function judgeSender(store: Store, sender: Sender, total: number): OwnerGuess {
  const all = store.read.number("SELECT count(*) FROM items WHERE sender_id = ?", sender.id) ?? sender.sent;
  const isMostlySent = sender.sent * 5 >= all;
  const isUsual = sender.sent * 2 >= total || (sender.sent >= 3 && sender.sent * 50 >= total);
  const messages = sender.sent === 1 ? "1 message" : `${sender.sent} messages`;
  const doubt = isMostlySent ? "" : `, but ${all - sender.sent} others from it were received`;
  return {
    value: sender.value,
    why: `${messages} marked as sent by you came from it${doubt}`,
    certain: isMostlySent && isUsual,
  };
}

const nameRow = z.object({ name: z.string() });

function sentNames(store: Store, identityIds: readonly number[]): string[] {
  const rows = store.read.all(
    nameRow,
    `SELECT p.name FROM item_parties p JOIN identities n ON n.id = p.identity_id
     WHERE p.identity_id IN (SELECT value FROM json_each(?)) AND p.role = 'from' AND p.name <> '' AND n.kind <> 'chatname'
       AND p.name NOT LIKE '%@%'
     GROUP BY p.name ORDER BY count(*) DESC, p.name LIMIT 5`,
    JSON.stringify(identityIds),
  );
  const seen = new Set<string>();
  return rows
    .map((row) => row.name.replace(/\s+/g, " ").trim())
    .filter((name) => {
      const key = fold(name);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

const chatSenderRow = z.object({
  value: z.string(),
  channel: z.string(),
  chats: z.number(),
  titled: z.number(),
  all_chats: z.number(),
});

/**
 * Chat names that must be the owner's. In a chat of two, the other side's name is the chat's title, and the same other side
 * is not in several such chats; so a name that writes in most of them is the owner. Somebody who merely calls themselves
 * like the owner has a chat titled so.
 */
function chatNameGuesses(store: Store, ownerNames: readonly string[]): OwnerGuess[] {
  const rows = store.read.all(
    chatSenderRow,
    `WITH talk AS (
       SELECT DISTINCT i.sender_id, i.thread_id, t.channel, t.title FROM items i INDEXED BY items_thread JOIN threads t ON t.id = i.thread_id
       WHERE t.is_group = 0 AND t.channel IN ('whatsapp', 'telegram', 'imessage') AND i.sender_id IS NOT NULL)
     SELECT n.value, k.channel, count(*) AS chats, sum(k.title = substr(n.value, length(k.channel) + 2)) AS titled, a.all_chats
     FROM talk k JOIN identities n ON n.id = k.sender_id
     JOIN (SELECT channel, count(DISTINCT thread_id) AS all_chats FROM talk GROUP BY channel) a ON a.channel = k.channel
     WHERE n.kind = 'chatname' GROUP BY n.id`,
  );
  const names = new Set(ownerNames.map(fold));
  return rows.flatMap((row) => judgeChatName(row, names.has(fold(row.value.slice(row.channel.length + 1)))));
}

function judgeChatName(row: z.output<typeof chatSenderRow>, isOwnerName: boolean): OwnerGuess[] {
  const isInMost = row.chats >= 2 && row.chats * 2 > row.all_chats;
  if (!isInMost && !isOwnerName) return [];
  const where = row.chats === 1 ? "1 chat of two" : `${row.chats} of ${row.all_chats} chats of two`;
  const why = isOwnerName ? `it is your name, and it writes in ${where}` : `it writes in ${where}`;
  return [{ value: row.value, why, certain: row.titled === 0 && (isInMost || isOwnerName) }];
}
