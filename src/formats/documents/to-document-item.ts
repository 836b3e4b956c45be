import { createHash } from "node:crypto";
import { z } from "zod";
import { fingerprint } from "../../core/fingerprint.ts";
import type { DraftItem } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { untrusted } from "../../core/untrusted.ts";
import { blankItem } from "../blank-item.ts";
import { cleanText } from "./decode-bytes.ts";

/** Characters of a document's text that are kept. */
export const documentTextLimit = 200_000;

/**
 * What `hints.format` of a document record may say. `pageId` is Notion's own id, 32 hexadecimal digits; `problems` is what the
 * service did not give of a document of Drive, in words.
 */
export const documentHints = z.discriminatedUnion("app", [
  z.strictObject({ app: z.literal("notion"), pageId: z.string().nullable() }),
  z.strictObject({ app: z.literal("drive"), problems: z.array(z.string()) }),
  z.strictObject({ app: z.literal("web") }),
]);

export interface DocumentText {
  title: string;
  text: string;
  hiddenText?: string;
  labels?: string[];
  problems: string[];
}

/**
 * The one item of a document record: thread key `file:<path>`, `sentAt` when the file was last changed. Contract: pure, never
 * throws; a text over 200 KB is cut and says so.
 */
export function toDocumentItem(record: RawRecord, document: DocumentText): ParsedRecord {
  const hints = documentHints.safeParse(record.hints.format);
  const app = hints.success ? hints.data.app : "drive";
  const pageId = hints.success && hints.data.app === "notion" ? hints.data.pageId : null;
  const { path } = record.locator;
  const place = path.endsWith(record.externalId) ? path : `${path}/${record.externalId}`;
  const problems = [...document.problems];
  if (hints.success && hints.data.app === "drive") problems.push(...hints.data.problems);
  const text = cleanText(document.text.slice(0, documentTextLimit));
  if (document.text.length > documentTextLimit)
    problems.push("The text is longer than 200 KB; only its beginning is kept.");
  if (record.hints.truncatedFromBytes !== undefined)
    problems.push("The file is too large; only its beginning was read.");
  const title = tidyTitle(document.title) || nameOf(record);
  const sentAt = readModified(record.hints.modifiedAt);
  // Two scans without text are two documents: their bytes tell them apart.
  const said = text.trim() === "" ? createHash("sha256").update(record.bytes).digest("base64url") : text;
  const item: DraftItem = {
    ...blankItem("document", app, record.externalId),
    providerId: pageId === null ? null : `notion:${pageId}`,
    fingerprint: fingerprint("", sentAt, title, said),
    threadKeys: [`file:${place}`],
    threadTitle: untrusted(title),
    sentAt,
    subject: untrusted(title),
    text: untrusted(text),
    hiddenText: untrusted(cleanText((document.hiddenText ?? "").slice(0, documentTextLimit))),
    labels: [...(document.labels ?? []), ...(record.hints.labels ?? [])],
    partial: problems.length > 0,
    problems,
  };
  return { items: [item], problems: [] };
}

/** The file's name without folders and ending, or the title that the source gave. */
export function nameOf(record: RawRecord): string {
  const file = (record.hints.title ?? record.externalId).replace(/^.*[/\\]/, "");
  return tidyTitle(file.replace(/\.(md|markdown|csv|tsv|pdf|docx|txt|text|html?)$/i, "")) || file;
}

function tidyTitle(title: string): string {
  return cleanText(title.slice(0, 2000)).replace(/\s+/g, " ").trim().slice(0, 300);
}

function readModified(instant: string | undefined): string | null {
  const ms = Date.parse(instant ?? "");
  if (Number.isNaN(ms)) return null;
  const text = new Date(ms).toISOString();
  return text >= "1970-01-01T00:00:00.000Z" && text < "2200-01-01T00:00:00.000Z" ? text : null;
}
