import type { Problem, RawRecord } from "../../src/core/record.ts";
import { localInstant } from "../../src/formats/chat/local-instant.ts";
import { type LocalDate, readDate } from "../../src/formats/chat/whatsapp-date.ts";
import type { WhatsappHints } from "../../src/formats/chat/whatsapp-hints.ts";
import type { Header } from "../../src/formats/chat/whatsapp-stamp.ts";
import { isInPass } from "./is-in-pass.ts";
import type { ReadOptions } from "./reader.ts";

const recordMessages = 200;
const recordBytes = 1024 * 1024;
const pageBytes = 2 * 1024 * 1024;
const pageRecords = 20;
const maxMinuteMessages = 5000;

interface OpenRecord {
  offset: number;
  parts: Buffer[];
  bytes: number;
  messages: number;
  minute: string;
  /** Messages of `minute` so far, and where its first one begins. */
  inMinute: number;
  minuteOffset: number;
  before: number;
  newest: { date: LocalDate; header: Header } | null;
  cutLines: number;
}

/** Puts lines together to records of about 200 messages that end where a minute ends, and drops those of another pass. */
export class WhatsappRecords {
  readonly records: RawRecord[] = [];
  readonly failed: Problem[] = [];
  isFull = false;
  nextOffset = 0;
  nextBefore = 0;
  readonly #path: string;
  readonly #hints: WhatsappHints;
  readonly #options: ReadOptions;
  #open: OpenRecord | null = null;
  #taken = 0;
  #pageBytes = 0;

  constructor(path: string, hints: WhatsappHints, options: ReadOptions) {
    this.#path = path;
    this.#hints = hints;
    this.#options = options;
  }

  take(offset: number, bytes: Buffer, length: number, header: Header | null, before: number): void {
    if (header !== null) this.#startMessage(offset, header, before);
    const open = this.#open;
    if (open === null || this.isFull) return;
    open.parts.push(bytes, lineEnd);
    open.bytes += bytes.length + 1;
    if (bytes.length < length - 2) open.cutLines += 1;
  }

  /** Where a longer file is to be read from: the first message of the last minute, which may go on. */
  closeLast(): number | null {
    const resume = this.#open?.minuteOffset ?? null;
    this.#closeRecord();
    return resume;
  }

  #startMessage(offset: number, header: Header, before: number): void {
    const minute = `${header.groups.join(" ")} ${header.hour} ${header.minute}`;
    const same = this.#open?.minute === minute;
    if (this.#open !== null && isDue(this.#open, same)) {
      const carried = same ? this.#open.inMinute + this.#open.before : 0;
      this.#closeRecord();
      if (this.#pageBytes >= pageBytes || this.#taken >= pageRecords) {
        this.isFull = true;
        this.nextOffset = offset;
        this.nextBefore = carried;
        return;
      }
      this.#open = openRecord(offset, minute, carried);
    }
    this.#open ??= openRecord(offset, minute, before);
    const open = this.#open;
    if (open.minute !== minute) Object.assign(open, { minute, inMinute: 0, minuteOffset: offset });
    open.inMinute += 1;
    open.messages += 1;
    const date = readDate(header, this.#hints.dateOrder, this.#hints.yearStyle);
    if (date !== null && isNewer({ date, header }, open.newest)) open.newest = { date, header };
  }

  #closeRecord(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#taken += 1;
    this.#pageBytes += open.bytes;
    const locator = { path: this.#path, offset: open.offset };
    if (!isWanted(open, this.#options)) return;
    if (open.cutLines > 0) {
      this.failed.push({
        locator,
        reason: `${open.cutLines} lines longer than 256 KB were cut in this part of the chat.`,
      });
    }
    const { zone, region } = this.#options;
    const hints = { title: this.#hints.title, zone, region, format: { ...this.#hints, before: open.before } };
    const bytes = new Uint8Array(Buffer.concat(open.parts));
    this.records.push({ format: "whatsapp", externalId: `lines:${open.offset}`, bytes, hints, locator });
  }
}

const lineEnd = Buffer.from("\n");

function openRecord(offset: number, minute: string, before: number): OpenRecord {
  return {
    offset,
    parts: [],
    bytes: 0,
    messages: 0,
    minute,
    inMinute: 0,
    minuteOffset: offset,
    before,
    newest: null,
    cutLines: 0,
  };
}

function isDue(open: OpenRecord, sameMinute: boolean): boolean {
  if (sameMinute) return open.messages >= maxMinuteMessages;
  return open.messages >= recordMessages || open.bytes >= recordBytes;
}

function isNewer(next: { date: LocalDate; header: Header }, best: OpenRecord["newest"]): boolean {
  return best === null || sortKey(next) >= sortKey(best);
}

function sortKey({ date, header }: { date: LocalDate; header: Header }): number {
  return ((date.year * 12 + date.month) * 31 + date.day) * 1440 + header.hour * 60 + header.minute;
}

/** A record belongs to the recent pass when its newest message does, so that both passes together read each record once. */
function isWanted(open: OpenRecord, options: ReadOptions): boolean {
  if (options.recentSince === null && options.olderThan === null) return true;
  return isInPass(open.newest === null ? null : instantOf(open.newest, options.zone), options);
}

function instantOf({ date, header }: { date: LocalDate; header: Header }, zone: string): number | null {
  return localInstant({ ...date, hour: header.hour, minute: header.minute, second: header.second ?? 0 }, zone);
}
