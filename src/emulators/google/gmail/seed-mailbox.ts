import { makeFrame } from "../../world/frame.ts";
import { planMails } from "../../world/mail-plan.ts";
import { decimalId, renderMail } from "../../world/mbox.ts";
import type { World } from "../../world/schema.ts";
import { blankMailbox, type GmailState, putMessage } from "./gmail-state.ts";
import { headerOf, readHead } from "./mime-tree.ts";

/** Takeout's words for the labels of the API; "Opened" and "Archived" are the absence of one. */
const labelIds = new Map([
  ["Inbox", "INBOX"],
  ["Sent", "SENT"],
  ["Unread", "UNREAD"],
  ["Starred", "STARRED"],
  ["Important", "IMPORTANT"],
  ["Spam", "SPAM"],
  ["Trash", "TRASH"],
  ["Category Personal", "CATEGORY_PERSONAL"],
  ["Category Social", "CATEGORY_SOCIAL"],
  ["Category Promotions", "CATEGORY_PROMOTIONS"],
  ["Category Updates", "CATEGORY_UPDATES"],
  ["Category Forums", "CATEGORY_FORUMS"],
  ["Opened", ""],
  ["Archived", ""],
]);

/**
 * The demo life's mailbox. The two headers that only Takeout writes become what they stand for: X-GM-THRID the thread id,
 * X-Gmail-Labels the labels; a live mailbox does not carry them.
 */
export function seedMailbox(world: World, nowMs: number): GmailState {
  const owner = world.people[world.persona.owner];
  const state = blankMailbox(owner?.email ?? "", owner?.name ?? "");
  const frame = makeFrame(world, nowMs);
  for (const mail of planMails(world, frame).sort((a, b) => a.atMs - b.atMs)) {
    const text = renderMail(world, frame, mail);
    const head = readHead(Buffer.from(text.slice(0, 4000), "latin1"));
    const raw = Buffer.from(text.replace(/^(?:X-GM-THRID|X-Gmail-Labels):.*\r\n/gm, ""), "latin1");
    const words = (headerOf(head, "x-gmail-labels") ?? "").split(",");
    putMessage(
      state,
      {
        id: toHex(decimalId(mail.messageId)),
        threadId: toHex(headerOf(head, "x-gm-thrid") ?? "0"),
        labelIds: words.flatMap((word) => labelOf(state, word)),
        internalDate: mail.atMs,
        historyId: state.historyId,
        raw,
        arrivedAt: mail.atMs,
      },
      mail.messageId,
    );
  }
  return state;
}

function labelOf(state: GmailState, word: string): string[] {
  const system = labelIds.get(word);
  if (system !== undefined) return system === "" ? [] : [system];
  const known = [...state.ownLabels].find(([, name]) => name === word)?.[0];
  const id = known ?? `Label_${state.ownLabels.size + 1}`;
  state.ownLabels.set(id, word);
  return [id];
}

function toHex(decimal: string): string {
  return BigInt(decimal).toString(16).padStart(16, "0");
}
