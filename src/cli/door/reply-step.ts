import type { ProposeStep } from "../../../approvals/door.ts";
import type { LookItem, LookThread } from "../../core/action.ts";
import { StewardError } from "../../core/errors.ts";
import { rawText } from "../../core/untrusted.ts";
import { lookAtThread } from "../../store/look-items.ts";
import type { Store } from "../../store/open-store.ts";
import { listSources } from "../../store/sources.ts";

/** What is answered, to whom, how. */
export interface ReplyWish {
  threadId: number;
  /** The message meant; null is the newest of others. */
  itemId: number | null;
  all: boolean;
  account: string | null;
  /** SHA-256 of kept files that go along. */
  attachments: readonly string[];
  /** The owner's own identities. */
  own: readonly string[];
}

/** Makes the step of an answer from its text. */
export type WriteReply = (text: string) => ProposeStep;

/**
 * How a thread is answered: by Gmail where it is connected, else as a mail file for the owner to send; a WhatsApp chat by a message
 * that is written and addressed. Errors: `wrong_kind` for what cannot be answered from here, `not_found`.
 */
export async function chooseReply(store: Store, wish: ReplyWish): Promise<WriteReply> {
  const thread = await lookAtThread(store, wish.threadId);
  if (thread === null) throw new StewardError("not_found", `There is no thread t${wish.threadId}.`);
  const { account, attachments } = wish;
  const files = attachments.length === 0 ? {} : { attachments };
  const step = (action: string, ask: Record<string, unknown>): ProposeStep => ({ action, account, ask, after: null });
  if (thread.channel === "whatsapp") {
    if (attachments.length > 0) throw new StewardError("usage", "A WhatsApp link takes no files along.");
    const to = senderOf(thread, wish.itemId);
    return (text) => step("handoff.whatsapp", { to, text, thread: thread.id });
  }
  if (thread.channel !== "mail") {
    throw new StewardError(
      "wrong_kind",
      `Steward cannot answer there: t${thread.id} is no mail and no WhatsApp chat.`,
      {
        cure: "Answer it where it is, or write a mail: steward compose ADDRESS",
      },
    );
  }
  const hasGmail = (await listSources(store)).some(({ connector }) => connector === "gmail");
  if (hasGmail || account !== null) {
    const message = wish.itemId === null ? {} : { message: wish.itemId };
    const action = wish.all ? "gmail.reply_all" : "gmail.reply";
    return (text) => step(action, { thread: thread.id, text, ...message, ...files });
  }
  const to = wish.all ? everybodyOf(thread, wish.itemId, wish.own) : [senderOf(thread, wish.itemId)];
  const subject = replySubject(rawText(thread.title));
  return (text) => step("files.write_mail", { to, subject, text, thread: thread.id, ...files });
}

function senderOf(thread: LookThread, itemId: number | null): string {
  const item =
    itemId === null
      ? thread.items.findLast(({ fromOwner }) => !fromOwner)
      : thread.items.find(({ id }) => id === itemId);
  const [sender] = item === undefined ? [] : addressesOf(item, ["reply_to", "from"]);
  if (sender === undefined) {
    throw new StewardError("wrong_kind", `Nobody else wrote in t${thread.id}, so there is nobody to answer.`);
  }
  return sender;
}

function everybodyOf(thread: LookThread, itemId: number | null, own: readonly string[]): string[] {
  const sender = senderOf(thread, itemId);
  const item = thread.items.find(({ id }) => id === itemId) ?? thread.items.findLast(({ fromOwner }) => !fromOwner);
  const others = item === undefined ? [] : addressesOf(item, ["to", "cc"]);
  return [...new Set([sender, ...others])].filter((address) => !own.includes(address));
}

function addressesOf({ parties }: LookItem, roles: readonly string[]): string[] {
  return roles.flatMap((role) => parties.flatMap((party) => (party.role === role ? [party.identity.value] : [])));
}

function replySubject(title: string): string {
  const subject = title.trim() === "" ? "your message" : title.trim();
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}
