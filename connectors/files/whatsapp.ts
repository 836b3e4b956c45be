import type { Page } from "../../src/core/connector.ts";
import { StewardError, stopIfAborted } from "../../src/core/errors.ts";
import type { Problem } from "../../src/core/record.ts";
import type { WhatsappHints } from "../../src/formats/chat/whatsapp-hints.ts";
import { ProfileBuilder, type WhatsappProfile } from "../../src/formats/chat/whatsapp-profile.ts";
import { readHeader } from "../../src/formats/chat/whatsapp-stamp.ts";
import { titleFromName } from "../../src/formats/chat/whatsapp-title.ts";
import { baseName, type ChatSource, openChatSource, tailHash } from "./chat-source.ts";
import { emptyPage } from "./empty-page.ts";
import { type OpenZip, openZip, type ZipEntry } from "./open-zip.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";
import { splitLines } from "./split-lines.ts";
import { type WhatsappCursor, whatsappCursorSchema } from "./whatsapp-cursor.ts";
import { WhatsappRecords } from "./whatsapp-records.ts";

const maxLineBytes = 256 * 1024;
const headBytes = 400;

/** Reads "Export chat" of WhatsApp, from iOS and Android, as .txt or as the .zip with media. */
export const whatsappReader: FileReader = { kind: "whatsapp", recognise, pull };

async function recognise(candidate: Candidate): Promise<Recognised | null> {
  if (candidate.isFolder || candidate.sizeBytes === 0) return null;
  if (/\.zip$/i.test(candidate.path)) return recogniseZip(candidate);
  if (!/\.txt$/i.test(candidate.path) || !looksLikeChat(candidate.path, candidate.head)) return null;
  const name = baseName(candidate.path);
  const parent = baseName(candidate.path.slice(0, -name.length - 1));
  return { kind: "whatsapp", label: labelOf(titleOf(name, parent)), sizeBytes: candidate.sizeBytes };
}

async function recogniseZip(candidate: Candidate): Promise<Recognised | null> {
  try {
    const zip = await openZip(candidate.path);
    try {
      const entry = pickChat(zip.entries);
      if (entry === null) return null;
      const head = await firstBytes(zip, entry);
      if (head !== null && !looksLikeChat(entry.name, head)) return null;
      const title = titleOf(baseName(entry.name), baseName(candidate.path));
      return { kind: "whatsapp", label: labelOf(title), sizeBytes: candidate.sizeBytes };
    } finally {
      zip.close();
    }
  } catch (error) {
    if (!(error instanceof StewardError)) throw error;
    // Reading a zip that is named as a chat's says what is wrong with it; of any other one nothing is known.
    const name = baseName(candidate.path);
    if (!/whats ?app/i.test(name)) return null;
    return { kind: "whatsapp", label: labelOf(titleOf("_chat.txt", name)), sizeBytes: candidate.sizeBytes };
  }
}

/** Null for an entry that cannot be unpacked: it has a chat's name, and reading it will say what is wrong with it. */
async function firstBytes(zip: OpenZip, entry: ZipEntry): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of zip.stream(entry)) {
      chunks.push(chunk);
      if (chunks.length >= 4) break;
    }
  } catch (error) {
    if (error instanceof StewardError) return null;
    throw error;
  }
  return Buffer.concat(chunks).subarray(0, 65_536);
}

function pickChat(entries: readonly ZipEntry[]): ZipEntry | null {
  const texts = entries.filter(
    (entry) => /\.txt$/i.test(entry.name) && !entry.isFolder && !entry.name.startsWith("__MACOSX"),
  );
  return (
    texts.find((entry) => baseName(entry.name) === "_chat.txt") ??
    texts.find((entry) => titleFromName(baseName(entry.name), "") !== null) ??
    null
  );
}

/** A name that says so and one header are enough; any other text needs many headers, names and the app's own words. */
function looksLikeChat(path: string, head: Uint8Array): boolean {
  const name = baseName(path);
  const named = /^_chat\.txt$/i.test(name) || /whats ?app|واتساب|واتس/i.test(name);
  const lines = new TextDecoder().decode(head).split(/\r?\n/);
  const builder = new ProfileBuilder(null);
  for (const line of lines) builder.add(line.slice(0, headBytes));
  const profile = builder.decide("");
  if (profile === null) return false;
  if (named) return true;
  const logLevels = profile.senders.some((sender) =>
    /^(?:INFO|WARN(?:ING)?|ERROR|DEBUG|TRACE|FATAL|NOTICE)$/i.test(sender.name),
  );
  const written = profile.senders.reduce((sum, sender) => sum + sender.messages, 0);
  const chatty = profile.counts.headers >= 3 && written * 2 >= profile.counts.headers;
  return !logLevels && chatty && (builder.traces > 0 || profile.senders.length >= 2);
}

function titleOf(name: string, parent: string): string {
  return titleFromName(name, parent) ?? name.replace(/\.txt$/i, "").replace(/^_chat$/i, parent.replace(/\.zip$/i, ""));
}

function labelOf(title: string): string {
  return `WhatsApp chat with ${title}`;
}

