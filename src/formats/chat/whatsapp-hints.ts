import { z } from "zod";
import { dateOrders, yearStyles } from "./whatsapp-date.ts";

/** What every record of a WhatsApp export carries in `hints.format`, decided from the whole file. */
export const whatsappHintsSchema = z.strictObject({
  grammar: z.string(),
  dateOrder: z.enum(dateOrders),
  yearStyle: z.enum(yearStyles),
  title: z.string(),
  group: z.boolean(),
  /** Names of those who write in the chat, most messages first, at most 31. */
  participants: z.array(z.string()),
  /** How many messages of the record's first minute lie before it; 0 except for a minute with thousands of messages. */
  before: z.number().int().min(0),
});
export type WhatsappHints = z.output<typeof whatsappHintsSchema>;
