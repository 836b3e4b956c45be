import MailComposer from "nodemailer/lib/mail-composer";
import type { KeptFile } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
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
  const composer = new MailComposer({
    from,
    to,
    cc,
    bcc,
    subject,
    text: { content: text, contentTransferEncoding: "quoted-printable" },
    attachments: mail.attachments.map(({ name, mediaType, sha256 }, index) => ({
      filename: name,
      contentType: mediaType,
      content: bytesOf(files[index], sha256),
      contentTransferEncoding: "base64",
      contentDisposition: "attachment",
    })),
    ...(inReplyTo === null ? {} : { inReplyTo }),
    ...(references.length === 0 ? {} : { references }),
    headers: { [actionHeader]: key },
    messageId: `<${key}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`,
    date: new Date(0),
    baseBoundary: key,
    newline: "windows",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const node = composer.compile();
  node.keepBcc = true;
  return withoutDate(await node.build());
}

function bytesOf(file: KeptFile | undefined, sha256: string): Buffer {
  if (file?.sha256 !== sha256)
    throw new StewardError("internal", "A file of the mail is not the one that was approved.");
  return Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
}

/** The composer insists on a date. */
function withoutDate(bytes: Buffer): Uint8Array {
  const headEnd = bytes.indexOf("\r\n\r\n");
  const head = bytes.subarray(0, headEnd).toString("latin1");
  const kept = head
    .split("\r\n")
    .filter((line) => !line.startsWith("Date: "))
    .join("\r\n");
  return new Uint8Array(Buffer.concat([Buffer.from(kept, "latin1"), bytes.subarray(headEnd)]));
}
