import { createHash } from "node:crypto";
import { decodeWords } from "postal-mime";
import type { Attachment } from "../../core/item.ts";
import { rawText, untrusted } from "../../core/untrusted.ts";
import { extractDocumentText } from "../documents/extract-text.ts";
import { htmlToText } from "../html/html-to-text.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import { readBody } from "./mail-body.ts";
import { MailHeaders } from "./mail-headers.ts";
import { type MimePart, parseMime } from "./mime-parser.ts";
import { parseTnef } from "./tnef.ts";

const textLimit = 32_768;
const documentBytesLimit = 10_000_000;
const smallTextBytes = 2_000_000;
const nestedDepthLimit = 4;
const nestedLimits = { parts: 200, depth: 20, headerBytes: 200_000, headerLines: 2_000 };

export interface AttachmentBudget {
  /** Attachments that may still be made, over all nested messages. */
  count: number;
  /** Bytes of documents that may still be opened. */
  documentBytes: number;
  /** False for a message of which only the beginning is there: nothing is decoded and nothing hashed. */
  decode: boolean;
}

export interface ReadAttachments {
  attachments: Attachment[];
  /** Text of a winmail.dat, for a message that has no other. */
  bodyText: string;
  problems: string[];
}

/** Reads the files of a message: names, sizes, hashes, and the text of those that have any. Contract: never throws. */
export async function readAttachments(
  files: MimePart[],
  budget: AttachmentBudget,
  depth = 0,
): Promise<ReadAttachments> {
  const read: ReadAttachments = { attachments: [], bodyText: "", problems: [] };
  for (const part of files) {
    if (budget.count <= 0) {
      read.problems.push("There are too many attachments; the rest was left out.");
      break;
    }
    budget.count -= 1;
    await readOne(part, budget, depth, read);
  }
  return read;
}

async function readOne(part: MimePart, budget: AttachmentBudget, depth: number, read: ReadAttachments): Promise<void> {
  const mediaType = cleanLine(part.mediaType, 100) || "application/octet-stream";
  const name = attachmentName(part, mediaType);
  if (!budget.decode) {
    read.attachments.push(toAttachment(name, mediaType, part.rawBytes, null, part, ""));
    return;
  }
  const bytes = part.decode();
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (mediaType === "message/rfc822" || mediaType === "message/global") {
    await readNested(part, bytes, sha256, name, { budget, depth, read });
    return;
  }
  if (mediaType === "application/ms-tnef" || /^winmail\.dat$/i.test(name)) {
    const tnef = parseTnef(bytes);
    read.bodyText ||= tnef.text;
    read.problems.push(...tnef.problems);
    for (const file of tnef.attachments.slice(0, Math.max(0, budget.count))) {
      budget.count -= 1;
      const hash = createHash("sha256").update(file.bytes).digest("hex");
      read.attachments.push(
        toAttachment(safeName(file.name, "attachment"), file.mediaType, file.bytes.length, hash, null, ""),
      );
    }
    if (tnef.attachments.length > 0) return;
  }
  const text = await attachmentText(part, mediaType, name, bytes, budget);
  read.attachments.push(toAttachment(name, mediaType, bytes.length, sha256, part, text));
}

interface Nesting {
  budget: AttachmentBudget;
  depth: number;
  read: ReadAttachments;
}

async function readNested(
  part: MimePart,
  bytes: Uint8Array,
  sha256: string,
  name: string,
  nesting: Nesting,
): Promise<void> {
  const { budget, depth, read } = nesting;
  if (depth >= nestedDepthLimit || bytes.length > documentBytesLimit) {
    read.attachments.push(toAttachment(name, "message/rfc822", bytes.length, sha256, part, ""));
    return;
  }
  const tree = await parseMime(bytes, nestedLimits);
  const headers = new MailHeaders(tree.root.headers);
  const body = readBody(tree.root);
  const subject = headers.text("subject");
  const inner = await readAttachments(body.files, budget, depth + 1);
  const header = ["from", "to", "date", "subject"].flatMap((key) => {
    const value = headers.text(key);
    return value === null ? [] : [`${key.charAt(0).toUpperCase()}${key.slice(1)}: ${value}`];
  });
  const title = name === "message.eml" && subject !== null ? safeName(`${subject}.eml`, name) : name;
  const names = inner.attachments.map((file) => rawText(file.name)).join(", ");
  const text = `${header.join("\n")}\n\n${body.text || inner.bodyText}${names === "" ? "" : `\n\n[${names}]`}`;
  read.attachments.push(toAttachment(title, "message/rfc822", bytes.length, sha256, part, text));
  // What is inside a message that is attached as a file is found through that file; a forwarded one is part of this mail.
  if (part.disposition !== "attachment") read.attachments.push(...inner.attachments);
  read.problems.push(...inner.problems);
}

async function attachmentText(
  part: MimePart,
  mediaType: string,
  name: string,
  bytes: Uint8Array,
  budget: AttachmentBudget,
): Promise<string> {
  if (/^text\/(?:plain|csv|calendar|markdown|x-\w+|tab-separated-values)$/.test(mediaType)) {
    return bytes.length > smallTextBytes ? "" : part.decodeText(textLimit * 4);
  }
  if (mediaType === "text/html")
    return bytes.length > smallTextBytes ? "" : htmlToText(part.decodeText(smallTextBytes)).text;
  const isDocument = /pdf|officedocument\.wordprocessing|msword/.test(mediaType) || /\.(?:pdf|docx)$/i.test(name);
  if (!isDocument || bytes.length > documentBytesLimit || bytes.length > budget.documentBytes) return "";
  budget.documentBytes -= bytes.length;
  return (await extractDocumentText(bytes, mediaType, name)).text;
}

function toAttachment(
  name: string,
  mediaType: string,
  sizeBytes: number,
  sha256: string | null,
  part: MimePart | null,
  text: string,
): Attachment {
  const isInline =
    part !== null && part.disposition !== "attachment" && (part.contentId !== "" || part.disposition === "inline");
  const clean = cleanText(text.slice(0, textLimit)).text.toWellFormed();
  return { name: untrusted(name), mediaType, sizeBytes, sha256, inline: isInline, text: untrusted(clean) };
}

function attachmentName(part: MimePart, mediaType: string): string {
  const written = part.dispositionParams["filename"] ?? part.params["name"] ?? "";
  return safeName(
    written.includes("=?") ? decodeWords(written) : written,
    mediaType === "message/rfc822" ? "message.eml" : "",
  );
}

/** A file name without folders and control characters, so that nobody is led to another place by it. */
function safeName(written: string, fallback: string): string {
  const name = cleanLine(written, 1_000)
    .replace(/[/\\]+/g, "_")
    .replace(/^\.+(?=_|$)/, "")
    .slice(0, 255);
  return name === "" ? fallback : name.toWellFormed();
}
