import { z } from "zod";
import { emailIdentity, isPlainMailbox } from "../../src/core/identity.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import { fileTitle } from "./outbox.ts";

export const mailAskSchema = z.strictObject({
  /** Addresses, or names as contacts.csv has them. */
  to: z.array(z.string().min(1).max(320)).min(1).max(50),
  cc: z.array(z.string().min(1).max(320)).max(50).optional(),
  subject: z.string().min(1).max(300),
  text: z.string().min(1).max(200_000),
  /** SHA-256 of files that are kept. */
  attachments: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(20)
    .optional(),
  /** The thread it answers. */
  thread: z.int().positive().optional(),
});
export type MailAsk = z.output<typeof mailAskSchema>;

const hidden = "No hidden characters.";
const line = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => cleanLine(text) === text, hidden);

/** One mailbox; an address that needs quoting is refused, so that nothing of it is read as another header. */
const mailbox = z.strictObject({
  name: line(200),
  address: z
    .string()
    .max(254)
    .refine((text) => emailIdentity(text)?.value === text && isPlainMailbox(text), "No mail address."),
});
const messageId = z.string().regex(/^<[\x21-\x3b\x3d\x3f-\x7e]{1,400}>$/);

export const mailInputSchema = z.strictObject({
  file: fileTitle,
  from: mailbox,
  to: z.array(mailbox).min(1).max(50),
  cc: z.array(mailbox).max(50),
  subject: line(300).min(1),
  /** Lines end in `\n`. */
  text: z
    .string()
    .min(1)
    .max(200_000)
    .refine((text) => cleanText(text) === text, hidden),
  /** UTC ISO-8601. */
  date: z.iso.datetime({ precision: 3 }),
  inReplyTo: messageId.nullable(),
  references: z.array(messageId).max(100),
  attachments: z
    .array(
      z.strictObject({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        name: line(200).min(1),
        mediaType: z
          .string()
          .regex(/^(?!message\/|multipart\/)[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}$/),
        sizeBytes: z.int().min(0),
      }),
    )
    .max(20),
  threadId: z.int().positive().nullable(),
});
export type MailInput = z.output<typeof mailInputSchema>;

export function cleanLine(text: string): string {
  return forScreen(text).trim();
}

/** As it can be sent: plain text whose lines end in `\n`, without what cannot be seen. */
export function cleanText(text: string): string {
  return forScreen(text, { multiline: true }).replace(/\n+$/, "");
}

/** A message id with its brackets; null when it is none that can be written. */
export function toMessageId(id: string): string | null {
  const bracketed = `<${id.replace(/^<|>$/g, "")}>`;
  return messageId.safeParse(bracketed).success ? bracketed : null;
}
