import { createHash } from "node:crypto";
import libmime from "libmime";
import type { SharedWorld } from "../service.ts";
import { type GmailState, newMessageId, noteHistory, putMessage, type StoredMessage } from "./gmail-state.ts";
import { headerOf, readHead } from "./mime-tree.ts";

export interface Composed {
  from: string;
  to: string;
  subject: string;
  text: string;
  inReplyTo?: string | undefined;
}

export interface Delivery {
  compose?: Composed;
  raw?: Uint8Array;
  labelIds: readonly string[];
  /** The thread it is put into; "new" begins one; without it, its references decide. */
  threadId?: string | null;
  /** When the mailbox says it came; the world's now by default. */
  internalDate?: number;
}

/** Puts a mail into a mailbox as if it had just arrived: threaded, in the history, in the ledger. */
export function deliverMail(
  shared: SharedWorld,
  state: GmailState,
  account: string,
  delivery: Delivery,
): StoredMessage {
  const nowMs = shared.clock.now();
  const raw = delivery.raw ?? compose(delivery.compose, nowMs, state.made);
  const head = readHead(raw);
  const id = newMessageId(state, nowMs);
  const message: StoredMessage = {
    id,
    threadId: delivery.threadId === "new" ? id : (delivery.threadId ?? findThread(state, head) ?? id),
    labelIds: [...delivery.labelIds],
    internalDate: delivery.internalDate ?? nowMs,
    historyId: 0,
    raw,
    arrivedAt: nowMs,
  };
  const messageId = headerOf(head, "message-id");
  putMessage(state, message, messageId);
  noteHistory(state, nowMs, "messageAdded", message);
  shared.ledger.add({
    account,
    kind: message.labelIds.includes("SENT")
      ? "mail.sent"
      : message.labelIds.includes("DRAFT")
        ? "mail.drafted"
        : "mail.delivered",
    id,
    details: {
      messageId,
      threadId: message.threadId,
      from: headerOf(head, "from"),
      subject: headerOf(head, "subject"),
    },
  });
  return message;
}

/** The thread a mail belongs to: one of its references is there, and the subject is the same but for Re:. */
function findThread(state: GmailState, head: readonly { name: string; value: string }[]): string | null {
  const references =
    `${headerOf(head, "references") ?? ""} ${headerOf(head, "in-reply-to") ?? ""}`.match(/<[^<>\s]+>/g) ?? [];
  for (const reference of references.toReversed()) {
    const known = state.messages.get(state.byMessageId.get(reference) ?? "");
    if (known === undefined) continue;
    const first = state.messages.get(state.threads.get(known.threadId)?.[0] ?? "") ?? known;
    if (plainSubject(head) === plainSubject(readHead(first.raw))) return known.threadId;
  }
  return null;
}

/**
 * Whether what is sent with a threadId joins that thread: it is asked for, a reference names a mail of it, and the subject is
 * the same but for Re:. Source: https://developers.google.com/workspace/gmail/api/guides/threads
 */
export function joinsThread(state: GmailState, raw: Uint8Array, threadId: string): boolean {
  return findThread(state, readHead(raw)) === threadId;
}

/** A subject without what replying and forwarding put before it. */
export function plainSubject(head: readonly { name: string; value: string }[]): string {
  return (headerOf(head, "subject") ?? "")
    .replace(/^(?:\s*(?:re|aw|antw|fwd?|wg)\s*:)+/i, "")
    .trim()
    .toLowerCase();
}

/**
 * Gmail gives what is sent through its API a Message-ID of its own, whatever the client wrote, and a Date where there is none;
 * `from` replaces a From that is not the account's.
 */
export function rewriteHead(raw: Uint8Array, seed: string, from: string | null, nowMs: number): Uint8Array {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("latin1");
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  const id = createHash("sha256").update(seed).digest("base64url").slice(0, 44);
  const dropped =
    from === null ? /^message-id:.*(?:\r?\n[ \t].*)*\r?\n?/gim : /^(?:message-id|from):.*(?:\r?\n[ \t].*)*\r?\n?/gim;
  const kept = head.replace(dropped, "").replace(/\r?\n$/, "");
  const date = /^date:/im.test(kept) ? [] : [`Date: ${new Date(nowMs).toUTCString().replace("GMT", "+0000")}`];
  const added = [...(from === null ? [] : [`From: ${from}`]), ...date, `Message-ID: <CA${id}@mail.gmail.com>`];
  return Buffer.from(`${added.join("\r\n")}\r\n${kept}${end < 0 ? "" : text.slice(end)}`, "latin1");
}

function compose(mail: Composed | undefined, nowMs: number, count: number): Uint8Array {
  const from = mail?.from ?? "Somebody <somebody@elsewhere.example>";
  const id = createHash("sha256").update(`${from} ${mail?.subject} ${nowMs} ${count}`).digest("hex").slice(0, 24);
  const reply = mail?.inReplyTo;
  const lines = [
    `Received: from mail.elsewhere.example by mx.google.com; ${new Date(nowMs).toUTCString()}`,
    "Authentication-Results: mx.google.com; dkim=pass; spf=pass; dmarc=pass",
    "MIME-Version: 1.0",
    `Date: ${new Date(nowMs).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${id}@elsewhere.example>`,
    ...(reply === undefined ? [] : [`In-Reply-To: ${reply}`, `References: ${reply}`]),
    `Subject: ${header(mail?.subject ?? "")}`,
    `From: ${address(from)}`,
    `To: ${address(mail?.to ?? "")}`,
    'Content-Type: text/plain; charset="UTF-8"',
    "Content-Transfer-Encoding: base64",
  ];
  const body = Buffer.from(mail?.text ?? "", "utf8")
    .toString("base64")
    .replace(/(.{76})/g, "$1\r\n");
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}\r\n`, "latin1");
}

/** A typed line break would begin another header. */
function header(text: string): string {
  return libmime.encodeWords(text.replace(/[\r\n]+/g, " "), "Q", 52);
}

function address(text: string): string {
  const found = /^\s*"?([^"<]*?)"?\s*<([^<>\s]+)>\s*$/.exec(text.replace(/[\r\n]+/g, " "));
  return found === null ? text.replace(/[\r\n]+/g, " ").trim() : `${header(found[1] ?? "")} <${found[2] ?? ""}>`;
}
