import type { PreviewRecipient } from "../../src/core/action.ts";
import { type AddressStanding, addressStanding, type GateItem } from "../../src/store/gate-facts.ts";
import { findLookalike, hasForbiddenCharacter, mailboxOf } from "./compare-identity.ts";
import type { RecipientFact } from "./facts.ts";
import { findInvisible } from "./find-invisible.ts";
import { type GateWorld, knownValues, normalAddress, textOf, writerOf } from "./gate-world.ts";

/** How long a message that the owner sent makes its recipient known. */
const knownForMonths = 24;

/** Who would be reached, how well they are known, and where each address comes from. */
export async function recipientFacts(world: GateWorld): Promise<RecipientFact[]> {
  const facts: RecipientFact[] = [];
  for (const recipient of world.preview.recipients) facts.push(await factOf(recipient, world));
  return facts;
}

async function factOf(recipient: PreviewRecipient, world: GateWorld): Promise<RecipientFact> {
  const { nowMs, owner } = world.request;
  const address = normalAddress(recipient.address, owner.region);
  const fact: RecipientFact = {
    role: recipient.role,
    address: recipient.address,
    standing: "unknown",
    via: null,
    writtenTo: 0,
    lastWrittenAt: null,
    resembles: null,
    itemIds: [],
  };
  if (isInvalid(recipient)) return { ...fact, standing: "invalid" };
  if (world.ownAddresses.has(address)) return { ...fact, standing: "own" };
  const since = new Date(nowMs);
  since.setUTCMonth(since.getUTCMonth() - knownForMonths);
  const standing = await standingOf(address, world, since.toISOString());
  const { writtenTo, lastWrittenAt } = standing;
  const source = sourceOf(address, standing, world);
  const seen = { ...fact, writtenTo, lastWrittenAt, via: source.via, itemIds: source.itemIds };
  if (standing.recently > 0 || standing.inContacts) return { ...seen, standing: "known" };
  const alike = findLookalike(knownValues(world), address);
  if (alike !== null) return { ...seen, standing: "lookalike", resembles: alike };
  return { ...seen, standing: source.trusted ? "first_time" : "unknown" };
}

/** The standing of the address, or of the same mailbox written another way where the provider says that it is the same. */
async function standingOf(address: string, world: GateWorld, sinceAt: string): Promise<AddressStanding> {
  const exact = await addressStanding(world.request.store, address, sinceAt);
  if (exact.inContacts || exact.writtenTo > 0 || !address.includes("@")) return exact;
  const twin = world.known.find((known) => known.kind === "email" && mailboxOf(known.value) === mailboxOf(address));
  return twin === undefined ? exact : await addressStanding(world.request.store, twin.value, sinceAt);
}

/** A name in a chat may hold spaces and pictures; an address or number holds neither, nor what cannot be seen. */
function isInvalid({ address, channel }: PreviewRecipient): boolean {
  if (address.trim() === "" || findInvisible(address).count > 0) return true;
  if (channel !== "mail" && !address.includes("@")) return /[\r\n\t]/.test(address);
  return hasForbiddenCharacter(address) || !/^[^@\s<>,;"]+@[^@\s<>,;"]+$/.test(address);
}

/** Where an address that would become known comes from; null when it is known already, the owner's, or said by the owner. */
export async function strangeSource(address: string, world: GateWorld): Promise<RecipientFact["via"] | "nowhere"> {
  const fact = await factOf({ role: "to", channel: "mail", address, name: "" }, world);
  if (fact.standing === "own" || fact.standing === "known" || fact.standing === "first_time") return null;
  return fact.via ?? "nowhere";
}

interface Source {
  via: RecipientFact["via"];
  itemIds: number[];
  /** A place from which a first message may start with a held tap. */
  trusted: boolean;
}

function sourceOf(address: string, standing: AddressStanding, world: GateWorld): Source {
  if (standing.inContacts) return { via: "contacts", itemIds: [], trusted: true };
  if (standing.writtenTo > 0) return { via: "written_to", itemIds: [], trusted: true };
  if (names(world.origin.utterance ?? "", address, world)) return { via: "owner_words", itemIds: [], trusted: true };
  const inThread = world.opened.filter((item) => isParty(item, address) || names(textOf(item), address, world));
  const vouched = inThread.filter((item) => isVouched(item, address, world));
  if (vouched.length > 0) return { via: "authenticated_thread", itemIds: ids(vouched), trusted: true };
  const own = inThread.filter((item) => isParty(item, address));
  if (own.length > 0) {
    const proven = own.filter(
      (item) => writerOf(item)?.address === address && world.authenticationOf(item) === "passed",
    );
    if (proven.length > 0) return { via: "authenticated_thread", itemIds: ids(proven), trusted: true };
    // Answering whoever wrote: the owner opened that thread, and nobody but its writer gets the answer.
    const answered = own.some(
      (item) => writerOf(item)?.address === address && world.authenticationOf(item) !== "failed",
    );
    return { via: "unauthenticated_thread", itemIds: ids(own), trusted: answered && world.opened.length > 0 };
  }
  if (world.typedByOwner) return { via: "owner_words", itemIds: [], trusted: true };
  const anywhere = [
    ...inThread,
    ...world.read.filter((item) => isParty(item, address) || names(textOf(item), address, world)),
  ];
  return { via: anywhere.length > 0 ? "stranger_text" : null, itemIds: ids(anywhere), trusted: false };
}

/** The owner wrote it, or somebody known did and the receiving server could tell that it was they. */
function isVouched(item: GateItem, address: string, world: GateWorld): boolean {
  if (item.sentEvidence) return true;
  const writer = writerOf(item);
  if (writer === null || writer.address === address || !writer.known || writer.isOwner) return false;
  return item.channel === "mail" ? world.authenticationOf(item) === "passed" : item.kind === "message";
}

function isParty(item: GateItem, address: string): boolean {
  return item.parties.some((party) => party.address === address);
}

/** Whether a text names exactly this address or number. */
function names(text: string, address: string, world: GateWorld): boolean {
  const plain = text.toLowerCase();
  if (address.includes("@")) {
    const at = plain.indexOf(address.toLowerCase());
    return (
      at >= 0 && !/[\w.+-]/.test(plain[at - 1] ?? " ") && !/^(?:[\w-]|\.\w)/.test(plain.slice(at + address.length))
    );
  }
  if (!address.startsWith("+")) return address.length > 2 && plain.includes(address.toLowerCase());
  const region = world.request.owner.region;
  return (text.match(/[+(]?\d[\d\s()./-]{5,}\d/g) ?? []).some((written) => normalAddress(written, region) === address);
}

function ids(items: readonly GateItem[]): number[] {
  return items.map((item) => item.id);
}