async function pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
  const source = await openChatSource(path, pickChat);
  try {
    const before = whatsappCursorSchema.safeParse(cursor).data ?? null;
    const unchanged =
      before !== null && before.sizeBytes === source.sizeBytes && before.modifiedMs === source.modifiedMs;
    if (unchanged && before.done) return emptyPage(before, source.sizeBytes, "bytes");
    if (unchanged) return await readPage(path, source, before, [], options, signal);
    const { start, problems } = await startReading(path, source, before, options, signal);
    if (start === null) return { ...emptyPage(finished(source), source.sizeBytes, "bytes"), failed: problems };
    return await readPage(path, source, start, problems, options, signal);
  } finally {
    source.close();
  }
}

/** The first pass over the whole file: how it is to be read, and from where when it only grew since the last time. */
async function startReading(
  path: string,
  source: ChatSource,
  before: WhatsappCursor | null,
  options: ReadOptions,
  signal: AbortSignal,
): Promise<{ start: WhatsappCursor | null; problems: Problem[] }> {
  const builder = new ProfileBuilder(new Date(source.modifiedMs).getUTCFullYear());
  for await (const line of splitLines(source.bytes(0), 0, headBytes)) {
    stopIfAborted(signal);
    builder.add(line.bytes.toString("utf8"));
  }
  const profile = builder.decide(options.region);
  const locator = { path, offset: 0 };
  if (profile === null)
    return { start: null, problems: [{ locator, reason: "No WhatsApp message was found in this file." }] };
  const fresh: WhatsappCursor = { ...finished(source), done: false, hints: toHints(profile, source) };
  if (before !== null && (await hasOnlyGrown(before, fresh, source))) {
    return { start: { ...fresh, offset: before.resumeOffset, resumeOffset: before.resumeOffset }, problems: [] };
  }
  return {
    start: { ...fresh, offset: 0, resumeOffset: 0 },
    problems: doubts(profile).map((reason) => ({ locator, reason })),
  };
}

function toHints(profile: WhatsappProfile, source: ChatSource): WhatsappHints {
  return {
    grammar: profile.grammar,
    dateOrder: profile.dateOrder,
    yearStyle: profile.yearStyle,
    title: titleOf(source.name, source.parent),
    group: profile.group,
    participants: profile.senders.slice(0, 31).map((sender) => sender.name),
    before: 0,
  };
}

async function hasOnlyGrown(before: WhatsappCursor, now: WhatsappCursor, source: ChatSource): Promise<boolean> {
  if (!before.done || before.hints === null || now.hints === null || source.sizeBytes < before.sizeBytes) return false;
  const same = (["grammar", "dateOrder", "yearStyle", "title"] as const).every(
    (key) => before.hints?.[key] === now.hints?.[key],
  );
  return same && (await tailHash(source, before.sizeBytes)) === before.tail;
}

/** What the owner should know about how the file was read. */
function doubts(profile: WhatsappProfile): string[] {
  const reasons: string[] = [];
  const { counts, dateOrder, decidedBy, grammar } = profile;
  if (decidedBy !== "dates" && !grammar.includes(" dot ")) {
    const order = { dmy: "day first", mdy: "month first", ymd: "year first" }[dateOrder];
    const why = decidedBy === "region" ? "as is usual in your region" : "as their writing suggests";
    reasons.push(
      `Whether day or month comes first cannot be told from this chat's dates; they were read ${order}, ${why}.`,
    );
  }
  if (counts.preamble > 0) reasons.push(`The ${counts.preamble} lines before the first message were left out.`);
  if (counts.impossibleDates > 0)
    reasons.push(`${counts.impossibleDates} dates do not exist in the order of the others.`);
  return reasons;
}

async function readPage(
  path: string,
  source: ChatSource,
  start: WhatsappCursor,
  problems: Problem[],
  options: ReadOptions,
  signal: AbortSignal,
): Promise<Page> {
  const { hints } = start;
  if (hints === null) return emptyPage(finished(source), source.sizeBytes, "bytes");
  const writer = new WhatsappRecords(path, hints, options);
  for await (const line of splitLines(source.bytes(start.offset), start.offset, maxLineBytes)) {
    stopIfAborted(signal);
    const head = readHeader(line.bytes.subarray(0, headBytes).toString("utf8"));
    writer.take(line.offset, line.bytes, line.length, head?.key === hints.grammar ? head : null, start.before);
    if (writer.isFull) break;
  }
  const modified = { sizeBytes: source.sizeBytes, modifiedMs: source.modifiedMs, hints };
  if (writer.isFull) {
    const next = {
      ...modified,
      offset: writer.nextOffset,
      before: writer.nextBefore,
      resumeOffset: 0,
      done: false,
      tail: "",
    };
    return pageOf(writer, [...problems, ...writer.failed], next, source);
  }
  const resumeOffset = writer.closeLast() ?? start.resumeOffset;
  const tail = await tailHash(source, source.sizeBytes);
  const last = { ...modified, offset: source.sizeBytes, before: 0, resumeOffset, done: true, tail };
  return pageOf(writer, [...problems, ...writer.failed], last, source);
}

function pageOf(writer: WhatsappRecords, failed: Problem[], cursor: WhatsappCursor, source: ChatSource): Page {
  const progress = { done: cursor.offset, total: source.sizeBytes, unit: "bytes" as const };
  return { records: writer.records, gone: [], failed, cursor, done: cursor.done, coverage: null, progress };
}

function finished(source: ChatSource): WhatsappCursor {
  const { sizeBytes, modifiedMs } = source;
  return { sizeBytes, modifiedMs, offset: sizeBytes, before: 0, resumeOffset: 0, tail: "", done: true, hints: null };
}
