import { z } from "zod";
import { fingerprint } from "../../core/fingerprint.ts";
import type { DraftItem, EventDetails, Party } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { untrusted } from "../../core/untrusted.ts";
import { parseIcs } from "../calendar/parse-ics.ts";
import { type CleanText, cleanText } from "./clean-text.ts";
import { type AttachmentBudget, readAttachments } from "./mail-attachments.ts";
import { type MailBody, readBody } from "./mail-body.ts";
import {
  bareMessageId,
  decodeHeader,
  gmailLabels,
  headerFacts,
  MailHeaders,
  messageIds,
  sentInstant,
} from "./mail-headers.ts";
import { mailParties } from "./mail-parties.ts";
import { mailTitle } from "./mail-title.ts";
import { type MimePart, type MimeTree, parseMime } from "./mime-parser.ts";
import { salvageMessage } from "./salvage-message.ts";
import { isSentName } from "./sent-names.ts";
import { splitReply } from "./split-reply.ts";

/**
 * What mail sources put into `hints.format`: Gmail's ids of the message and its thread (decimal, or hexadecimal with `0x`).
 * `live` says that the bytes are as they were sent: what only an export writes into the headers was written by a stranger.
 */
export const mailHintsSchema = z.object({
  gmailId: z.string().max(40).optional(),
  threadId: z.string().max(40).optional(),
  live: z.boolean().optional(),
  date: z.string().max(60).optional(),
});
type MailHints = z.output<typeof mailHintsSchema>;

const wholeLimitBytes = 32_000_000;
const calendarLimitBytes = 1_000_000;
const textLimit = 2_000_000;
const subjectLimit = 2_000;
const limits = { parts: 1_000, depth: 200, headerBytes: 1_000_000, headerLines: 10_000 };

const usualFields = ["from", "date", "subject", "message-id", "to", "received", "return-path", "sender"];

/**
 * Reads one RFC 5322 message into one item of kind message, channel mail.
 *
 * Contract: never throws; bad or hostile input gives a partial item with a problem in words. Time is linear in the bytes
 * and below two seconds for anything. Over 32 MB, or when `hints.truncatedFromBytes` says that the bytes are a beginning,
 * only headers, structure and the first texts are read.
 */
export async function parseMail(record: RawRecord): Promise<ParsedRecord> {
  const bytes = withoutFromLine(record.bytes);
  const problems: string[] = [];
  const isBeginning = record.hints.truncatedFromBytes !== undefined || bytes.length > wholeLimitBytes;
  if (isBeginning) problems.push(beginningProblem(record));
  const tree = await readTree(bytes, problems);
  const item = await buildItem(record, tree, { isBeginning, problems });
  return { items: [item], problems: [] };
}

function beginningProblem({ hints, bytes }: RawRecord): string {
  const size = hints.truncatedFromBytes ?? bytes.length;
  const told = size > wholeLimitBytes ? "over 32 MB" : `large (${Math.round(size / 1_000_000)} MB)`;
  return `The message is ${told}; only its headers and first texts were read.`;
}

/** Some exports leave the mbox separator above the headers. */
function withoutFromLine(bytes: Uint8Array): Uint8Array {
  const isFromLine =
    bytes[0] === 0x46 && bytes[1] === 0x72 && bytes[2] === 0x6f && bytes[3] === 0x6d && bytes[4] === 0x20;
  if (!isFromLine) return bytes;
  const end = bytes.subarray(0, 1_000).indexOf(0x0a);
  return end < 0 ? bytes : bytes.subarray(end + 1);
}

async function readTree(bytes: Uint8Array, problems: string[]): Promise<MimeTree> {
  try {
    const tree = await parseMime(bytes, limits);
    problems.push(...tree.problems);
    return tree;
  } catch {
    problems.push("The structure of the message is broken; only its headers and plain text were read.");
    return { root: salvageMessage(bytes), problems: [] };
  }
}

interface Reading {
  isBeginning: boolean;
  problems: string[];
}

async function buildItem(record: RawRecord, tree: MimeTree, reading: Reading): Promise<DraftItem> {
  const { root } = tree;
  const headers = new MailHeaders(root.headers);
  const body = readBody(root);
  const budget: AttachmentBudget = { count: 1_000, documentBytes: 20_000_000, decode: !reading.isBeginning };
  const files = await readAttachments(body.files, budget);
  const problems = [...reading.problems, ...body.problems, ...files.problems];
  if (!usualFields.some((name) => headers.raw(name) !== null))
    problems.push("There are no headers that could be read.");
  const text = limited(cleanText(body.text === "" ? files.bodyText : body.text), problems);
  const hidden = limited(cleanText(body.hidden), problems);
  const subject = cleanText(
    decodeHeader(headers.raw("subject") ?? "")
      .slice(0, subjectLimit)
      .replace(/\s+/g, " ")
      .trim(),
  );
  const people = mailParties(headers);
  const split = splitReply(text.text);
  const labels = [
    ...new Set([
      ...exportedLabels(record, headers),
      ...(record.hints.labels ?? []).map((label) => cleanText(label).text),
    ]),
  ];
  const hiddenCharacters = text.hiddenCharacters + subject.hiddenCharacters + people.hiddenCharacters;
  const sentAt = sentInstant(headers) ?? hintedDate(record);
  return {
    ...identify(record, headers, body, hiddenCharacters),
    fingerprint: fingerprint(senderOf(people.parties), sentAt, subject.text, split.text),
    threadTitle: untrusted(mailTitle(subject.text)),
    sentAt,
    sentEvidence: record.hints.sent === true || labels.some(isSentName),
    parties: people.parties,
    subject: untrusted(subject.text),
    text: untrusted(split.text),
    quoted: untrusted(split.quoted),
    signature: untrusted(split.signature),
    hiddenText: untrusted(hidden.text),
    labels,
    attachments: files.attachments,
    event: await invitation(record, root, body.files),
    partial: problems.length > 0,
    problems,
  };
}

