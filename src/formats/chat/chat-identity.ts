import { chatNameIdentity, phoneIdentity } from "../../core/identity.ts";
import type { Channel, Identity, Party } from "../../core/item.ts";
import { untrusted } from "../../core/untrusted.ts";

const maxMembers = 30;

/**
 * Who a name in a chat export is: a phone number where the name is one, else the name itself. A leading "~ " stays: it
 * marks a name somebody gave themselves, which must not become equal to a name in the owner's address book.
 */
export function nameIdentity(channel: Channel, name: string, region: string): Identity {
  return phoneIdentity(name, region) ?? chatNameIdentity(channel, name);
}

/** The sender and, as members, at most 30 others of the chat, each identity once. */
export function chatParties(from: Party | null, others: readonly { identity: Identity; name: string }[]): Party[] {
  const parties: Party[] = from === null ? [] : [from];
  const seen = new Set(parties.map((party) => keyOf(party.identity)));
  for (const { identity, name } of others) {
    if (seen.size > maxMembers) break;
    if (seen.has(keyOf(identity))) continue;
    seen.add(keyOf(identity));
    parties.push({ role: "member", identity, name: untrusted(name) });
  }
  return parties;
}

function keyOf(identity: Identity): string {
  return `${identity.kind} ${identity.value}`;
}
