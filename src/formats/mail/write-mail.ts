import MailComposer from "nodemailer/lib/mail-composer";

export interface WrittenMailbox {
  name: string;
  address: string;
}

/** A mail as it is written down. Lines of `text` end in `\n`; message ids have their angle brackets. */
export interface WrittenMail {
  from: WrittenMailbox;
  to: readonly WrittenMailbox[];
  cc: readonly WrittenMailbox[];
  bcc: readonly WrittenMailbox[];
  subject: string;
  text: string;
  files: readonly { name: string; mediaType: string; bytes: Uint8Array }[];
  inReplyTo: string | null;
  references: readonly string[];
  messageId: string;
  /** UTC ISO-8601; null writes no Date: the service does. */
  date: string | null;
  headers: Readonly<Record<string, string>>;
  /** What the boundaries between parts are made of. */
  boundary: string;
}

/**
 * A mail as RFC 5322 bytes: text/plain in UTF-8 and files, nothing else. Contract: pure, the same mail gives the same bytes;
 * nothing is read from disk or network. Bcc is written.
 */
export async function writeMail(mail: WrittenMail): Promise<Uint8Array> {
  const { inReplyTo, references } = mail;
  const composer = new MailComposer({
    from: mail.from,
    to: [...mail.to],
    cc: [...mail.cc],
    bcc: [...mail.bcc],
    subject: mail.subject,
    text: { content: mail.text, contentTransferEncoding: "quoted-printable" },
    attachments: mail.files.map(({ name, mediaType, bytes }) => ({
      filename: name,
      contentType: mediaType,
      content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      contentTransferEncoding: "base64",
      contentDisposition: "attachment",
    })),
    ...(inReplyTo === null ? {} : { inReplyTo }),
    ...(references.length === 0 ? {} : { references: [...references] }),
    headers: { ...mail.headers },
    messageId: mail.messageId,
    date: new Date(mail.date ?? 0),
    baseBoundary: mail.boundary,
    newline: "windows",
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const node = composer.compile();
  node.keepBcc = true;
  const bytes = await node.build();
  return mail.date === null ? withoutDate(bytes) : new Uint8Array(bytes);
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
