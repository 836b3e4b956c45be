import { z } from "zod";

/** One message of chat.db with what is joined to it, as it travels from the reader to the parser in JSON. */
export const imessageRowSchema = z.strictObject({
  rowId: z.number(),
  guid: z.string(),
  text: z.string().nullable(),
  /** `attributedBody` in base64. */
  body: z.string().nullable(),
  /** Since 2001: nanoseconds, or seconds before macOS 10.13, as decimal digits because they exceed 2^53. */
  date: z.string(),
  isFromMe: z.boolean(),
  /** The sender's number or address; null for the owner's own. */
  handle: z.string().nullable(),
  service: z.string().nullable(),
  associatedType: z.number(),
  itemType: z.number(),
  balloon: z.string().nullable(),
  isAudio: z.boolean(),
  isEdited: z.boolean(),
  isRetracted: z.boolean(),
  chat: z
    .strictObject({
      guid: z.string(),
      identifier: z.string(),
      name: z.string(),
      isGroup: z.boolean(),
      members: z.array(z.string()),
    })
    .nullable(),
  attachments: z.array(
    z.strictObject({ name: z.string(), mediaType: z.string(), sizeBytes: z.number(), isSticker: z.boolean() }),
  ),
});
export type ImessageRow = z.output<typeof imessageRowSchema>;

const appleEpochMs = Date.UTC(2001, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

/** Milliseconds since 1970 of a date column: nanoseconds since 2001, or seconds in old rows. Null when it is not set. */
export function appleInstant(date: string): number | null {
  if (!/^-?\d{1,20}$/.test(date)) return null;
  const value = BigInt(date);
  if (value <= 0n) return null;
  const ms = value < 1_000_000_000_000n ? Number(value) * 1000 : Number(value / 1_000_000n);
  return appleEpochMs + ms >= latestMs ? null : appleEpochMs + ms;
}

/** The chat's key without its service: `any;-;+49…`, `iMessage;-;+49…` and `SMS;-;+49…` are one chat. */
export function chatKey(guid: string): string {
  return guid.replace(/^[^;]*;([-+]);/, "$1;").toLowerCase();
}
