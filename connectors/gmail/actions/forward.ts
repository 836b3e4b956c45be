import { z } from "zod";
import type { Look, LookItem, Preview } from "../../../src/core/action.ts";
import { toInstant } from "../../../src/core/clock.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { answeredMail } from "../answered-mail.ts";
import type { GmailDoorClient } from "../door-client.ts";
import {
  attachFiles,
  checkMail,
  defaultSender,
  type MailAction,
  mailAction,
  nameAll,
  previewMail,
  writeMailbox,
} from "../mail-action.ts";
import { type Mailbox, type OutgoingMail, toBody, toHeaderText } from "../outgoing-mail.ts";
import { readMailbox } from "../read-mailboxes.ts";

type MailLook = Look<GmailDoorClient>;

const ask = z.strictObject({
  /** Steward's number of the conversation. */
  thread: z.number().int().positive(),
  to: z.array(z.string()).min(1).max(500),
  cc: z.array(z.string()).max(500).optional(),
  /** What stands above the original; nothing without it. */
  text: z.string().optional(),
  /** The item that is sent on; the newest of the conversation without it. */
  message: z.number().int().positive().optional(),
  /** Whether its files go along, those that are kept. Yes without it. */
  files: z.boolean().optional(),
});

/** A mail sent on, quoted whole, in a conversation of its own. */
export const forward: MailAction<z.output<typeof ask>> = {
  ...mailAction,
  name: "gmail.forward",
  description: "Sends a mail of a conversation on to somebody else, with the original quoted.",
  ask,
  resolve: async (asked, look) => {
    const original = await answeredMail(look, asked.thread, asked.message ?? null);
    const { subject, item, parties, threadId } = original;
    const kept = asked.files === false ? [] : await keptHashes(look, item);
    return checkMail({
      from: await defaultSender(look, null),
      to: asked.to.map(readMailbox),
      cc: (asked.cc ?? []).map(readMailbox),
      bcc: [],
      subject: /^(?:fwd?|wg):/i.test(subject) ? subject : `Fwd: ${subject}`.trim(),
      text: toBody(`${asked.text ?? ""}\n\n${quote(item, subject, parties)}`.trimStart()),
      attachments: await attachFiles(look, kept),
      threadId: null,
      inReplyTo: null,
      references: [],
      thread: asked.thread,
      restsOn: threadId,
      composedAt: toInstant(look.clock.now()),
    });
  },
  preview: previewForward,
};

/** The original as others wrote it, without what a mail cannot hold. */
function quote(
  item: LookItem,
  subject: string,
  { from, to, cc }: { from: Mailbox[]; to: Mailbox[]; cc: Mailbox[] },
): string {
  const text = rawText(item.text)
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/g, "");
  const head = [
    ["From", from.map(writeMailbox).join(", ")],
    ["Date", item.sentAt ?? ""],
    ["Subject", subject],
    ["To", to.map(writeMailbox).join(", ")],
    ["Cc", cc.map(writeMailbox).join(", ")],
  ].filter(([, value]) => value !== "");
  const lines = head.map(([label, value]) => `${label}: ${value}`);
  return `---------- Forwarded message ---------\n${lines.join("\n")}\n\n${text}`;
}

async function keptHashes(look: MailLook, item: LookItem): Promise<string[]> {
  const hashes = filesOf(item).flatMap(({ sha256 }) => sha256 ?? []);
  const kept = await Promise.all(hashes.map(async (sha256) => ((await look.file(sha256)) === null ? [] : [sha256])));
  return kept.flat();
}

function filesOf(item: LookItem): NonNullable<LookItem["attachments"]> {
  return (item.attachments ?? []).filter(({ inline }) => !inline);
}

async function previewForward(mail: OutgoingMail, look: MailLook): Promise<Preview> {
  const stored = mail.thread === null ? null : await look.thread(mail.thread);
  const files = (stored?.items ?? []).flatMap(filesOf);
  const left = files.filter(({ sha256 }) => !mail.attachments.some((sent) => sent.sha256 === sha256));
  const names = [...new Set(left.map(({ name }) => toHeaderText(rawText(name), 100)))];
  const consequences = names.length === 0 ? [] : [`These files of the conversation stay behind: ${names.join(", ")}.`];
  return await previewMail(mail, look, `Forward to ${nameAll(mail.to)}`, { consequences });
}
