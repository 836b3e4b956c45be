import type { gmail_v1 } from "@googleapis/gmail";
import { badRequest, GoogleFailure, notFound } from "../google-error.ts";
import { deliverMail, joinsThread, rewriteHead } from "./deliver-mail.ts";
import type { GmailState } from "./gmail-state.ts";
import { type Mailboxes, stringField } from "./mailboxes.ts";
import { messageResource } from "./message-resource.ts";
import { headerOf, readHead } from "./mime-tree.ts";

/** Source: maxSize of `users.messages.send` in Gmail's discovery document. */
const mostBytes = 36_700_160;
const mostRecipients = 500;

/** The mail in a request's `raw`. Errors: 400 without one, 413 for one that is too big. */
export function readRaw(body: Record<string, unknown>): Uint8Array {
  const raw = stringField(body, "raw");
  if (raw === null || raw === "") {
    throw badRequest("'raw' RFC822 payload message string or uploading message via /upload/* URL required");
  }
  const bytes = Buffer.from(raw, "base64url");
  if (bytes.byteLength > mostBytes) throw new GoogleFailure(413, "Request Entity Too Large", "uploadTooLarge");
  return bytes;
}

/**
 * Sends: the copy in SENT has a new id, Gmail's own Message-ID, a Date and an address of the account's as From, joins the thread only
 * when it may (`stays`: it is a draft alone in its thread), and other accounts of this world that are addressed get it. Errors:
 * 400 without a recipient or with too many, 404 for a thread that is not there.
 */
export function sendRaw(
  boxes: Mailboxes,
  state: GmailState,
  given: Uint8Array,
  threadId: string | null,
  stays = false,
): gmail_v1.Schema$Message {
  const { shared, stateOf } = boxes;
  const recipients = recipientsOf(given);
  if (recipients.length === 0) throw badRequest("Recipient address required");
  if (recipients.length > mostRecipients) throw badRequest("Too many recipients");
  if (threadId !== null && !state.threads.has(threadId)) throw notFound();
  const nowMs = shared.clock.now();
  const raw = rewriteHead(given, `${state.account} ${state.made} ${nowMs}`, ownFrom(state, given), nowMs);
  const joined = threadId !== null && (stays || joinsThread(state, raw, threadId)) ? threadId : "new";
  // What is sent to oneself is one message, in both places.
  const labelIds = recipients.includes(state.account) ? ["SENT", "INBOX", "UNREAD"] : ["SENT"];
  const sent = deliverMail(shared, state, state.account, { raw, labelIds, threadId: joined });
  for (const account of shared.accounts()) {
    if (account === state.account || !recipients.includes(account)) continue;
    deliverMail(shared, stateOf(account), account, { raw: withoutBcc(raw), labelIds: ["INBOX", "UNREAD"] });
  }
  return messageResource(sent, "minimal");
}

function recipientsOf(raw: Uint8Array): string[] {
  const head = readHead(raw);
  return head
    .filter(({ name }) => ["to", "cc", "bcc"].includes(name.toLowerCase()))
    .flatMap(({ value }) => value.toLowerCase().match(/[^\s<>,;:"]+@[^\s<>,;:"]+/g) ?? []);
}

/** Null when the mail already comes from an address that the account may send as. */
function ownFrom(state: GmailState, raw: Uint8Array): string | null {
  const from = (headerOf(readHead(raw), "from") ?? "").toLowerCase();
  const isOwn = state.sendAs.some(
    ({ sendAsEmail, verificationStatus }) =>
      verificationStatus === "accepted" && from.includes(sendAsEmail.toLowerCase()),
  );
  if (isOwn) return null;
  return state.sendAs.find(({ isDefault }) => isDefault)?.sendAsEmail ?? state.account;
}

function withoutBcc(raw: Uint8Array): Uint8Array {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("latin1");
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  return Buffer.from(
    head.replace(/^bcc:.*(?:\r?\n[ \t].*)*\r?\n?/gim, "") + (end < 0 ? "" : text.slice(end)),
    "latin1",
  );
}
