import type { z } from "zod";
import { fillInReply, previewReply } from "../fill-in-reply.ts";
import { type MailAction, mailAction } from "../mail-action.ts";
import { replyAsk } from "./reply.ts";

/** An answer to everybody a mail was from and to. */
export const replyAll: MailAction<z.output<typeof replyAsk>> = {
  ...mailAction,
  name: "gmail.reply_all",
  description: "Answers the newest mail of a conversation, to its sender and everybody else it was to.",
  ask: replyAsk,
  resolve: (asked, look) => fillInReply(asked, look, true),
  preview: previewReply,
};
