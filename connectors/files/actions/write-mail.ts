import { z } from "zod";
import {
  type Action,
  blankPreview,
  type Call,
  type KeptFile,
  type Look,
  type PreviewFile,
} from "../../../src/core/action.ts";
import { toInstant } from "../../../src/core/clock.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { wallTime } from "../../../src/core/reminders.ts";
import { findAddress } from "../../../src/formats/contacts/find-address.ts";
import { writeMail as writeMailBytes } from "../../../src/formats/mail/write-mail.ts";
import type { HomeFolder } from "../../home-folder/home-folder.ts";
import { neverSends } from "../../home-folder/never-sends.ts";
import {
  cleanLine,
  cleanText,
  type MailAsk,
  type MailInput,
  mailAskSchema,
  mailInputSchema,
  toMessageId,
} from "../mail-ask.ts";
import {
  findInOutbox,
  type OutboxResult,
  outboxFolder,
  outboxPath,
  outboxResult,
  putInOutbox,
  takeFromOutbox,
  toFileTitle,
} from "../outbox.ts";

/** A mail as a file that any mail program opens, for who has no account connected. */
export const writeMail: Action<MailAsk, MailInput, null, OutboxResult, HomeFolder> = {
  name: "files.write_mail",
  tier: "draft",
  description: "Write a mail as an .eml file into the outbox folder, for the owner to open and send themselves.",
  ask: mailAskSchema,
  input: mailInputSchema,
  handle: z.null(),
  result: outboxResult,
  resolve: fillIn,
  raise: () => "draft",
  preview: async (input, look) => ({
    ...blankPreview,
    title: `Write a mail file to ${input.to.map(({ name, address }) => (name === "" ? address : name)).join(", ")}`,
    recipients: [
      ...input.to.map((one) => ({ role: "to" as const, channel: "mail" as const, ...one })),
      ...input.cc.map((one) => ({ role: "cc" as const, channel: "mail" as const, ...one })),
    ],
    fields: [
      { label: "From", value: input.from.address },
      { label: "Subject", value: input.subject },
      { label: "Folder", value: outboxFolder },
    ],
    text: input.text,
    files: await Promise.all(input.attachments.map((one) => previewFile(one, look))),
    consequences: ["Nothing is sent: open the file in your mail program and send it from there."],
    about: { threadId: input.threadId, itemIds: [] },
  }),
  execute: async (input, _handle, call) =>
    putInOutbox(call, outboxPath(input.file, "eml", call), await bytesOf(input, call)),
  readBack: neverSends,
  reconcile: async (input, _handle, call) => findInOutbox(call, outboxPath(input.file, "eml", call)),
  undo: async (result, call) => takeFromOutbox(call, result),
  edit: {
    read: ({ to, cc, subject, text }) => ({
      to: to.map(({ address }) => address),
      cc: cc.map(({ address }) => address),
      subject,
      text,
    }),
    apply: (input, { to, cc, subject, text }) => ({
      ...input,
      to: to === undefined ? input.to : named(to, input),
      cc: cc === undefined ? input.cc : named(cc, input),
      subject: subject === undefined ? input.subject : cleanLine(subject),
      text: text === undefined ? input.text : cleanText(text),
    }),
  },
  receipt: (_input, result) => `Wrote ${result.path}: open it and send it yourself.`,
};

async function fillIn(ask: MailAsk, look: Look<HomeFolder>): Promise<MailInput> {
  const [address] = look.ownAddresses;
  if (address === undefined) {
    throw new StewardError("usage", "Steward does not know the address you write from.", {
      cure: "Add it to the owner in config.json of the steward home, or import a mailbox first.",
    });
  }
  const find = (wanted: readonly string[]) =>
    Promise.all(
      wanted.map(async (one) => {
        const found = await findAddress(one, "email", look);
        return { address: found.address, name: cleanLine(found.name).slice(0, 200) };
      }),
    );
  const date = toInstant(look.clock.now());
  const subject = cleanLine(ask.subject);
  return {
    file: toFileTitle(wallTime(date, look.owner.zone).slice(0, 10), subject),
    from: { name: cleanLine(look.owner.names[0] ?? "").slice(0, 200), address },
    to: await find(ask.to),
    cc: await find(ask.cc ?? []),
    subject,
    text: cleanText(ask.text),
    date,
    ...(await answeredMail(ask.thread, look)),
    attachments: await Promise.all((ask.attachments ?? []).map((sha256) => attach(sha256, look))),
    threadId: ask.thread ?? null,
  };
}

/** What makes it an answer in every mail program. Errors: `usage` when there is no such thread. */
async function answeredMail(
  threadId: number | undefined,
  look: Look<HomeFolder>,
): Promise<Pick<MailInput, "inReplyTo" | "references">> {
  if (threadId === undefined) return { inReplyTo: null, references: [] };
  const thread = await look.thread(threadId);
  if (thread === null) throw new StewardError("usage", `There is no thread t${threadId}.`);
  const last = thread.items.findLast(({ messageId }) => messageId !== null);
  const inReplyTo = last === undefined || last.messageId === null ? null : toMessageId(last.messageId);
  const before = (last?.references ?? []).flatMap((id) => toMessageId(id) ?? []);
  return { inReplyTo, references: inReplyTo === null ? [] : [...before.slice(-99), inReplyTo] };
}

async function attach(sha256: string, look: Look<HomeFolder>): Promise<MailInput["attachments"][number]> {
  const file = await look.file(sha256);
  if (file === null) throw new StewardError("usage", "A file to attach is not kept.", { cure: "Give the file again." });
  return {
    sha256,
    name: cleanLine(file.name).slice(0, 200),
    mediaType: file.mediaType.toLowerCase(),
    sizeBytes: file.bytes.length,
  };
}

async function previewFile(one: MailInput["attachments"][number], look: Look<HomeFolder>): Promise<PreviewFile> {
  const bytes = one.mediaType.startsWith("text/") ? (await look.file(one.sha256))?.bytes : undefined;
  return { ...one, text: bytes === undefined ? null : new TextDecoder().decode(bytes.subarray(0, 100_000)) };
}

/** Addresses the owner typed, with the names they had. */
function named(addresses: readonly string[], { to, cc }: MailInput): MailInput["to"] {
  return addresses.map((typed) => {
    const address = typed.trim().toLowerCase();
    return [...to, ...cc].find((one) => one.address === address) ?? { name: "", address };
  });
}

/** The bytes of the file: the same for the same card. `X-Unsent` makes mail programs open it as a draft. */
async function bytesOf(input: MailInput, call: Call<HomeFolder>): Promise<Uint8Array> {
  const files = await Promise.all(
    input.attachments.map(async ({ sha256, name, mediaType }) => ({
      name,
      mediaType,
      bytes: bytesOfKept(await call.file(sha256), sha256),
    })),
  );
  return await writeMailBytes({
    ...input,
    bcc: [],
    files,
    messageId: `<${call.idempotencyKey}@${input.from.address.replace(/^.*@/, "")}>`,
    headers: { "X-Unsent": "1" },
    boundary: call.idempotencyKey,
  });
}

function bytesOfKept(file: KeptFile | null, sha256: string): Uint8Array {
  if (file?.sha256 === sha256) return file.bytes;
  throw new StewardError("gone", "A file of the mail is not kept any more.", { cure: "Give the file again." });
}
