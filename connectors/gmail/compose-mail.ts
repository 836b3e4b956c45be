import type { KeptFile } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { writeMail } from "../../src/formats/mail/write-mail.ts";
import type { OutgoingMail } from "./outgoing-mail.ts";

/** The header that finds a mail again: Gmail gives what it sends another Message-ID, and leaves this one alone. */
export const actionHeader = "X-Steward-Action";

/**
 * The mail as RFC 5322 bytes: text/plain in UTF-8 and files, nothing else. `files` are its attachments, in order.
 *
 * Contract: the same mail with the same key gives the same bytes. There is no Date: Gmail writes the one of sending.
 * Errors: `internal` when a file is not the one that was approved.
 * Source: https://developers.google.com/workspace/gmail/api/guides/sending
 */
export async function composeMail(mail: OutgoingMail, files: readonly KeptFile[], key: string): Promise<Uint8Array> {
  const { from, to, cc, bcc, subject, text, inReplyTo, references } = mail;
  return await writeMail({
    from,
    to,
    cc,
    bcc,
    subject,
    text,
    files: mail.attachments.map(({ name, mediaType, sha256 }, index) => ({
      name,
      mediaType,
      bytes: bytesOf(files[index], sha256),
    })),
    inReplyTo,
    references,
    messageId: `<${key}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`,
    date: null,
    headers: { [actionHeader]: key },
    boundary: key,
  });
}

function bytesOf(file: KeptFile | undefined, sha256: string): Uint8Array {
  if (file?.sha256 === sha256) return file.bytes;
  throw new StewardError("internal", "A file of the mail is not the one that was approved.");
}
