import { stat } from "node:fs/promises";
import { z } from "zod";
import type { Page } from "../../src/core/connector.ts";
import { stopIfAborted, toStewardError } from "../../src/core/errors.ts";
import type { Problem, RawRecord } from "../../src/core/record.ts";
import { JsonScan } from "../../src/formats/chat/json-scan.ts";
import { type TelegramChat, type TelegramHints, telegramChatSchema } from "../../src/formats/chat/telegram-hints.ts";
import { readTelegramJson } from "../../src/formats/chat/telegram-json.ts";
import { fileBytes } from "./chat-source.ts";
import { isInPass } from "./is-in-pass.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";

const recordMessages = 200;
const recordBytes = 1024 * 1024;
const pageRecords = 10;
const pageBytes = 2 * 1024 * 1024;
const maxMessageBytes = 16 * 1024 * 1024;

const frameSchema = z.strictObject({ kind: z.enum(["object", "array"]), key: z.string() });
const cursorSchema = z.strictObject({
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  /** Where to go on, and which brackets are open there. */
  offset: z.number().int().min(0),
  frames: z.array(frameSchema),
  chat: telegramChatSchema.nullable(),
  ownerId: z.string().nullable(),
  done: z.boolean(),
});
type Cursor = z.output<typeof cursorSchema>;

/** Reads the machine-readable export of Telegram Desktop (`result.json`), of a whole account or of one chat. */
export const telegramReader: FileReader = { kind: "telegram", recognise, pull };

