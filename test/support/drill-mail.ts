import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One invented message: its bytes without any container. */
export interface DrillMail {
  raw: string;
  id: string;
  sentAt: string;
  /** The owner sent it. */
  sent: boolean;
}

export interface DrillMailOptions {
  /** Where the times begin; one message every `stepMinutes`. Default 2026-01-01, 300. */
  startMs?: number;
  stepMinutes?: number;
  /** Words in each text. Default 40. */
  words?: number;
  prefix?: string;
}

const vocabulary = "lease garden invoice lamp river ticket bread window letter summer engine paper".split(" ");

/** A mailbox with threads of three, ten correspondents and every fifth message sent by the owner. Contract: no randomness. */
export function drillMails(count: number, options: DrillMailOptions = {}): DrillMail[] {
  const startMs = options.startMs ?? Date.parse("2026-01-01T08:00:00Z");
  const stepMs = (options.stepMinutes ?? 300) * 60_000;
  const prefix = options.prefix ?? "m";
  return Array.from({ length: count }, (_, index) => {
    const sentAt = new Date(startMs + index * stepMs).toISOString();
    const sent = index % 5 === 4;
    const other = `Person ${index % 10} <p${index % 10}@many.example>`;
    const owner = "Clara Weiss <clara@weiss.example>";
    const first = index - (index % 3);
    const id = `${prefix}${index}@many.example`;
    const text = Array.from(
      { length: options.words ?? 40 },
      (_, word) => vocabulary[(index * 7 + word * 5) % vocabulary.length],
    );
    const raw = [
      `From: ${sent ? owner : other}`,
      `To: ${sent ? other : owner}`,
      `Subject: ${index === first ? "" : "Re: "}Matter ${prefix}${first}`,
      `Date: ${new Date(sentAt).toUTCString()}`,
      `Message-ID: <${id}>`,
      ...(index === first ? [] : [`In-Reply-To: <${prefix}${first}@many.example>`]),
      "Content-Type: text/plain; charset=utf-8",
      "",
      `Number ${index}. ${text.join(" ")}.`,
      "",
    ].join("\n");
    return { raw, id, sentAt, sent };
  });
}

/** Takeout's shape: one mailbox, with Gmail's labels; or a plain mbox. */
export function toMbox(mails: readonly DrillMail[], options: { labels?: boolean } = {}): string {
  return mails
    .map(({ raw, sentAt, sent }, index) => {
      const label = sent ? "Sent" : index % 2 === 0 ? "Inbox,Important" : "Inbox";
      const labels = options.labels === true ? `X-Gmail-Labels: ${label}\n` : "";
      return `From x@example ${new Date(sentAt).toUTCString()}\n${labels}${raw}\n`;
    })
    .join("");
}

/** A Maildir with the owner's mail in `.Sent`. */
export function writeMaildir(root: string, mails: readonly DrillMail[]): void {
  for (const folder of ["cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const [index, { raw, sentAt, sent }] of mails.entries()) {
    const seconds = Math.floor(Date.parse(sentAt) / 1000);
    writeFileSync(join(root, sent ? ".Sent/cur" : "cur", `${seconds}.M${index}.host:2,S`), raw);
  }
}

/** A folder of .eml files, dated as the messages are. */
export function writeEmlFolder(root: string, mails: readonly DrillMail[]): void {
  mkdirSync(root, { recursive: true });
  for (const [index, { raw, sentAt }] of mails.entries()) {
    const path = join(root, `message ${index}.eml`);
    writeFileSync(path, raw);
    utimesSync(path, new Date(sentAt), new Date(sentAt));
  }
}
