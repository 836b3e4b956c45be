import { type Address, addressParser } from "postal-mime";
import { emailIdentity } from "../../core/identity.ts";
import type { Party, PartyRole } from "../../core/item.ts";
import { untrusted } from "../../core/untrusted.ts";
import { cleanLine, cleanText } from "./clean-text.ts";
import type { MailHeaders } from "./mail-headers.ts";

const partyLimit = 2_000;
const fieldLimit = 200_000;
const roles: [string, PartyRole][] = [
  ["from", "from"],
  ["sender", "sender"],
  ["reply-to", "reply_to"],
  ["to", "to"],
  ["cc", "cc"],
  ["bcc", "bcc"],
];
/** One plain address, by far the most frequent form; everything else is for the real parser. */
const plainMailboxLimit = 600;
const plainMailbox =
  /^(?:"([^"\\<>=@]{0,100})"|([^"\\<>(),;:=@]{0,100}))\s*<([^\s"\\<>(),;:@]{1,64}@[A-Za-z0-9.-]{1,255})>$/;

export interface Parties {
  parties: Party[];
  hiddenCharacters: number;
}

/** Everybody named in the address headers, groups opened, without those that have no usable address. */
export function mailParties(headers: MailHeaders): Parties {
  const parties: Party[] = [];
  let hiddenCharacters = 0;
  for (const [header, role] of roles) {
    for (const value of headers.all(header).slice(0, 20)) {
      if (parties.length >= partyLimit) return { parties, hiddenCharacters };
      for (const { name, address } of mailboxes(value)) {
        const identity = emailIdentity(address.toWellFormed());
        if (identity === null || parties.length >= partyLimit) continue;
        hiddenCharacters += cleanText(name).hiddenCharacters;
        parties.push({ role, identity, name: untrusted(cleanLine(name, 300)) });
      }
    }
  }
  return { parties, hiddenCharacters };
}

function mailboxes(value: string): { name: string; address: string }[] {
  const trimmed = value.trim();
  const plain = trimmed.length > plainMailboxLimit ? null : plainMailbox.exec(trimmed);
  if (plain !== null) return [{ name: plain[1] ?? plain[2] ?? "", address: plain[3] ?? "" }];
  const list: Address[] = addressParser(value.slice(0, fieldLimit), { flatten: true });
  return list.flatMap((entry) => (entry.address === undefined ? [] : [{ name: entry.name, address: entry.address }]));
}
