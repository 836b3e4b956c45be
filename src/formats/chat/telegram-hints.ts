import { z } from "zod";

/** A chat of a Telegram export as its own header names it. */
export const telegramChatSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
});
export type TelegramChat = z.output<typeof telegramChatSchema>;

/** What every record of a Telegram export carries in `hints.format`; its bytes are a JSON array of messages or contacts. */
export const telegramHintsSchema = z.strictObject({
  part: z.enum(["messages", "contacts"]),
  chat: telegramChatSchema.nullable(),
  /** The number of the account the export is from; null in the export of one chat. */
  ownerId: z.string().nullable(),
});
export type TelegramHints = z.output<typeof telegramHintsSchema>;
