import type { gmail_v1 } from "@googleapis/gmail";
import type { GmailState, StoredMessage } from "./gmail-state.ts";
import { headerOf, type MimePart, readHead, readMime, textOf } from "./mime-tree.ts";

export const messageFormats = ["minimal", "full", "raw", "metadata"] as const;
export type MessageFormat = (typeof messageFormats)[number];

/** Text bodies up to this size stand in a `full` answer; larger ones, and every file, are fetched by attachmentId. */
const inlineBytes = 100_000;

/** A message as `messages.get` answers it: `headers` are the metadataHeaders, `answers` tells one answer's attachment ids from another's. */
export function messageResource(
  message: StoredMessage,
  format: MessageFormat,
  { headers = [], answers = 0 }: { headers?: readonly string[]; answers?: number } = {},
): gmail_v1.Schema$Message {
  const base = {
    id: message.id,
    threadId: message.threadId,
    labelIds: [...message.labelIds],
    snippet: format === "raw" ? "" : escapeHtml(snippetOf(message)),
    sizeEstimate: message.raw.byteLength,
    historyId: String(message.historyId),
    internalDate: String(message.internalDate),
  } satisfies gmail_v1.Schema$Message;
  if (format === "minimal") return base;
  if (format === "raw") return { ...base, raw: toBase64Url(message.raw) };
  if (format === "metadata") {
    const wanted = headers.map((name) => name.toLowerCase());
    const head = readHead(message.raw);
    const chosen = head.filter(({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()));
    const mimeType = headerOf(head, "content-type")?.split(";")[0]?.trim() ?? "text/plain";
    return { ...base, payload: { mimeType, headers: chosen } };
  }
  return { ...base, payload: partResource(readMime(message.raw), "", answers) };
}

/** The bytes behind an attachmentId: the path of part numbers and the answer it was given in, made opaque. */
export function attachmentBody(message: StoredMessage, attachmentId: string): gmail_v1.Schema$MessagePartBody | null {
  const path = Buffer.from(attachmentId, "base64url")
    .toString("utf8")
    .replace(/^part:|@\d+$/g, "");
  let part: MimePart | undefined = readMime(message.raw);
  for (const step of path === "" ? [] : path.split(".")) part = part?.parts[Number(step)];
  if (part === undefined || !attachmentId.startsWith("cGFydD")) return null;
  return { size: part.body.length, data: toBase64Url(part.body) };
}

function partResource(part: MimePart, partId: string, answers: number): gmail_v1.Schema$MessagePart {
  const isContainer = part.mimeType.startsWith("multipart/");
  const byReference = part.filename !== "" || part.body.length > inlineBytes;
  const text = part.mimeType.startsWith("text/") ? Buffer.from(textOf(part), "utf8") : part.body;
  const body: gmail_v1.Schema$MessagePartBody = isContainer
    ? { size: 0 }
    : byReference
      ? { size: part.body.length, attachmentId: Buffer.from(`part:${partId}@${answers}`).toString("base64url") }
      : { size: text.length, data: toBase64Url(text) };
  const children = part.parts.map((child, index) =>
    partResource(child, partId === "" ? `${index}` : `${partId}.${index}`, answers),
  );
  return {
    partId,
    mimeType: part.mimeType,
    filename: part.filename,
    headers: part.headers,
    body,
    ...(children.length === 0 ? {} : { parts: children }),
  };
}

/** The beginning of its text; a resource carries it escaped for HTML, as Gmail's does. */
export function snippetOf(message: StoredMessage): string {
  const first = firstText(readMime(message.raw.subarray(0, 50_000)));
  return first.replace(/\s+/g, " ").trim().slice(0, 200);
}

const escapes = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => escapes.get(sign) ?? sign);
}

function firstText(part: MimePart): string {
  if (part.mimeType === "text/plain" && part.filename === "") return textOf(part);
  for (const child of part.parts) {
    const text = firstText(child);
    if (text !== "") return text;
  }
  return part.mimeType === "text/html" ? textOf(part).replace(/<[^>]*>/g, " ") : "";
}

export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/** `users.getProfile`. */
export function profileResource(state: GmailState): gmail_v1.Schema$Profile {
  return {
    emailAddress: state.account,
    messagesTotal: state.messages.size,
    threadsTotal: state.threads.size,
    historyId: String(state.historyId),
  };
}
