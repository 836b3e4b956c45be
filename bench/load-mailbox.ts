import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import PostalMime, { type Email } from "postal-mime";
import type { MailFacts } from "../src/core/item.ts";

/** A message as the benches need it, read by postal-mime alone so that mistakes of our own parser do not cancel. */
export interface BenchMail {
  id: string;
  sentAt: string;
  from: { address: string; name: string };
  to: string[];
  cc: string[];
  replyTo: string | null;
  subject: string;
  text: string;
  quoted: string;
  hidden: string;
  attachments: string[];
  facts: MailFacts;
}

/** The raw messages of a `.mbox.gz`, a tar of files, or a folder. */
export function readRawMessages(path: string): Buffer[] {
  const bytes = gunzipSync(readFileSync(path));
  return path.includes(".tar") ? readTar(bytes).map((file) => file.bytes) : splitMbox(bytes);
}

/** The regular files of a tar archive (ustar, with GNU long names skipped over). */
export function readTar(bytes: Buffer): { name: string; bytes: Buffer }[] {
  const files: { name: string; bytes: Buffer }[] = [];
  for (let at = 0; at + 512 <= bytes.length; ) {
    const name = bytes.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(bytes.toString("latin1", at + 124, at + 136), 8) || 0;
    const kind = String.fromCharCode(bytes[at + 156] ?? 0);
    if (name === "") break;
    if (kind === "0" || kind === "\0") files.push({ name, bytes: bytes.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function splitMbox(bytes: Buffer): Buffer[] {
  const text = bytes.toString("latin1");
  const starts = [...text.matchAll(/^From \S+.*\d{4}\r?$/gm)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
  }));
  return starts.map(({ end }, index) => {
    const raw = text.slice(end + 1, starts[index + 1]?.at ?? text.length);
    return Buffer.from(raw.replace(/^>(>*From )/gm, "$1"), "latin1");
  });
}

/** Parses one raw message; null when it has no sender or date. */
export async function parseBenchMail(raw: Buffer): Promise<BenchMail | null> {
  const mail = await PostalMime.parse(raw);
  const ms = Date.parse(mail.date ?? "");
  const from = mail.from?.address?.toLowerCase();
  if (from === undefined || from === "" || Number.isNaN(ms)) return null;
  const body = mail.text ?? htmlToText(mail.html ?? "");
  const { text, quoted } = splitQuoted(body);
  return {
    id: (mail.messageId ?? "").replace(/[<>\s]/g, ""),
    sentAt: new Date(ms).toISOString(),
    from: { address: from, name: mail.from?.name ?? "" },
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    replyTo: addresses(mail.replyTo)[0] ?? null,
    subject: mail.subject ?? "",
    text,
    quoted,
    hidden: "",
    attachments: mail.attachments.map((attachment) => attachment.filename ?? "file"),
    facts: mailFacts(mail),
  };
}

function addresses(list: Email["to"]): string[] {
  return (list ?? [])
    .flatMap((entry) =>
      entry.address === undefined ? (entry.group ?? []).map((one) => one.address ?? "") : [entry.address],
    )
    .map((address) => address.toLowerCase())
    .filter((address) => address.includes("@"));
}

function mailFacts(mail: Email): MailFacts {
  const header = (name: string) => mail.headers.find((one) => one.key === name)?.value ?? null;
  const ids = (value: string | null) => [...(value ?? "").matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] ?? "");
  return {
    inReplyTo: ids(mail.inReplyTo ?? null)[0] ?? null,
    references: ids(mail.references ?? null),
    listId: header("list-id") ?? header("x-mailing-list"),
    listUnsubscribe: header("list-unsubscribe") !== null,
    precedence: header("precedence"),
    autoSubmitted: header("auto-submitted"),
    returnPath: header("return-path"),
    importance: null,
    mailer: header("x-mailer"),
    authentication: header("authentication-results"),
    dsn: /report-type="?delivery-status/i.test(header("content-type") ?? ""),
    hiddenCharacters: 0,
    htmlBytes: mail.html?.length ?? 0,
    links: [...(mail.html ?? mail.text ?? "").matchAll(/https?:\/\/[^\s"'<>]+/g)].slice(0, 20).map((match) => match[0]),
    imageCount: 0,
  };
}

/** New text and quoted history, cut where a line of attribution or quotation stands. */
function splitQuoted(body: string): { text: string; quoted: string } {
  const fresh: string[] = [];
  const quoted: string[] = [];
  const lines = body.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (/^-- ?$/.test(line)) break;
    const beforeQuote = lines.slice(index + 1, index + 4).some((next) => next.startsWith(">"));
    const attribution =
      beforeQuote &&
      /\b(?:wrote|writes|schrieb|écrit)\b|^On .*\d{4}|^\* .*<.*>/.test(`${line} ${lines[index + 1] ?? ""}`) &&
      !line.startsWith(">");
    (line.startsWith(">") || attribution ? quoted : fresh).push(line);
  }
  return { text: fresh.join("\n"), quoted: quoted.join("\n") };
}

function htmlToText(html: string): string {
  return html
    .replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/<(?:br|p|div|tr|li|h\d)\b[^>]*>/gi, "\n")
    .replace(/<[^>]+>/g, " ")
    .replace(/&nbsp;/g, " ")
    .replace(/&amp;/g, "&");
}

/** The folder of test data, or null when this machine has none. */
export function dataFolder(): string | null {
  const folder = process.env["STEWARD_DATA"] ?? join(import.meta.dirname, "../../shared/data");
  return existsSync(folder) && readdirSync(folder).length > 0 ? folder : null;
}
