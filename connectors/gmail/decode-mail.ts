import { decodeWords } from "postal-mime";
import { sha256Hex } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import { type MimePart, parseMime } from "../../src/formats/mail/mime-parser.ts";
import type { OutgoingFile, OutgoingMail } from "./outgoing-mail.ts";
import { readMailboxes } from "./read-mailboxes.ts";

/** What a mail says, read back from its bytes by another parser than the one that wrote them. */
export type DecodedMail = Pick<
  OutgoingMail,
  "from" | "to" | "cc" | "bcc" | "subject" | "text" | "attachments" | "inReplyTo" | "references"
> & { key: string | null };

/** Fields that steward writes. */
const ownFields = new Set([
  "x-steward-action",
  "from",
  "to",
  "cc",
  "bcc",
  "in-reply-to",
  "references",
  "subject",
  "message-id",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
]);
/** Fields that bring a mail, an answer or a receipt to somebody else; nobody but the owner adds one. */
const steering =
  /^(?:reply-to|sender|return-receipt-to|disposition-notification-to|mail-(?:reply|followup)-to|resent-.*)$/;
const limits = { parts: 60, depth: 2, headerBytes: 200_000, headerLines: 2_000 };

/**
 * Reads a mail back. `strict` takes only what steward itself could have written, field by field; otherwise what a mail service
 * adds on its way may be there, but nothing that steers where the mail or its answers go, and no second body.
 * Errors: `no_permission` for anything else.
 */
export async function decodeMail(bytes: Uint8Array, { strict }: { strict: boolean }): Promise<DecodedMail> {
  const { root, problems } = await parseMime(bytes, limits);
  if (problems.length > 0) throw foreign("it cannot be read whole");
  const fields = readFields(root, strict);
  const [body, ...files] = root.multipart === null ? [root] : root.children;
  if (body === undefined || (root.multipart !== null && root.multipart !== "mixed")) throw foreign("its structure");
  if (body.mediaType !== "text/plain" || body.disposition === "attachment")
    throw foreign("a body that is no plain text");
  const mailboxes = (name: string) => readMailboxes(fields.get(name) ?? "");
  const [from, another] = mailboxes("from");
  if (from === undefined || another !== undefined) throw foreign("its sender");
  const [inReplyTo = null, ...others] = idsOf(fields.get("in-reply-to"));
  if (others.length > 0) throw foreign("several mails answered");
  return {
    from,
    to: mailboxes("to"),
    cc: mailboxes("cc"),
    bcc: mailboxes("bcc"),
    subject: decodeWords(fields.get("subject") ?? "").trim(),
    text: body.decodeText(10_000_000).replace(/\r\n/g, "\n").replace(/\n+$/, ""),
    attachments: files.map(toFile),
    inReplyTo,
    references: idsOf(fields.get("references")),
    key: fields.get("x-steward-action")?.trim() ?? null,
  };
}

/** Every field once: of two, one reader takes the first and another the last. */
function readFields(root: MimePart, strict: boolean): Map<string, string> {
  const fields = new Map<string, string>();
  for (const { key, value } of root.headers) {
    if (strict && !ownFields.has(key)) throw foreign(`a field ${key}`);
    if (steering.test(key)) throw foreign(`a field ${key}`);
    if (ownFields.has(key) && fields.has(key)) throw foreign(`two fields ${key}`);
    fields.set(key, value);
  }
  return fields;
}

function idsOf(value: string | undefined): string[] {
  const ids = value?.match(/<[^<>\s]+>/g) ?? [];
  if ((value ?? "").replace(/<[^<>\s]+>|\s/g, "") !== "") throw foreign("what it answers");
  return ids;
}

function toFile(part: MimePart): OutgoingFile {
  if (part.multipart !== null || part.disposition !== "attachment") throw foreign("a part that is no file");
  const bytes = part.decode();
  return {
    sha256: sha256Hex(bytes),
    name: part.dispositionParams["filename"] ?? "",
    mediaType: part.mediaType,
    sizeBytes: bytes.byteLength,
  };
}

function foreign(what: string): StewardError {
  return new StewardError("no_permission", `A mail has something that steward did not write: ${what}.`);
}
