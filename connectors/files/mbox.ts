import { basename } from "node:path";
import type { Page } from "../../src/core/connector.ts";
import type { RecordHints } from "../../src/core/record.ts";
import { isSentName } from "../../src/formats/mail/sent-names.ts";
import { pullMbox } from "./mbox-pull.ts";
import { type MboxMessage, nextFromLine } from "./mbox-split.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";

/** A mailbox in one file: mboxrd, mboxo, Gmail Takeout. */
export const mboxReader: FileReader = {
  kind: "mbox",

  async recognise(candidate: Candidate): Promise<Recognised | null> {
    if (candidate.isFolder) return null;
    const head = Buffer.from(candidate.head);
    const isMailbox =
      nextFromLine(head, 0, true) === 0 || (/\.mbo?x$/i.test(candidate.path) && nextFromLine(head, 0, false) >= 0);
    return isMailbox ? { kind: "mbox", label: mailboxName(candidate.path), sizeBytes: candidate.sizeBytes } : null;
  },

  async pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
    const isSent = isSentName(mailboxName(path));
    return await pullMbox({ path, options, signal, adapt: (message) => mailHints(message, options, isSent) }, cursor);
  },
};

function mailboxName(path: string): string {
  return basename(path)
    .normalize("NFC")
    .replace(/\.mbo?x$/i, "");
}

/** The hints of a message from a mailbox file. */
export function mailHints(message: MboxMessage, options: ReadOptions, isSent: boolean): RecordHints {
  return {
    zone: options.zone,
    region: options.region,
    ...(isSent ? { sent: true } : {}),
    format: {
      ...(message.gmailId === null ? {} : { gmailId: message.gmailId }),
      ...(message.date === null ? {} : { date: message.date }),
    },
  };
}
