import { decodeWords } from "postal-mime";
import type { Look, LookItem, LookThread } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { emailIdentity } from "../../src/core/identity.ts";
import type { PartyRole } from "../../src/core/item.ts";
import { rawText } from "../../src/core/untrusted.ts";
import type { GmailDoorClient, MessageHead } from "./door-client.ts";
import { isSendable, type Mailbox, toHeaderText } from "./outgoing-mail.ts";
import { readMailboxes, toName } from "./read-mailboxes.ts";
import type { MailParties } from "./reply-recipients.ts";

type MailLook = Look<GmailDoorClient>;

/** The mail that is answered or sent on: the header as Gmail has it, or as it was read where Gmail cannot be asked. */
export interface AnsweredMail {
  item: LookItem;
  /** Gmail's ids. */
  id: string;
  threadId: string;
  /** With angle brackets; null when it has none that a header can hold. */
  messageId: string | null;
  references: string[];
  subject: string;
  parties: MailParties;
}

const fields = ["Message-ID", "References", "Subject", "From", "Reply-To", "To", "Cc", "Delivered-To"] as const;

/**
 * The message of a conversation that an answer goes to: the one that is named, else the newest. Errors: `not_found`,
 * `wrong_kind` for what is no mail of this account, `moved` when Gmail has a newer message than was read, `needs_reauth` when
 * only Gmail can tell which conversation it is.
 */
export async function answeredMail(look: MailLook, threadId: number, itemId: number | null): Promise<AnsweredMail> {
  const thread = await look.thread(threadId);
  if (thread === null) throw new StewardError("not_found", `There is no conversation ${threadId}.`);
  const mails = thread.items.filter((item) => gmailIdOf(look, item) !== null);
  const item = itemId === null ? mails.findLast((one) => !isAside(one)) : mails.find(({ id }) => id === itemId);
  const id = item === undefined ? null : gmailIdOf(look, item);
  if (item === undefined || id === null) throw notHere(look, thread);
  if (look.client === null) return fromStore(look, thread, item, id);
  const head = await look.client.head(id, fields, look.signal);
  if (head === null) throw new StewardError("gone", "The mail is no longer in the mailbox.", { cure: "steward sync" });
  await refuseUnread(look, look.client, head.threadId);
  return fromGmail(item, head);
}

/** Gmail's id of an item in the account that acts; null when it is not there. */
export function gmailIdOf(look: Pick<MailLook, "account">, item: LookItem): string | null {
  const found = item.externalIds.find(
    ({ connector, account }) => connector === "gmail" && account.toLowerCase() === look.account,
  );
  return found?.externalId ?? null;
}

/** Whoever approves must have been able to see what they answer. */
async function refuseUnread(look: MailLook, client: GmailDoorClient, threadId: string): Promise<void> {
  const newest = newestOf((await client.thread(threadId, ["From"], look.signal)) ?? []);
  if (newest === null || (await look.itemByExternalId("gmail", newest)) !== null) return;
  throw new StewardError("moved", "The conversation has a newer mail than was read.", { cure: "steward sync" });
}

/** Labels of what is no part of a conversation, as Gmail has them and as they are stored. */
const aside = new Set(["DRAFT", "TRASH", "SPAM"]);
const asideWords = new Set(["Drafts", "Trash", "Spam"]);

function isAside({ labels }: LookItem): boolean {
  return labels.some((label) => asideWords.has(label));
}

/** Gmail's id of the newest message of a conversation, from Gmail where it can be asked, else as it was read. */
export async function newestMessage(
  look: MailLook,
  { threadId, thread }: { threadId: string | null; thread: number | null },
): Promise<string | null> {
  if (threadId === null) return null;
  if (look.client !== null) return newestOf((await look.client.thread(threadId, ["From"], look.signal)) ?? []);
  const stored = thread === null ? null : await look.thread(thread);
  const newest = stored?.items.findLast((item) => gmailIdOf(look, item) !== null && !isAside(item));
  return newest === undefined ? null : gmailIdOf(look, newest);
}

/** The newest message of a conversation, own drafts, trash and spam left out; null for an empty one. */
export function newestOf(heads: readonly MessageHead[]): string | null {
  const real = heads.filter(({ labelIds }) => !labelIds.some((label) => aside.has(label)));
  return real.toSorted((a, b) => a.internalDate - b.internalDate).at(-1)?.id ?? null;
}

function fromGmail(item: LookItem, head: MessageHead): AnsweredMail {
  const field = (name: string): string | null =>
    head.payload.headers.find((one) => one.name.toLowerCase() === name.toLowerCase())?.value ?? null;
  return {
    item,
    id: head.id,
    threadId: head.threadId,
    messageId: idsIn(field("Message-ID") ?? "")[0] ?? null,
    references: idsIn(field("References") ?? ""),
    subject: toHeaderText(decodeWords(field("Subject") ?? ""), 400),
    parties: {
      from: readMailboxes(field("From") ?? ""),
      replyTo: readMailboxes(field("Reply-To") ?? ""),
      to: readMailboxes(field("To") ?? ""),
      cc: readMailboxes(field("Cc") ?? ""),
      deliveredTo: emailIdentity(field("Delivered-To") ?? "")?.value ?? null,
    },
  };
}

function fromStore(look: MailLook, thread: LookThread, item: LookItem, id: string): AnsweredMail {
  const parties = (role: PartyRole): Mailbox[] =>
    item.parties
      .filter((party) => party.role === role && party.identity.kind === "email" && isSendable(party.identity.value))
      .map(({ identity, name }) => ({ name: toName(rawText(name)), address: identity.value }));
  return {
    item,
    id,
    threadId: storedThreadId(look, thread),
    messageId: idsIn(item.messageId === null ? "" : `<${item.messageId}>`)[0] ?? null,
    references: idsIn(item.references.map((one) => `<${one}>`).join(" ")),
    subject: toHeaderText(rawText(item.subject), 400),
    parties: {
      from: parties("from"),
      replyTo: parties("reply_to"),
      to: parties("to"),
      cc: parties("cc"),
      deliveredTo: null,
    },
  };
}

/** Gmail's id of the conversation. Where several were joined into one, it is the one whose first message is this account's. */
function storedThreadId(look: MailLook, thread: LookThread): string {
  const ids = (thread.keys ?? [])
    .flatMap((key) => /^gm:(\d{1,20})$/.exec(key)?.[1] ?? [])
    .map((decimal) => BigInt(decimal).toString(16).padStart(16, "0"));
  const own = new Set(thread.items.map((item) => gmailIdOf(look, item)));
  const found = ids.length === 1 ? ids[0] : ids.find((id) => own.has(id));
  if (found !== undefined) return found;
  throw new StewardError("needs_reauth", "Only Gmail can tell which conversation this is.", {
    cure: `steward connect google --write gmail --account ${look.account}`,
  });
}

/** Ids that a header can hold, each once. */
function idsIn(text: string): string[] {
  return [...new Set(text.match(/<[\x21-\x3b\x3d\x3f-\x7e]{1,400}>/g) ?? [])];
}

function notHere(look: MailLook, thread: LookThread): StewardError {
  if (thread.channel !== "mail") return new StewardError("wrong_kind", "That conversation is no mail.");
  return new StewardError("wrong_kind", `That conversation is not in the Gmail of ${look.account}.`, {
    cure: "Name the account it is in with --account ADDRESS.",
  });
}
