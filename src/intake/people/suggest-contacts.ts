import { emailIdentity, phoneIdentity } from "../../core/identity.ts";
import type { ContactDetails } from "../../core/item.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { Store } from "../../store/open-store.ts";
import {
  listImportedContacts,
  listProposedIdentities,
  listSettledValues,
  listSignatures,
  type ProposedIdentity,
} from "../../store/person-proposals.ts";
import { readSignature } from "./read-signature.ts";

/** A row proposed for contacts.csv. All texts are one line each and safe for a screen. */
export interface ContactSuggestion {
  name: string;
  emails: string[];
  phones: string[];
  handles: string[];
  organisation: string;
  role: string;
  /** Why it is proposed, in words, the strongest first. */
  evidence: string[];
  /** Higher = rather wanted. */
  weight: number;
}

const machineAddress =
  /^(no-?reply|do-?not-?reply|unsubscribe|mailer-daemon|postmaster|bounces?|notifications?|reply)([-+._=].*)?@|^reply\+/;
const proposedLimit = 2000;

/**
 * Rows that contacts.csv may want: people written to at least twice (with phone, organisation and title from their own
 * signatures), the other side of chats of two in which the owner wrote, and imported address books. Who is in contacts.csv
 * already is left out. Records that share an exact address, number or handle are one row; equal names are not.
 */
export async function suggestContacts(
  store: Store,
  options: { limit: number; region: string },
): Promise<ContactSuggestion[]> {
  const settled = await listSettledValues(store);
  const byPerson = Map.groupBy(await listProposedIdentities(store, proposedLimit), (one) => one.personId);
  const people = [...byPerson.values()].map(fromIdentities).filter((one) => one.isWanted);
  const books = (await listImportedContacts(store, proposedLimit)).map(({ label, contact }) =>
    fromAddressBook(contact, label, options.region),
  );
  const merged = mergeSharing([...people.map((one) => one.suggestion), ...books]);
  const open = merged.filter((one) => keysOf(one).length > 0 && !keysOf(one).some((key) => settled.has(key)));
  const chosen = open.sort((a, b) => b.weight - a.weight || a.name.localeCompare(b.name)).slice(0, options.limit);
  const senders = new Map([...byPerson.values()].flat().map((one) => [one.value, one.id]));
  for (const one of chosen) await addSignatures(store, one, senders, settled, options.region);
  return chosen;
}

function fromIdentities(identities: ProposedIdentity[]): { suggestion: ContactSuggestion; isWanted: boolean } {
  const suggestion = blank();
  for (const one of identities) {
    if (one.kind === "email" && machineAddress.test(one.value)) continue;
    const list =
      one.kind === "email" ? suggestion.emails : one.kind === "phone" ? suggestion.phones : suggestion.handles;
    // A name with a semicolon would come back from the file as two.
    if (one.value.includes(";") || list.includes(one.value)) continue;
    list.push(one.value);
    if (suggestion.name === "") suggestion.name = calledName(one);
    const last = one.writtenAt === null ? "" : `, last on ${one.writtenAt.slice(0, 10)}`;
    if (one.writtenCount > 0)
      suggestion.evidence.push(
        `you wrote to ${one.value} ${one.writtenCount === 1 ? "once" : `${one.writtenCount} times`}${last}`,
      );
    else if (one.kind !== "email") suggestion.evidence.push(`you share a chat: ${one.value}`);
    suggestion.weight += one.writtenCount * 10 + Math.min(one.seenCount, 50);
  }
  suggestion.evidence = suggestion.evidence.map((line) => forScreen(line));
  return { suggestion, isWanted: keysOf(suggestion).length > 0 };
}

function calledName(one: ProposedIdentity): string {
  if (one.person !== one.value) return tidyName(one.person);
  return one.kind === "chatname" ? tidyName(one.value.slice(one.value.indexOf(":") + 1)) : "";
}

function fromAddressBook(contact: ContactDetails, label: string, region: string): ContactSuggestion {
  const readable = (values: (string | undefined)[]): string[] => [...new Set(values.flatMap((value) => value ?? []))];
  return {
    name: tidyName(contact.names[0] ?? ""),
    emails: readable(contact.emails.map((email) => emailIdentity(email)?.value)),
    phones: readable(contact.phones.map((phone) => phoneIdentity(phone, region)?.value)),
    handles: [],
    organisation: forScreen(contact.organisation),
    role: forScreen(contact.title),
    evidence: [forScreen(`in your address book${label === "" ? "" : ` ${label}`}`)],
    weight: 5,
  };
}

/** Records that name the same address, number or handle are one; the first keeps its name. */
function mergeSharing(all: readonly ContactSuggestion[]): ContactSuggestion[] {
  const holders = new Map<string, ContactSuggestion>();
  const merged = new Set<ContactSuggestion>();
  for (const one of all) {
    const held = new Set(keysOf(one).flatMap((key) => holders.get(key) ?? []));
    const [into = one, ...others] = held;
    for (const other of into === one ? others : [...others, one]) {
      absorb(into, other);
      merged.delete(other);
    }
    merged.add(into);
    for (const key of keysOf(into)) holders.set(key, into);
  }
  return [...merged];
}

function absorb(into: ContactSuggestion, other: ContactSuggestion): void {
  const join = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])];
  into.name ||= other.name;
  into.organisation ||= other.organisation;
  into.role ||= other.role;
  into.emails = join(into.emails, other.emails);
  into.phones = join(into.phones, other.phones);
  into.handles = join(into.handles, other.handles);
  into.evidence = join(into.evidence, other.evidence);
  into.weight += other.weight;
}

/** What their own signatures say. A number that belongs to somebody in contacts already is not offered a second time. */
async function addSignatures(
  store: Store,
  suggestion: ContactSuggestion,
  senders: ReadonlyMap<string, number>,
  settled: ReadonlySet<string>,
  region: string,
): Promise<void> {
  for (const email of suggestion.emails) {
    const identityId = senders.get(email);
    if (identityId === undefined) continue;
    for (const { signature, sentAt } of await listSignatures(store, identityId)) {
      const read = readSignature(signature, { region, domain: email.slice(email.lastIndexOf("@") + 1) });
      const fresh = read.phones.filter((phone) => !settled.has(phone) && !suggestion.phones.includes(phone));
      if (fresh.length > 0 && suggestion.phones.length < 3) {
        suggestion.phones.push(...fresh);
        suggestion.evidence.push(
          `${fresh.join(", ")} is in their signature of ${sentAt?.slice(0, 10) ?? "an undated mail"}`,
        );
      }
      suggestion.organisation ||= read.organisation;
      suggestion.role ||= read.title;
    }
  }
}

function keysOf(one: ContactSuggestion): string[] {
  return [...one.emails, ...one.phones, ...one.handles];
}

function tidyName(name: string): string {
  return forScreen(name).trim().slice(0, 120);
}

function blank(): ContactSuggestion {
  return { name: "", emails: [], phones: [], handles: [], organisation: "", role: "", evidence: [], weight: 0 };
}
