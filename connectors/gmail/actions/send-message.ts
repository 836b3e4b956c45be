import { z } from "zod";
import { toInstant } from "../../../src/core/clock.ts";
import {
  attachFiles,
  checkMail,
  defaultSender,
  type MailAction,
  mailAction,
  nameAll,
  previewMail,
} from "../mail-action.ts";
import { toBody, toSubject } from "../outgoing-mail.ts";
import { readMailbox } from "../read-mailboxes.ts";

const ask = z.strictObject({
  /** `paul@adler.example` or `Paul Adler <paul@adler.example>`, one for each. */
  to: z.array(z.string()).min(1).max(500),
  cc: z.array(z.string()).max(500).optional(),
  /** Only when the owner asked for it by that word. */
  bcc: z.array(z.string()).max(500).optional(),
  subject: z.string(),
  /** Plain text. */
  text: z.string(),
  /** SHA-256 of kept files. */
  attachments: z.array(z.string()).max(50).optional(),
  /** One of the owner's own addresses; the account's usual one without it. */
  from: z.string().optional(),
});

/** A new mail, which begins a conversation. */
export const sendMessage: MailAction<z.output<typeof ask>> = {
  ...mailAction,
  name: "gmail.send_message",
  description: "Sends a new mail from the owner's Gmail.",
  ask,
  resolve: async (asked, look) =>
    checkMail({
      from: await defaultSender(look, asked.from ?? null),
      to: asked.to.map(readMailbox),
      cc: (asked.cc ?? []).map(readMailbox),
      bcc: (asked.bcc ?? []).map(readMailbox),
      subject: toSubject(asked.subject),
      text: toBody(asked.text),
      attachments: await attachFiles(look, asked.attachments ?? []),
      threadId: null,
      inReplyTo: null,
      references: [],
      thread: null,
      restsOn: null,
      composedAt: toInstant(look.clock.now()),
    }),
  preview: (mail, look) => previewMail(mail, look, `Mail to ${nameAll(mail.to)}`),
};
