import type { Action, EditableText, Look, Preview } from "../../src/core/action.ts";
import { blankPreview } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { plural } from "../../src/core/plural.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { newestMessage } from "./answered-mail.ts";
import type { GmailDoorClient } from "./door-client.ts";
import {
  type Mailbox,
  type OutgoingFile,
  type OutgoingMail,
  outgoingFile,
  outgoingMail,
  toBody,
  toHeaderText,
  toSubject,
} from "./outgoing-mail.ts";
import { readMailbox, toName } from "./read-mailboxes.ts";
import { readSending } from "./read-sending.ts";
import {
  type DraftHandle,
  draftHandle,
  makeDraft,
  type SentMail,
  sendDraft,
  sentMail,
  settleDraft,
} from "./send-draft.ts";

type MailLook = Look<GmailDoorClient>;
export type MailAction<Ask> = Action<Ask, OutgoingMail, DraftHandle, SentMail, GmailDoorClient>;

/** What every action that sends a mail has in common. */
export const mailAction: Omit<MailAction<never>, "name" | "description" | "ask" | "resolve" | "preview"> = {
  tier: "send",
  input: outgoingMail,
  handle: draftHandle,
  result: sentMail,
  raise: () => "send",
  prepare: makeDraft,
  execute: sendDraft,
  readBack: readSending,
  reconcile: settleDraft,
  edit: {
    read: ({ to, cc, subject, text }) => ({ to: to.map(writeMailbox), cc: cc.map(writeMailbox), subject, text }),
    apply: applyEdit,
  },
  receipt: ({ to, cc, bcc }) => `Sent to ${nameAll([...to, ...cc, ...bcc])}.`,
};

/** Another subject is another conversation, to Gmail as to whoever gets it. */
function applyEdit(mail: OutgoingMail, { to, cc, subject, text }: EditableText): OutgoingMail {
  const next = {
    ...mail,
    ...(to === undefined ? {} : { to: to.map(readMailbox) }),
    ...(cc === undefined ? {} : { cc: cc.map(readMailbox) }),
    ...(text === undefined ? {} : { text: toBody(text) }),
    ...(subject === undefined ? {} : { subject: toSubject(subject) }),
  };
  const joins = plainSubject(next.subject) === plainSubject(mail.subject);
  return checkMail(joins ? next : { ...next, threadId: null });
}

/** Errors: `usage`, in words, for a mail that cannot be sent. */
export function checkMail(mail: OutgoingMail): OutgoingMail {
  const checked = outgoingMail.safeParse(mail);
  if (checked.success) return checked.data;
  const [first] = checked.error.issues;
  throw new StewardError("usage", `The mail cannot be sent as it is: ${first?.message ?? "it is not complete"}`);
}

export async function previewMail(
  mail: OutgoingMail,
  look: MailLook,
  title: string,
  more: { fields?: Preview["fields"]; consequences?: string[] } = {},
): Promise<Preview> {
  const stored = mail.thread === null ? null : await look.thread(mail.thread);
  const newest = await newestMessage(look, { threadId: mail.restsOn, thread: mail.thread });
  const roles = [
    ["bcc", mail.bcc],
    ["to", mail.to],
    ["cc", mail.cc],
  ] as const;
  return {
    ...blankPreview,
    title,
    recipients: roles.flatMap(([role, list]) => list.map((one) => ({ role, channel: "mail" as const, ...one }))),
    fields: [
      { label: "From", value: writeMailbox(mail.from) },
      { label: "Subject", value: mail.subject },
      ...(more.fields ?? []),
    ],
    text: mail.text,
    files: await Promise.all(mail.attachments.map((file) => previewFile(file, look, stored?.items ?? []))),
    consequences: more.consequences ?? [],
    about: { threadId: mail.thread, itemIds: [] },
    basis: newest === null ? [] : [{ what: "the conversation", version: newest }],
  };
}

