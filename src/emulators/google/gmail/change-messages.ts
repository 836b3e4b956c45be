import { notFound } from "../google-error.ts";
import { dropMessage, type GmailState, noteHistory, relabel, type StoredMessage } from "./gmail-state.ts";
import { checkChange, type LabelChange, type Mailboxes } from "./mailboxes.ts";

/** Changes labels, with the history and the ledger. Errors: 400 for a label that cannot be changed so. */
export function changeLabels(
  state: GmailState,
  message: StoredMessage,
  change: LabelChange,
  { shared }: Pick<Mailboxes, "shared">,
): void {
  checkChange(state, change);
  relabel(state, shared.clock.now(), message, change);
  shared.ledger.add({ account: state.account, kind: "mail.labelled", id: message.id, details: { ...change } });
}

/** Removes a message as an owner who empties the trash does. */
export function deleteForever(state: GmailState, message: StoredMessage, { shared }: Pick<Mailboxes, "shared">): void {
  if (dropMessage(state, message.id) === null) throw notFound();
  noteHistory(state, shared.clock.now(), "messageDeleted", message);
  shared.ledger.add({ account: state.account, kind: "mail.deleted", id: message.id, details: {} });
}

/** What putting into the trash and taking out of it does to labels. */
export const trashing: LabelChange = { add: ["TRASH"], remove: ["INBOX"] };
export const untrashing: LabelChange = { add: [], remove: ["TRASH"] };
