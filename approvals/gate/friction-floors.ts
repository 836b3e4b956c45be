import type { Tier } from "../../src/core/action.ts";
import { type Friction, moreFriction, type Warning, type WarningCode } from "../../src/core/card.ts";
import type { RecipientFact } from "./facts.ts";

/** What a yes costs at least, by tier. Nothing lowers it but `allow` for what is reversible and the owner's own. */
export const tierFloors: Record<Tier, Friction> = {
  read: "green",
  draft: "green",
  change: "green",
  send: "green",
  critical: "red",
};

/** What a yes costs at least, by how well somebody is known. */
export const standingFloors: Record<RecipientFact["standing"], Friction> = {
  own: "green",
  known: "green",
  first_time: "amber",
  unknown: "red",
  lookalike: "red",
  invalid: "never",
};

/**
 * What a yes costs at least where a warning stands, whatever level it was given. Those at `green` are graded by what they are
 * about (a code that the recipient wrote themselves is a note, one from elsewhere is red): their level alone counts.
 */
export const warningFloors: Record<WarningCode, Friction> = {
  unknown_recipient: "red",
  lookalike_recipient: "red",
  homograph: "red",
  first_time: "amber",
  address_from_stranger: "red",
  address_from_contacts: "amber",
  reply_all_wide: "green",
  reply_to_mismatch: "green",
  display_name_is_address: "red",
  sender_not_authenticated: "green",
  lookalike_sender: "red",
  bcc: "green",
  group: "amber",
  new_link: "green",
  link_with_data: "amber",
  private_link: "red",
  new_attachment: "green",
  attachment_of_owner: "green",
  unreadable_attachment: "amber",
  disguised_attachment: "red",
  secret: "green",
  bank_details: "green",
  bank_details_changed: "red",
  money: "green",
  private_data: "green",
  other_threads: "red",
  repeats_untrusted: "green",
  other_items_read: "green",
  invented_value: "green",
  phone_from_content: "green",
  hidden_text: "green",
  invisible_characters: "amber",
  long_blank: "amber",
  remote_content: "amber",
  destructive: "green",
  bulk: "green",
  permission: "green",
  settings: "green",
  pay: "red",
  sign: "red",
  tainted: "green",
  spoofed_owner_quote: "green",
  stranger_invitation: "amber",
  automatic_sender: "amber",
  own_check: "green",
  rejected_before: "amber",
  burst: "amber",
  unknown_fact: "amber",
  policy: "green",
};

/** What one warning makes a yes cost. */
export function frictionOf({ code, level }: Warning): Friction {
  return moreFriction(warningFloors[code], level === "note" ? "green" : level);
}
