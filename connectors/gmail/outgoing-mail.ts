import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";

/** Gmail's ids of messages, threads, drafts and labels. */
export const gmailId = z.string().regex(/^[\w-]{1,64}$/);

/** What cannot stand in a header: every line break among them. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** One mailbox and nothing else, in ASCII: what needs quoting, SMTPUTF8 or an address literal is refused. */
const address = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const messageId = z.string().regex(/^<[\x21-\x3b\x3d\x3f-\x7e]{1,400}>$/);
const line = (most: number) => z.string().max(most).refine(isOneLine, "One line, without control characters.");

export const mailboxSchema = z.strictObject({
  /** May be empty. */
  name: line(200),
  /** Lower case, ASCII. */
  address: z.string().max(254).regex(address),
});
export type Mailbox = z.output<typeof mailboxSchema>;

export const outgoingFile = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: line(200).min(1),
  mediaType: z
    .string()
    .regex(/^(?!message\/|multipart\/)[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}$/),
  sizeBytes: z.number().int().min(0),
});
export type OutgoingFile = z.output<typeof outgoingFile>;

const mostRecipients = 500;
/** Gmail's 25 MB are counted after base64. Source: https://support.google.com/mail/answer/6584 */
export const mostFileBytes = Math.floor(25_000_000 / 1.37);

/** A mail exactly as it goes out: plain text only, every recipient, every file, and where it belongs. */
export const outgoingMail = z
  .strictObject({
    from: mailboxSchema,
    to: z.array(mailboxSchema),
    cc: z.array(mailboxSchema),
    bcc: z.array(mailboxSchema),
    subject: line(500),
    /** Lines end in `\n`, the last one in nothing. */
    text: z.string().min(1).max(500_000).refine(isBody, "Text with \\n, without other control characters."),
    attachments: z.array(outgoingFile).max(50),
    /** Gmail's id of the conversation it joins; null begins one. */
    threadId: gmailId.nullable(),
    inReplyTo: messageId.nullable(),
    references: z.array(messageId).max(100),
    /** Steward's number of the conversation it came from; null for none. */
    thread: z.number().int().nullable(),
    /** Gmail's id of the conversation it was written for: something new in there, and it is to be looked at again. */
    restsOn: gmailId.nullable(),
    /** When it was filled in: no draft or sent mail from before can be it. */
    composedAt: z.iso.datetime(),
  })
  .refine(({ to, cc, bcc }) => to.length + cc.length + bcc.length > 0, "Nobody would get it.")
  .refine(({ to, cc, bcc }) => to.length + cc.length + bcc.length <= mostRecipients, "Too many recipients.")
  .refine(({ attachments }) => sizeOf(attachments) <= mostFileBytes, "The files are too big for a mail.");
export type OutgoingMail = z.output<typeof outgoingMail>;

export function sizeOf(files: readonly Pick<OutgoingFile, "sizeBytes">[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function isOneLine(text: string): boolean {
  return !controls.test(text) && text.isWellFormed() && text === text.trim();
}

function isBody(text: string): boolean {
  return text.isWellFormed() && !text.endsWith("\n") && !/[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/.test(text);
}

/** The owner's text as it can be sent. Errors: `usage` for an empty one, and for control characters. */
export function toBody(text: string): string {
  const body = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  if (body.trim() === "") throw new StewardError("usage", "There is no text to send.");
  if (!isBody(body)) throw new StewardError("usage", "The text has control characters in it.");
  return body;
}

/** A subject the owner wrote. Errors: `usage`. */
export function toSubject(text: string): string {
  const subject = text.trim();
  if (isOneLine(subject) && subject.length <= 500) return subject;
  throw new StewardError("usage", "A subject is one line of at most 500 characters.");
}

/** A name or subject that others wrote, as a header can hold it. */
export function toHeaderText(text: string, most: number): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]+/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, most)
    .toWellFormed()
    .replace(/\ufffd/g, "")
    .trim();
}

/** Whether an address, already normalised, is one that can be written to. */
export function isSendable(value: string): boolean {
  return value.length <= 254 && address.test(value);
}