/** Text files are shown as they are; of others what was read of them when they came. Nothing is opened here. */
async function previewFile(
  file: OutgoingFile,
  look: MailLook,
  items: readonly { attachments?: { sha256: string | null; text: Parameters<typeof rawText>[0] }[] }[],
): Promise<Preview["files"][number]> {
  const read = items.flatMap(({ attachments }) => attachments ?? []).find(({ sha256 }) => sha256 === file.sha256);
  const text = read === undefined ? "" : rawText(read.text);
  if (text !== "") return { ...file, text };
  const kept = file.mediaType.startsWith("text/") ? await look.file(file.sha256) : null;
  return { ...file, text: kept === null ? null : new TextDecoder().decode(kept.bytes) };
}

/** Kept files as attachments. Errors: `not_found` for one that is not kept. */
export async function attachFiles(look: MailLook, hashes: readonly string[]): Promise<OutgoingFile[]> {
  return await Promise.all(
    [...new Set(hashes)].map(async (sha256) => {
      const file = await look.file(sha256);
      if (file === null) throw new StewardError("not_found", `No file ${sha256.slice(0, 12)} is kept.`);
      const { name, mediaType, bytes } = file;
      const known = { sha256, name: toHeaderText(name, 150) || "file", sizeBytes: bytes.byteLength };
      const typed = outgoingFile.safeParse({ ...known, mediaType: mediaType.toLowerCase() });
      return typed.success ? typed.data : { ...known, mediaType: "application/octet-stream" };
    }),
  );
}

/** The mailbox the account sends as by default. */
export async function defaultSender(look: MailLook, wanted: string | null): Promise<Mailbox> {
  const mayUse = await senders(look);
  if (wanted === null) {
    const found = mayUse.find(({ isDefault }) => isDefault) ?? mayUse[0];
    if (found !== undefined) return found.mailbox;
    throw new StewardError("needs_reauth", "No account to send from.", {
      cure: "steward connect google --write gmail",
    });
  }
  const { address } = readMailbox(wanted);
  const found = mayUse.find(({ mailbox }) => mailbox.address === address);
  if (found !== undefined) return found.mailbox;
  throw new StewardError("usage", `${look.account} may not send as ${address}.`, {
    cure: `It may send as ${mayUse.map(({ mailbox }) => mailbox.address).join(", ")}.`,
  });
}

/** What the account may send as; only its own address where Gmail cannot be asked. */
export async function senders(look: MailLook): Promise<{ mailbox: Mailbox; isDefault: boolean }[]> {
  const ownName = toHeaderText(look.owner.names[0] ?? "", 100);
  const own = { mailbox: { name: ownName, address: look.account }, isDefault: true };
  if (look.client === null) return [own];
  const known = await look.client.sendAs(look.signal);
  return known.map(({ sendAsEmail, displayName, isDefault }) => ({
    mailbox: { name: toHeaderText(displayName, 100) || ownName, address: sendAsEmail.toLowerCase() },
    isDefault,
  }));
}

/** With the name contacts.csv or the newest message gives; what others call themselves is not repeated. */
export async function nameMailboxes(look: MailLook, mailboxes: readonly Mailbox[]): Promise<Mailbox[]> {
  return await Promise.all(
    mailboxes.map(async ({ address }) => ({ name: toName(await look.nameOf(address)), address })),
  );
}

export function writeMailbox({ name, address }: Mailbox): string {
  if (name === "") return address;
  return /^[\p{L}\p{N} .'-]+$/u.test(name) ? `${name} <${address}>` : `"${name}" <${address}>`;
}

/** `Paul Adler`, `Paul Adler and Ana`, `Paul Adler and 3 others`. */
export function nameAll(mailboxes: readonly Mailbox[]): string {
  const [first, second, ...rest] = mailboxes.map(({ name, address }) => name || address);
  if (second === undefined) return first ?? "nobody";
  return rest.length === 0 ? `${first} and ${second}` : `${first} and ${plural(rest.length + 1, "other")}`;
}

/** A subject without what answering and sending on put before it. */
export function plainSubject(subject: string): string {
  return subject
    .replace(/^(?:\s*(?:re|aw|antw|fwd?|wg)\s*:)+/i, "")
    .trim()
    .toLowerCase();
}
