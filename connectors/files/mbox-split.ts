import { createHash } from "node:crypto";
import { parseMailDate } from "../../src/formats/mail/mail-date.ts";

const LF = 0x0a;
const CR = 0x0d;
const GT = 0x3e;
const fromLineLimit = 400;
const headerLimit = 65_536;

/** asctime with or without zone, before or after the year (Takeout), and RFC 5322 dates; always a weekday, a time, a year. */
const fromLine =
  /^From .{0,250}?\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s{1,3}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{1,3}(\d{1,2})\s{1,3}(\d{1,2}:\d{2}(?::\d{2})?)\s(.{0,20}?)\b(\d{4})\b|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s{1,3}\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\s\d{1,2}:\d{2}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2})/;
const gmailFrom = /^From (\d{5,20})@xxx /;
/** Fields that mail programs rewrite in place; they are no part of what the message is. */
const volatileField =
  /^(?:x-mozilla-(?:status2?|keys)|status|x-status|x-keywords|x-uid|x-imapbase|x-imap|content-length|lines):/i;
/** As these programs write them; far cheaper to look for than the pattern. */
const volatileHints = [
  "X-Mozilla-",
  "\nStatus:",
  "\nX-Status:",
  "X-Keywords:",
  "X-UID:",
  "X-IMAP",
  "Content-Length:",
  "\nLines:",
];

/** Whether a line (without its end) is a From_ line, in one of the shapes that programs write. */
export function isFromLine(line: string): boolean {
  return line.startsWith("From ") && fromLine.test(line);
}

/**
 * Where the next message starts in `bytes` at or after `at`: a From_ line after an empty line, or at the start when `isStart`.
 * -1 when there is none; a From_ line that the end of `bytes` cuts is none yet.
 */
export function nextFromLine(bytes: Buffer, at: number, isStart: boolean): number {
  if (isStart && isFromAt(bytes, at)) return at;
  for (
    let found = bytes.indexOf("\nFrom ", at, "latin1");
    found >= 0;
    found = bytes.indexOf("\nFrom ", found + 6, "latin1")
  ) {
    if (isAfterEmptyLine(bytes, found) && isFromAt(bytes, found + 1)) return found + 1;
  }
  return -1;
}

function isAfterEmptyLine(bytes: Buffer, lineFeed: number): boolean {
  const before = bytes[lineFeed - 1] === CR ? lineFeed - 2 : lineFeed - 1;
  return before < 0 || bytes[before] === LF;
}

function isFromAt(bytes: Buffer, at: number): boolean {
  const end = bytes.indexOf(LF, at);
  if (end < 0 || end - at > fromLineLimit) return false;
  return isFromLine(bytes.toString("latin1", at, end));
}

export interface MboxMessage {
  /** The message without its From_ line and without the quoting of From_ lines. */
  bytes: Buffer;
  fromLine: string;
  gmailId: string | null;
  /** Date header, else the date of the From_ line; UTC ISO-8601, null when neither is one. */
  date: string | null;
}

/** Takes one message (From_ line and all) out of its mailbox. The trailing empty line belongs to the mailbox. */
export function cutMessage(slice: Buffer): MboxMessage {
  const lineFeed = slice.indexOf(LF);
  const start = lineFeed < 0 ? slice.length : lineFeed + 1;
  const line = slice.toString("latin1", 0, Math.min(lineFeed < 0 ? slice.length : lineFeed, fromLineLimit)).trimEnd();
  let end = slice.length;
  if (slice[end - 1] === LF) {
    const before = slice[end - 2] === CR ? end - 2 : end - 1;
    if (slice[before - 1] === LF) end = before;
  }
  const bytes = unquote(slice.subarray(start, Math.max(start, end)));
  return {
    bytes,
    fromLine: line,
    gmailId: gmailFrom.exec(line)?.[1] ?? null,
    date: headerDate(bytes) ?? fromLineDate(line),
  };
}

/** mboxrd: one ">" less before every ">From ", ">>From " and so on. mboxo cannot be told apart and reads the same. */
function unquote(bytes: Buffer): Buffer {
  let hit = bytes.indexOf(">From ", 0, "latin1");
  if (hit < 0) return bytes;
  const pieces: Buffer[] = [];
  let kept = 0;
  for (; hit >= 0; hit = bytes.indexOf(">From ", hit + 6, "latin1")) {
    let start = hit;
    while (start > kept && bytes[start - 1] === GT) start -= 1;
    if (start > 0 && bytes[start - 1] !== LF) continue;
    pieces.push(bytes.subarray(kept, hit));
    kept = hit + 1;
  }
  pieces.push(bytes.subarray(kept));
  return Buffer.concat(pieces);
}

/**
 * 132 bits of SHA-256 over the message. The byte offset would change when a mailbox is compacted, and Message-IDs repeat or
 * are missing; fields that a mail program rewrites in place (X-Mozilla-Status) are left out.
 */
export function contentId(bytes: Buffer): string {
  const hash = createHash("sha256");
  const end = headerEnd(bytes);
  const header = bytes.toString("latin1", 0, end);
  if (volatileHints.some((hint) => header.includes(hint))) {
    const stable = header.split("\n").filter((line) => !volatileField.test(line));
    hash.update(stable.join("\n"), "latin1").update(bytes.subarray(end));
  } else hash.update(bytes);
  return hash.digest("base64url").slice(0, 22);
}

function headerEnd(bytes: Buffer): number {
  const plain = bytes.indexOf("\n\n", 0, "latin1");
  const gap = plain < 0 || plain > headerLimit ? bytes.subarray(0, headerLimit).indexOf("\n\r\n", 0, "latin1") : plain;
  return gap < 0 ? Math.min(bytes.length, headerLimit) : gap;
}

/** The Date header in the first 4 KB, without parsing the rest. */
export function headerDate(bytes: Buffer): string | null {
  const head = bytes.toString("latin1", 0, Math.min(bytes.length, 4_096));
  const usual = head.indexOf("\nDate: ");
  if (usual >= 0) return parseMailDate(head.slice(usual + 7, head.indexOf("\n", usual + 7)));
  const value = /(?:^|\n)date:[ \t]*([^\r\n]{5,100})/i.exec(head)?.[1];
  return value === undefined ? null : parseMailDate(value);
}

function fromLineDate(line: string): string | null {
  const match = fromLine.exec(line);
  if (match?.[1] === undefined) return null;
  const month = /(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d/.exec(line)?.[1] ?? "";
  const zone = /[+-]\d{4}/.exec(match[3] ?? "")?.[0] ?? "+0000";
  return parseMailDate(`${match[1]} ${month} ${match[4]} ${match[2]} ${zone}`);
}
