import { decodeWords } from "postal-mime";
import type { MailFacts } from "../../core/item.ts";
import { cleanLine } from "./clean-text.ts";
import { parseMailDate, receivedDate } from "./mail-date.ts";

const referenceLimit = 200;
const idLimit = 900;
/** An id in brackets, or a bare one; the look behind lets a bare one begin at its beginning only, or this would be quadratic. */
const idPattern = /<([^<>]{1,900})>|(?<![^\s<>,"()])([^\s<>,"()]{1,900}@[^\s<>,"()]{1,300})/g;

/** The header fields of a message by lower-case name, in order. */
export class MailHeaders {
  private readonly fields = new Map<string, string[]>();

  constructor(headers: { key: string; value: string }[]) {
    for (const { key, value } of headers) {
      const known = this.fields.get(key);
      if (known === undefined) this.fields.set(key, [value]);
      else known.push(value);
    }
  }

  all(name: string): string[] {
    return this.fields.get(name) ?? [];
  }

  /** The first field of that name as written; null when there is none or it is empty. */
  raw(name: string): string | null {
    const value = this.fields.get(name)?.[0];
    return value === undefined || value === "" ? null : value;
  }

  /** The first field of that name, encoded words decoded, on one clean line. */
  text(name: string): string | null {
    const value = this.raw(name);
    if (value === null) return null;
    const text = cleanLine(decodeHeader(value));
    return text === "" ? null : text;
  }
}

/** Decodes RFC 2047 encoded words, also those split in the middle of a character. */
export function decodeHeader(value: string): string {
  return value.includes("=?") ? decodeWords(value) : value;
}

/** A Message-ID without angle brackets, comments and white space; null when nothing is left. */
export function bareMessageId(value: string | null): string | null {
  if (value === null) return null;
  const inside = /<([^<>]{1,1000})>/.exec(value.slice(0, 4_000))?.[1] ?? value.slice(0, idLimit);
  const id = cleanLine(decodeHeader(inside))
    .replace(/[\s<>]+/g, "")
    .slice(0, idLimit);
  return id === "" ? null : id;
}

/** The ids of a References or In-Reply-To header, oldest first, at most 200 (the first one and the last). */
export function messageIds(value: string | null): string[] {
  if (value === null) return [];
  const found: string[] = [];
  const source = value.includes("=?") ? decodeHeader(value) : value;
  for (const match of source.matchAll(idPattern)) {
    const id = cleanLine(match[1] ?? match[2] ?? "").replace(/\s+/g, "");
    if (id !== "" && !found.includes(id)) found.push(id);
    if (found.length > referenceLimit) found.splice(1, 1);
  }
  return found;
}

/** Date, else the newest Received, else the delivery date; UTC ISO-8601, null when none of them is a date. */
export function sentInstant(headers: MailHeaders): string | null {
  const date = headers.raw("date");
  const parsed = date === null ? null : parseMailDate(date);
  if (parsed !== null) return parsed;
  for (const received of headers.all("received").slice(0, 10)) {
    const instant = receivedDate(received);
    if (instant !== null) return instant;
  }
  const delivered = headers.raw("delivery-date") ?? headers.raw("x-original-date");
  return delivered === null ? null : parseMailDate(delivered);
}

/** The facts that need headers only; those of the body are zero. */
export function headerFacts(headers: MailHeaders, inReplyTo: string | null, references: string[]): MailFacts {
  return {
    inReplyTo,
    references,
    listId: listId(headers.text("list-id")),
    listUnsubscribe: headers.raw("list-unsubscribe") !== null,
    precedence: headers.text("precedence")?.toLowerCase() ?? null,
    autoSubmitted: headers.text("auto-submitted")?.toLowerCase() ?? null,
    returnPath:
      headers
        .text("return-path")
        ?.replace(/^.*<|>.*$/g, "")
        .toLowerCase() ?? null,
    importance: importance(headers),
    mailer: headers.text("x-mailer") ?? headers.text("user-agent"),
    authentication: headers.text("authentication-results"),
    dsn: false,
    hiddenCharacters: 0,
    htmlBytes: 0,
    links: [],
    imageCount: 0,
  };
}

function listId(value: string | null): string | null {
  if (value === null) return null;
  return (/<([^<>]+)>/.exec(value)?.[1] ?? value).trim().toLowerCase();
}

function importance(headers: MailHeaders): "high" | "low" | null {
  const word = (
    headers.raw("importance") ??
    headers.raw("x-msmail-priority") ??
    headers.raw("priority") ??
    ""
  ).toLowerCase();
  const number = (headers.raw("x-priority") ?? "").trim().charAt(0);
  if (word.includes("high") || word.trim() === "urgent" || number === "1" || number === "2") return "high";
  return word.includes("low") || word.trim() === "non-urgent" || number === "4" || number === "5" ? "low" : null;
}

/** Gmail's labels of a Takeout message: decoded before they are split, as Takeout encodes the whole list at once. */
export function gmailLabels(headers: MailHeaders): string[] {
  const value = headers.raw("x-gmail-labels");
  if (value === null) return [];
  return cleanLine(decodeHeader(value), 20_000)
    .split(",")
    .map((label) => label.trim().replace(/^"|"$/g, ""))
    .filter((label) => label !== "");
}
