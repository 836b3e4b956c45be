import type { gmail_v1 } from "@googleapis/gmail";
import { deliverMail, joinsThread, rewriteMessageId } from "./deliver-mail.ts";
import type { GmailState } from "./gmail-state.ts";
import type { Mailboxes } from "./mailboxes.ts";
import { messageResource } from "./message-resource.ts";
import { headerOf, readHead } from "./mime-tree.ts";

/**
 * Sends: the copy in SENT has a new id and Gmail's own Message-ID, joins the thread only when it may, and other accounts of
 * this world that are addressed get it.
 */
export function sendRaw(
  boxes: Mailboxes,
  state: GmailState,
  given: Uint8Array,
  threadId: string | null,
): gmail_v1.Schema$Message {
  const { shared, stateOf } = boxes;
  const raw = rewriteMessageId(given, `${state.account} ${state.made} ${shared.clock.now()}`);
  const joined = threadId !== null && joinsThread(state, raw, threadId) ? threadId : "new";
  const sent = deliverMail(shared, state, state.account, { raw, labelIds: ["SENT"], threadId: joined });
  const head = readHead(raw);
  const addressed = ["to", "cc", "bcc"]
    .map((name) => headerOf(head, name) ?? "")
    .join(",")
    .toLowerCase();
  for (const account of shared.accounts()) {
    if (account === state.account || !addressed.includes(account)) continue;
    deliverMail(shared, stateOf(account), account, { raw: withoutBcc(raw), labelIds: ["INBOX", "UNREAD"] });
  }
  return messageResource(sent, "minimal");
}

function withoutBcc(raw: Uint8Array): Uint8Array {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("latin1");
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  return Buffer.from(head.replace(/^bcc:.*(?:\r?\n[ \t].*)*\r?\n?/im, "") + (end < 0 ? "" : text.slice(end)), "latin1");
}
