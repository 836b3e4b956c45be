import type { Mailbox } from "./outgoing-mail.ts";

/** Who a mail is from and to, as its header says. */
export interface MailParties {
  from: Mailbox[];
  replyTo: Mailbox[];
  to: Mailbox[];
  cc: Mailbox[];
  /** Where it was delivered; null when not known. */
  deliveredTo: string | null;
}

export interface ReplyRecipients {
  to: Mailbox[];
  cc: Mailbox[];
}

/** Tells the owner's addresses; at gmail.com dots and what follows a plus make no other mailbox. */
export function ownAddresses(addresses: readonly string[]): (address: string) => boolean {
  const own = new Set(addresses.map(mailboxKey));
  return (address) => own.has(mailboxKey(address));
}

function mailboxKey(address: string): string {
  const [local = "", host = ""] = address.toLowerCase().split("@");
  if (host !== "gmail.com" && host !== "googlemail.com") return `${local}@${host}`;
  return `${(local.split("+")[0] ?? "").replaceAll(".", "")}@gmail.com`;
}

/**
 * Who an answer goes to: Reply-To where there is one, else From; of an own mail whoever got it. `all` adds everybody else it
 * was to, as Cc. Nobody twice, no own address unless it is all there is, never a Bcc.
 *
 * Contract: pure; both lists are empty when there is nobody to answer.
 */
export function replyRecipients(
  parent: MailParties,
  isOwn: (address: string) => boolean,
  all: boolean,
): ReplyRecipients {
  const isMine = parent.from.some(({ address }) => isOwn(address));
  const answered = isMine ? parent.to : parent.replyTo.length > 0 ? parent.replyTo : parent.from;
  const others = once(answered).filter(({ address }) => !isOwn(address));
  const rest = once([...(all && !isMine ? parent.to : []), ...(all ? parent.cc : [])])
    .filter(({ address }) => !isOwn(address))
    .filter(({ address }) => !others.some((one) => one.address === address));
  if (others.length > 0) return { to: others, cc: rest };
  // A note to oneself, or one where the others were only copied.
  return rest.length > 0 ? { to: rest, cc: [] } : { to: once(answered), cc: [] };
}

/** The address an answer comes from: the own one the parent was to, or came from; else the default. */
export function replyFrom(
  parent: MailParties,
  mayUse: readonly { mailbox: Mailbox; isDefault: boolean }[],
): Mailbox | null {
  const named = [...parent.from, ...parent.to, ...parent.cc].map(({ address }) => address);
  const delivered = parent.deliveredTo === null ? [] : [parent.deliveredTo];
  const found = [...named, ...delivered].flatMap(
    (address) => mayUse.find((one) => one.mailbox.address === address) ?? [],
  );
  return (found[0] ?? mayUse.find(({ isDefault }) => isDefault) ?? mayUse[0])?.mailbox ?? null;
}

function once(mailboxes: readonly Mailbox[]): Mailbox[] {
  return mailboxes.filter(({ address }, index) => mailboxes.findIndex((one) => one.address === address) === index);
}