async function recognise(candidate: Candidate): Promise<Recognised | null> {
  if (candidate.isFolder || !/\.json$/i.test(candidate.path)) return null;
  const head = new TextDecoder().decode(candidate.head);
  if (!/^\ufeff?\s*\{/.test(head)) return null;
  const found = (label: string): Recognised => ({ kind: "telegram", label, sizeBytes: candidate.sizeBytes });
  const isAccount = /"(?:personal_information|chats)"\s*:\s*\{/.test(head);
  if (isAccount && /Telegram|"frequent_contacts"|"(?:personal|bot)_chat"/.test(head)) return found("Telegram account");
  const type =
    /"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|(?:private|public)_(?:group|supergroup|channel))"/;
  if (!type.test(head) || !/"messages"\s*:\s*\[/.test(head)) return null;
  const name = readTelegramJson(new TextEncoder().encode(/"name"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(head)?.[1] ?? '""'));
  return found(typeof name === "string" && name !== "" ? `Telegram chat with ${name}` : "Telegram chat");
}

async function pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
  const facts = await stat(path).catch((error: unknown) => {
    throw toStewardError(error, "reading a Telegram export");
  });
  const file = { sizeBytes: facts.size, modifiedMs: facts.mtimeMs };
  const before = cursorSchema.safeParse(cursor).data ?? null;
  const unchanged = before?.sizeBytes === file.sizeBytes && before.modifiedMs === file.modifiedMs;
  const start: Cursor =
    before !== null && unchanged ? before : { ...file, offset: 0, frames: [], chat: null, ownerId: null, done: false };
  if (start.done) return pageOf(new TelegramRecords(path, start, options), start);
  const writer = new TelegramRecords(path, start, options);
  const scan = new JsonScan(writer, start, maxMessageBytes);
  writer.onFull = () => scan.stop();
  for await (const chunk of fileBytes(path, start.offset)) {
    stopIfAborted(signal);
    scan.write(chunk);
    if (scan.stopped || scan.broken !== null || scan.ended) break;
  }
  writer.close();
  const state = { ...file, offset: scan.offset, frames: scan.frames, chat: writer.chat, ownerId: writer.ownerId };
  if (scan.stopped) return pageOf(writer, { ...state, done: false });
  if (scan.broken !== null || scan.isOpen || !scan.ended) {
    const reason =
      scan.broken ?? (file.sizeBytes === 0 ? "it is empty" : "it is cut off, perhaps the export was interrupted");
    const cure = "What was readable was taken; export again for the rest";
    writer.failed.push({
      locator: { path, offset: scan.offset },
      reason: `This file ends too early: ${reason}. ${cure}.`,
    });
  }
  return pageOf(writer, { ...state, offset: file.sizeBytes, frames: [], done: true });
}

function pageOf(writer: TelegramRecords, cursor: Cursor): Page {
  const progress = { done: cursor.offset, total: cursor.sizeBytes, unit: "bytes" as const };
  return {
    records: writer.records,
    gone: [],
    failed: writer.failed,
    cursor,
    done: cursor.done,
    coverage: null,
    progress,
  };
}

/** Collects what the scanner cuts out into records of about 200 messages of one chat. */
class TelegramRecords {
  readonly records: RawRecord[] = [];
  readonly failed: Problem[] = [];
  chat: TelegramChat | null;
  ownerId: string | null;
  onFull: () => void = () => undefined;
  readonly #path: string;
  readonly #options: ReadOptions;
  #open: { part: TelegramHints["part"]; offset: number; values: Uint8Array[]; bytes: number } | null = null;
  #pageBytes = 0;

  constructor(path: string, start: Cursor, options: ReadOptions) {
    this.#path = path;
    this.#options = options;
    this.chat = start.chat;
    this.ownerId = start.ownerId;
  }

  wants(path: readonly string[]): boolean {
    return partOf(path) !== null;
  }

  onOpen(path: readonly string[]): void {
    if (path.length === 3 && isChatList(path)) this.#startChat();
  }

  onValue(path: readonly string[], bytes: Uint8Array, offset: number): void {
    const part = partOf(path);
    if (part === "messages" || part === "contacts") this.#take(part, bytes, offset);
    else if (part === "owner") this.ownerId = ownerOf(bytes);
    else if (part !== null) this.#noteChat(path.at(-1) ?? "", bytes);
  }

  onTooLarge(_path: readonly string[], offset: number): void {
    const reason = "One message is larger than 16 MB and was left out.";
    this.failed.push({ locator: { path: this.#path, offset }, reason });
  }

  close(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    const { zone, region } = this.#options;
    const format: TelegramHints = {
      part: open.part,
      chat: open.part === "contacts" ? null : this.chat,
      ownerId: this.ownerId,
    };
    const title = this.chat?.name ?? "";
    this.records.push({
      format: "telegram",
      externalId: `${open.part}:${this.chat?.id ?? ""}:${open.offset}`,
      bytes: joinArray(open.values, open.bytes),
      hints: { title, zone, region, format },
      locator: { path: this.#path, offset: open.offset },
    });
    this.#pageBytes += open.bytes;
  }

  #isWanted(bytes: Uint8Array): boolean {
    const { recentSince, olderThan } = this.#options;
    return (recentSince === null && olderThan === null) || isInPass(sentAt(bytes), this.#options);
  }

  #startChat(): void {
    this.close();
    this.chat = null;
  }

  #noteChat(key: string, bytes: Uint8Array): void {
    const value = readTelegramJson(bytes);
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
    const chat = this.chat ?? { id: "", type: "", name: "" };
    this.chat = { ...chat, [key]: text };
  }

  #take(part: TelegramHints["part"], bytes: Uint8Array, offset: number): void {
    if (part === "contacts" ? this.#options.olderThan !== null : !this.#isWanted(bytes)) return;
    if (this.#open !== null && this.#open.part !== part) this.close();
    this.#open ??= { part, offset, values: [], bytes: 2 };
    this.#open.values.push(bytes);
    this.#open.bytes += bytes.length + 1;
    if (this.#open.values.length < recordMessages && this.#open.bytes < recordBytes) return;
    this.close();
    if (this.records.length >= pageRecords || this.#pageBytes >= pageBytes) this.onFull();
  }
}

/** What a place in the export is, whether the file is a whole account or one chat. */
function partOf(path: readonly string[]): "messages" | "contacts" | "owner" | "chat" | null {
  const [first = "", second = "", third = ""] = path;
  if (path.length === 1) return first === "personal_information" ? "owner" : isChatFact(first) ? "chat" : null;
  if (path.length === 2) return first === "messages" && second === "*" ? "messages" : null;
  if (path.length === 3) return first === "contacts" && second === "list" && third === "*" ? "contacts" : null;
  if (!isChatList(path)) return null;
  if (path.length === 4) return isChatFact(path[3] ?? "") ? "chat" : null;
  return path.length === 5 && path[3] === "messages" && path[4] === "*" ? "messages" : null;
}

function isChatList(path: readonly string[]): boolean {
  return (path[0] === "chats" || path[0] === "left_chats") && path[1] === "list" && path[2] === "*";
}

function isChatFact(key: string): boolean {
  return key === "id" || key === "name" || key === "type";
}

const ownerSchema = z.object({ user_id: z.union([z.number(), z.string()]).transform(String) });

function ownerOf(bytes: Uint8Array): string | null {
  const parsed = ownerSchema.safeParse(readTelegramJson(bytes));
  return parsed.success ? parsed.data.user_id : null;
}

/** When a message was sent, ms since 1970, without reading the rest of it; null when it does not say. */
function sentAt(bytes: Uint8Array): number | null {
  const seconds = /"date_unixtime"\s*:\s*"?(\d{1,12})/.exec(Buffer.from(bytes).toString("latin1"))?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

function joinArray(values: readonly Uint8Array[], bytes: number): Uint8Array {
  const joined = Buffer.alloc(bytes, 0x20);
  joined[0] = 0x5b;
  let at = 1;
  for (const [index, value] of values.entries()) {
    if (index > 0) {
      joined[at] = 0x2c;
      at += 1;
    }
    joined.set(value, at);
    at += value.length;
  }
  joined[at] = 0x5d;
  return new Uint8Array(joined);
}
