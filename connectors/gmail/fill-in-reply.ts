import type { Look, Preview } from "../../src/core/action.ts";
import { toInstant } from "../../src/core/clock.ts";
import { StewardError } from "../../src/core/errors.ts";
import { answeredMail } from "./answered-mail.ts";
import type { GmailDoorClient } from "./door-client.ts";
import { attachFiles, checkMail, nameAll, nameMailboxes, previewMail, senders } from "./mail-action.ts";
import { type OutgoingMail, toBody } from "./outgoing-mail.ts";
import { ownAddresses, replyFrom, replyRecipients } from "./reply-recipients.ts";

type MailLook = Look<GmailDoorClient>;

export interface ReplyAsk {
  thread: number;
  text: string;
  message?: number | undefined;
  attachments?: string[] | undefined;
}

const mostReferences = 60;

/**
 * An answer with everything Gmail and the readers' programs need to put it into the conversation. Errors: those of
 * `answeredMail`; `wrong_kind` when there is nobody to answer.
 */
export async function fillInReply(asked: ReplyAsk, look: MailLook, all: boolean): Promise<OutgoingMail> {
  const parent = await answeredMail(look, asked.thread, asked.message ?? null);
  const mayUse = await senders(look);
  const isOwn = ownAddresses([...look.ownAddresses, ...mayUse.map(({ mailbox }) => mailbox.address)]);
  const { to, cc } = replyRecipients(parent.parties, isOwn, all);
  const from = replyFrom(parent.parties, mayUse);
  if (to.length === 0 || from === null) {
    throw new StewardError("wrong_kind", "That mail names nobody to answer to.", { cure: "Send a new mail instead." });
  }
  const { messageId, references, subject } = parent;
  return checkMail({
    from,
    to: await nameMailboxes(look, to),
    cc: await nameMailboxes(look, cc),
    bcc: [],
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`.trim(),
    text: toBody(asked.text),
    attachments: await attachFiles(look, asked.attachments ?? []),
    // Without a Message-ID to point at, Gmail would hide the answer in the conversation: it begins one instead.
    threadId: messageId === null ? null : parent.threadId,
    inReplyTo: messageId,
    references: messageId === null ? [] : shorten([...references.filter((one) => one !== messageId), messageId]),
    thread: asked.thread,
    restsOn: parent.threadId,
    composedAt: toInstant(look.clock.now()),
  });
}

/** Readers need the first and the last ones. */
function shorten(references: readonly string[]): string[] {
  const [first] = references;
  if (references.length <= mostReferences || first === undefined) return [...references];
  return [first, ...references.slice(1 - mostReferences)];
}

/** Says, too, where the answer goes elsewhere than to who wrote. */
export async function previewReply(mail: OutgoingMail, look: MailLook): Promise<Preview> {
  const consequences: string[] = [];
  if (mail.threadId === null) consequences.push("It begins a conversation of its own.");
  const stored = mail.thread === null ? null : await look.thread(mail.thread);
  const answered = stored?.items.find((item) => item.messageId !== null && mail.inReplyTo === `<${item.messageId}>`);
  const from = answered?.parties.find(({ role }) => role === "from")?.identity.value ?? null;
  const reached = [...mail.to, ...mail.cc].map(({ address }) => address);
  if (answered !== undefined && !answered.fromOwner && from !== null && !reached.includes(from)) {
    consequences.push(`It does not go to ${from}, who wrote, but to where they want answers.`);
  }
  if (answered?.automatic === true) consequences.push("What it answers came by a list or a machine.");
  const preview = await previewMail(mail, look, `Reply to ${nameAll([...mail.to, ...mail.cc])}`, { consequences });
  return { ...preview, about: { ...preview.about, itemIds: answered === undefined ? [] : [answered.id] } };
}
