import { z } from "zod";
import { fillInReply, previewReply } from "../fill-in-reply.ts";
import { type MailAction, mailAction } from "../mail-action.ts";

export const replyAsk = z.strictObject({
  /** Steward's number of the conversation. */
  thread: z.number().int().positive(),
  /** Plain text, without the original. */
  text: z.string(),
  /** The item that is answered; the newest of the conversation without it. */
  message: z.number().int().positive().optional(),
  /** SHA-256 of kept files. */
  attachments: z.array(z.string()).max(50).optional(),
});

/** An answer to who wrote. */
export const reply: MailAction<z.output<typeof replyAsk>> = {
  ...mailAction,
  name: "gmail.reply",
  description: "Answers the newest mail of a conversation, to its sender only.",
  ask: replyAsk,
  resolve: (asked, look) => fillInReply(asked, look, false),
  preview: previewReply,
};
