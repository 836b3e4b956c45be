import { isUtf8 } from "node:buffer";
import { fingerprint } from "../../core/fingerprint.ts";
import { fold } from "../../core/fold.ts";
import type { Attachment, DraftItem, Identity } from "../../core/item.ts";
import type { ParsedRecord, Problem, RawRecord } from "../../core/record.ts";
import { untrusted } from "../../core/untrusted.ts";
import { blankItem } from "../blank-item.ts";
import { chatParties, nameIdentity } from "./chat-identity.ts";
import { localInstant } from "./local-instant.ts";
import { wellFormedText } from "./well-formed-text.ts";
import { type MediaLine, readBody, splitSender } from "./whatsapp-body.ts";
import { readDate } from "./whatsapp-date.ts";
import { type WhatsappHints, whatsappHintsSchema } from "./whatsapp-hints.ts";
import { type Header, readHeader } from "./whatsapp-stamp.ts";
import { ownerWords } from "./whatsapp-words.ts";

interface Entry {
  header: Header;
  rest: string;
}

/** What the record says once for all its messages. */
interface Chat {
  hints: WhatsappHints;
  zone: string;
  region: string;
  threadKey: string;
  members: { identity: Identity; name: string }[];
}

/**
 * Reads the lines of one record of a WhatsApp export (UTF-8, about 200 messages) into one item per message.
 *
 * Contract: `hints.format` is `WhatsappHints`; lines of the app itself (joined, calls, deleted messages) become no items.
 * `externalId` is `<fingerprint>:<n>`, n counting equal messages of one minute, so that a longer export of the same chat
 * adds only what is new. Messages of one minute get ascending milliseconds in the order of their lines. Never throws for
 * bad input.
 */
export async function parseWhatsapp(record: RawRecord): Promise<ParsedRecord> {
  const hints = whatsappHintsSchema.safeParse(record.hints.format);
  if (!hints.success)
    return { items: [], problems: [problemAt(record, "This part of a chat came without its hints.")] };
  const decoded = new TextDecoder("utf-8", { ignoreBOM: false }).decode(record.bytes);
  const { text, changed } = wellFormedText(decoded);
  const problems: Problem[] = [];
  if (changed || !isUtf8(record.bytes))
    problems.push(problemAt(record, "Bytes that are no text (NUL or broken characters) were left out."));
  const chat = describeChat(record, hints.data);
  const entries = cutEntries(text, hints.data.grammar);
  const items = new ItemBuilder(chat);
  for (const entry of entries) items.add(entry);
  if (items.undated > 0) {
    problems.push(
      problemAt(record, `${items.undated} messages have a date that does not exist; they are kept without one.`),
    );
  }
  return { items: items.items, problems };
}

/** The lines of a record put together to messages: each from its header to the next one. */
function cutEntries(text: string, grammar: string): Entry[] {
  const entries: Entry[] = [];
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n");
  let open: { header: Header; lines: string[] } | null = null;
  for (const line of lines) {
    const header = readHeader(line);
    if (header === null || header.key !== grammar) {
      open?.lines.push(line);
      continue;
    }
    if (open !== null) entries.push({ header: open.header, rest: open.lines.join("\n") });
    open = { header, lines: [line.slice(header.end)] };
  }
  if (open !== null) entries.push({ header: open.header, rest: open.lines.join("\n") });
  return entries;
}

function describeChat(record: RawRecord, hints: WhatsappHints): Chat {
  const region = record.hints.region ?? "";
  return {
    hints,
    zone: record.hints.zone ?? "UTC",
    region,
    threadKey: `chat:whatsapp:${fold(hints.title)}`,
    // Made well formed as the lines are, or a name with a broken byte would be another person than its own messages.
    members: hints.participants
      .map((participant) => wellFormedText(participant).text)
      .map((name) => ({ identity: nameIdentity("whatsapp", name, region), name })),
  };
}

class ItemBuilder {
  readonly items: DraftItem[] = [];
  undated = 0;
  readonly #chat: Chat;
  readonly #equal = new Map<string, number>();
  #lastSlot = "";
  #firstMinute: string | null = null;
  #index = 0;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  add(entry: Entry): void {
    const { sender, body } = splitSender(entry.rest.includes("\n") ? splitFirst(entry.rest) : entry.rest);
    const tail = entry.rest.includes("\n") ? entry.rest.slice(entry.rest.indexOf("\n")) : "";
    const sentMs = this.#instantOf(entry.header);
    if (sender === null) return;
    const read = readBody(`${body}${tail}`, entry.header);
    if (read.kind === "system") return;
    if (sentMs === null) this.undated += 1;
    const identity = nameIdentity("whatsapp", sender, this.#chat.region);
    const sentAt = sentMs === null ? null : new Date(sentMs).toISOString();
    const said =
      read.media.length === 0 ? read.text : `${read.media.map((file) => file.name).join("\n")}\n${read.text}`;
    const print = fingerprint(identity.value, sentAt, "", said);
    const item = blankItem("message", "whatsapp", this.#externalId(print, sentAt));
    item.fingerprint = print;
    item.threadKeys = [this.#chat.threadKey];
    item.threadTitle = untrusted(this.#chat.hints.title);
    item.group = this.#chat.hints.group;
    item.sentAt = sentAt;
    item.sentEvidence = ownerWords.has(sender);
    item.parties = chatParties({ role: "from", identity, name: untrusted(sender) }, this.#chat.members);
    item.text = untrusted(read.text);
    item.attachments = read.media.map(toAttachment);
    item.labels = labelsOf(read);
    if (sentAt === null) {
      item.partial = true;
      item.problems = ["The date of this message does not exist."];
    }
    this.items.push(item);
  }

  /** The instant, with milliseconds that keep the order of lines which share a minute (or a second, where there are some). */
  #instantOf(header: Header): number | null {
    const { hints, zone } = this.#chat;
    const date = readDate(header, hints.dateOrder, hints.yearStyle);
    if (date === null) return null;
    const wall = { ...date, hour: header.hour, minute: header.minute, second: header.second ?? 0 };
    const slot = JSON.stringify(wall);
    this.#firstMinute ??= slot.slice(0, slot.lastIndexOf(","));
    this.#index = slot === this.#lastSlot ? this.#index + 1 : this.#lastSlot === "" ? hints.before : 0;
    this.#lastSlot = slot;
    const instant = localInstant(wall, zone);
    return instant === null ? null : instant + Math.min(this.#index, header.second === null ? 59_999 : 999);
  }

  #externalId(print: string, sentAt: string | null): string {
    const count = (this.#equal.get(print) ?? 0) + 1;
    this.#equal.set(print, count);
    const continued =
      this.#chat.hints.before > 0 && sentAt !== null && this.#lastSlot.startsWith(this.#firstMinute ?? "-");
    return continued ? `${print}:${this.#chat.hints.before}+${count}` : `${print}:${count}`;
  }
}

function splitFirst(rest: string): string {
  return rest.slice(0, rest.indexOf("\n"));
}

function labelsOf(read: { media: MediaLine[]; edited: boolean }): string[] {
  const labels: string[] = [];
  if (read.media.some((file) => file.voice)) labels.push("voice");
  if (read.edited) labels.push("edited");
  return labels;
}

function toAttachment(file: MediaLine): Attachment {
  return {
    name: untrusted(file.name),
    mediaType: file.mediaType,
    sizeBytes: 0,
    sha256: null,
    inline: false,
    text: untrusted(""),
  };
}

function problemAt(record: RawRecord, reason: string): Problem {
  return { locator: record.locator, reason };
}
