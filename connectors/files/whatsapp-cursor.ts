import { z } from "zod";
import { whatsappHintsSchema } from "../../src/formats/chat/whatsapp-hints.ts";

/** Where reading a WhatsApp export stands, and how the whole file is to be read. Offsets are bytes of the text itself. */
export const whatsappCursorSchema = z.strictObject({
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  offset: z.number().int().min(0),
  /** Messages of the minute at `offset` that lie before it. */
  before: z.number().int().min(0),
  /** Where a grown file is read from: the first message of the last minute. */
  resumeOffset: z.number().int().min(0),
  /** Hash near the end of what was read, to tell a file that grew from another one. */
  tail: z.string(),
  done: z.boolean(),
  hints: whatsappHintsSchema.nullable(),
});
export type WhatsappCursor = z.output<typeof whatsappCursorSchema>;
