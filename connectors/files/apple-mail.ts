import { basename } from "node:path";
import type { Page } from "../../src/core/connector.ts";
import type { RawRecord } from "../../src/core/record.ts";
import { isSentName } from "../../src/formats/mail/sent-names.ts";
import { toMailRecord } from "./maildir.ts";
import { ListingMemo, type MessageFile, type MessageFolder, pullMessageFiles } from "./message-files.ts";
import { listMessageTree, stampMessageTree } from "./message-tree.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";

const deletedFlag = 2;
const isMessage = (name: string): boolean => name.endsWith(".emlx");

/** Apple Mail's store (`~/Library/Mail`, a `V10` in it, or one `.mbox` folder): .emlx files, newest first. */
export const appleMailReader: FileReader = createAppleMailReader();

function createAppleMailReader(): FileReader {
  const memo = new ListingMemo();
  return {
    kind: "apple_mail",

    async recognise(candidate: Candidate): Promise<Recognised | null> {
      if (!candidate.isFolder) return null;
      const { entries, path } = candidate;
      const isStore =
        /[/\\]Library[/\\]Mail(?:[/\\]V\d+)?$/.test(path) &&
        entries.some((name) => /^(?:V\d+|MailData)$|^[0-9A-F-]{36}$/i.test(name));
      const isMailbox =
        entries.some(isMessage) || (path.endsWith(".mbox") && entries.some((name) => /^[0-9A-F-]{36}$/i.test(name)));
      if (!isStore && !isMailbox) return null;
      return {
        kind: "apple_mail",
        label: isStore ? "Apple Mail" : basename(path, ".mbox"),
        sizeBytes: candidate.sizeBytes,
      };
    },

    async pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
      const folder: MessageFolder = {
        stampOf: stampMessageTree,
        list: (root) => listMessageTree(root, isMessage),
        toRecord: (file, bytes, wholeBytes, given) => toAppleRecord(path, file, bytes, wholeBytes, given),
      };
      return await pullMessageFiles({ path, options, signal, folder, memo }, cursor);
    },
  };
}

/** Null for a message that is marked as deleted. */
function toAppleRecord(
  root: string,
  file: MessageFile,
  bytes: Uint8Array,
  wholeBytes: number | null,
  options: ReadOptions,
): RawRecord | null {
  const emlx = cutEmlx(bytes);
  if ((emlx.flags & deletedFlag) !== 0 && emlx.hasFlags) return null;
  const mailbox = mailboxName(file.path);
  const record = toMailRecord(root, file, emlx.message, wholeBytes, options);
  const dated = emlx.date === null ? {} : { format: { date: emlx.date } };
  return {
    ...record,
    // The number of the file is Mail's own id of the message; it stays when the file becomes whole.
    externalId: file.id.replace(/\.partial\.emlx$/, ".emlx"),
    hints: {
      ...record.hints,
      labels: mailbox === "" ? [] : [mailbox],
      ...(isSentName(mailbox) ? { sent: true } : {}),
      ...dated,
    },
  };
}

interface Emlx {
  message: Uint8Array;
  flags: number;
  hasFlags: boolean;
  date: string | null;
}

/** First line: the length of the message in bytes; after the message a property list with flags and dates. */
function cutEmlx(bytes: Uint8Array): Emlx {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const lineFeed = source.subarray(0, 40).indexOf(0x0a);
  const length = Number(source.toString("latin1", 0, Math.max(0, lineFeed)).trim());
  if (lineFeed < 0 || !Number.isInteger(length)) return { message: bytes, flags: 0, hasFlags: false, date: null };
  const end = lineFeed + 1 + length;
  const list = source.toString("utf8", Math.min(end, source.length), Math.min(end + 20_000, source.length));
  const flags = /<key>flags<\/key>\s{0,20}<integer>(\d{1,20})</.exec(list)?.[1];
  const seconds = /<key>date-(?:received|sent)<\/key>\s{0,20}<(?:integer|real)>(\d{1,12})/.exec(list)?.[1];
  return {
    message: bytes.subarray(lineFeed + 1, Math.min(end, bytes.length)),
    flags: flags === undefined ? 0 : Number(BigInt(flags) & 0xffn),
    hasFlags: flags !== undefined,
    date: seconds === undefined ? null : new Date(Number(seconds) * 1_000).toISOString(),
  };
}

/** The nearest folder above that is a mailbox: `Sent Messages.mbox`. */
function mailboxName(path: string): string {
  const parts = path.split(/[/\\]/);
  const mailbox = parts.findLast((part) => /\.(?:imap)?mbox$/.test(part));
  return mailbox?.replace(/\.(?:imap)?mbox$/, "").normalize("NFC") ?? "";
}