type Identified = Pick<
  DraftItem,
  "kind" | "channel" | "externalId" | "providerId" | "messageId" | "threadKeys" | "group" | "mail" | "contact"
>;

function identify(record: RawRecord, headers: MailHeaders, body: MailBody, hiddenCharacters: number): Identified {
  const messageId = bareMessageId(headers.raw("message-id") ?? headers.raw("message-id:"));
  const answered = messageIds(headers.raw("in-reply-to"));
  const references = messageIds(headers.raw("references"));
  const threadId = gmailThreadId(record, headers);
  const ids = new Set([...(messageId === null ? [] : [messageId]), ...answered, ...references]);
  const keys = [...ids].map((id) => `mid:${id}`);
  if (threadId !== null) keys.unshift(`gm:${threadId}`);
  return {
    kind: "message",
    channel: "mail",
    externalId: record.externalId,
    providerId: gmailProviderId(record),
    messageId,
    threadKeys: keys,
    group: false,
    mail: {
      ...headerFacts(headers, answered[0] ?? null, references),
      dsn: body.dsn || isReport(headers),
      hiddenCharacters,
      htmlBytes: body.htmlBytes,
      links: body.links.map((link) => link.toWellFormed()),
      imageCount: body.imageCount,
    },
    contact: null,
  };
}

function isReport(headers: MailHeaders): boolean {
  return /multipart\/report/i.test(headers.raw("content-type") ?? "");
}

/** The labels that a Takeout export writes into each message. In live mail anybody could have written that they are "Sent". */
function exportedLabels(record: RawRecord, headers: MailHeaders): string[] {
  return mailHints(record).live === true ? [] : gmailLabels(headers);
}

function gmailThreadId(record: RawRecord, headers: MailHeaders): string | null {
  const { live, threadId } = mailHints(record);
  return toDecimal(threadId ?? (live === true ? "" : (headers.raw("x-gm-thrid") ?? "").trim()));
}

function gmailProviderId(record: RawRecord): string | null {
  const id = toDecimal(mailHints(record).gmailId ?? "");
  return id === null ? null : `gmail:${id}`;
}

function toDecimal(id: string): string | null {
  return /^(?:\d{1,20}|0x[0-9a-f]{1,16})$/i.test(id) ? String(BigInt(id)) : null;
}

function mailHints(record: RawRecord): MailHints {
  const hints = mailHintsSchema.safeParse(record.hints.format);
  return hints.success ? hints.data : {};
}

function hintedDate(record: RawRecord): string | null {
  const value = mailHints(record).date ?? record.hints.modifiedAt;
  const ms = value === undefined ? Number.NaN : Date.parse(value);
  return ms >= 0 && ms < Date.UTC(2200, 0, 1) ? new Date(ms).toISOString() : null;
}

function senderOf(parties: Party[]): string {
  return (
    (parties.find((party) => party.role === "from") ?? parties.find((party) => party.role === "sender"))?.identity
      .value ?? ""
  );
}

function limited(clean: CleanText, problems: string[]): CleanText {
  if (clean.text.length <= textLimit) return clean;
  problems.push("The text is very long; only its beginning is kept.");
  return { text: clean.text.slice(0, textLimit).toWellFormed(), hiddenCharacters: clean.hiddenCharacters };
}

async function invitation(record: RawRecord, root: MimePart, files: MimePart[]): Promise<EventDetails | null> {
  const isCalendar = (part: MimePart): boolean => /^(?:text\/calendar|application\/ics)$/.test(part.mediaType);
  const part = isCalendar(root) ? root : files.find(isCalendar);
  if (part === undefined || part.rawBytes > calendarLimitBytes) return null;
  const text = part.decodeText(calendarLimitBytes);
  const { zone, region } = record.hints;
  const parsed = await parseIcs({
    format: "ics",
    externalId: record.externalId,
    bytes: Buffer.from(text),
    hints: { ...(zone === undefined ? {} : { zone }), ...(region === undefined ? {} : { region }) },
    locator: record.locator,
  });
  return parsed.items.find((item) => item.event !== null)?.event ?? null;
}
