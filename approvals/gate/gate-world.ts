import type { Preview } from "../../src/core/action.ts";
import type { Origin, Warning, WarningCode } from "../../src/core/card.ts";
import { emailIdentity, phoneIdentity } from "../../src/core/identity.ts";
import { type Authentication, authenticatedBy, readAlignedAuthentication } from "../../src/core/mail-authentication.ts";
import { rawText } from "../../src/core/untrusted.ts";
import {
  type GateItem,
  type KnownAddress,
  listAuthenticationHeaders,
  listKnownAddresses,
  listThreadItemIds,
  loadGateItems,
} from "../../src/store/gate-facts.ts";
import type { FactsRequest } from "./gather-facts.ts";
import { type Outgoing, outgoingOf } from "./outgoing.ts";

/** Everything a card is compared with, read once. */
export interface GateWorld {
  request: FactsRequest;
  preview: Preview;
  origin: Origin;
  outgoing: Outgoing;
  /** Items of the threads the request opened, oldest first. */
  opened: GateItem[];
  /** Items the drafting call had read that lie in no opened thread. */
  read: GateItem[];
  /** How many of the items that were read the store does not have. */
  missing: number;
  /** What the owner typed themselves: the request, and all of the text where no model wrote it. */
  ownWords: string;
  known: KnownAddress[];
  ownAddresses: ReadonlySet<string>;
  /** No model had a hand in it and the owner asked. */
  typedByOwner: boolean;
  /** Something that others wrote was read by who drafted it. */
  tainted: boolean;
  authenticationOf(item: GateItem): Authentication;
}

/** A warning with its usual parts left out. */
export function warn(
  code: WarningCode,
  level: Warning["level"],
  text: string,
  more: { about?: string; itemIds?: readonly number[] } = {},
): Warning {
  return { code, level, text, about: more.about ?? "", itemIds: [...new Set(more.itemIds ?? [])] };
}

const longestOpened = 400;

/** Reads what a card is to be compared with. */
export async function readGateWorld(request: FactsRequest): Promise<GateWorld> {
  const { store, origin, preview, owner } = request;
  const isModel = origin.callId !== null || origin.by === "model";
  const threads = new Set(origin.openedThreads);
  // Where no model chose the thread, the one it is about was opened by who asked.
  if (!isModel && preview.about.threadId !== null) threads.add(preview.about.threadId);
  const inThreads = await listThreadItemIds(store, [...threads]);
  const about = isModel ? [] : preview.about.itemIds;
  const opened = await loadGateItems(store, [...inThreads, ...about].slice(-longestOpened));
  const openedIds = new Set(opened.map((item) => item.id));
  const unopened = [...new Set(origin.itemsRead)].filter((id) => !openedIds.has(id));
  const read = await loadGateItems(store, unopened);
  const outside = read.filter((item) => item.threadId === null || !threads.has(item.threadId));
  // Read long ago in a long thread that was opened.
  opened.unshift(...read.filter((item) => !outside.includes(item)));
  const known = await listKnownAddresses(store);
  const own = [...owner.identities, ...known.filter((one) => one.is_owner).map((one) => one.value)];
  const ownAddresses = new Set(own.map((value) => normalAddress(value, owner.region)));
  const outgoing = outgoingOf(request.content, preview, ownAddresses);
  const typedByOwner = origin.by === "owner" && !isModel;
  const trustedServers = await ownServers(request);
  return {
    request,
    preview,
    origin,
    outgoing,
    opened,
    read: outside,
    missing: unopened.length - read.length,
    ownWords: [origin.utterance ?? "", typedByOwner ? `${outgoing.prose}\n${fieldsOf(preview)}` : ""].join("\n"),
    known: known.filter((one) => !one.is_owner),
    ownAddresses,
    typedByOwner,
    tainted: isModel && [...opened, ...outside].some((item) => !item.sentEvidence),
    authenticationOf: (item) => authenticationOf(item, trustedServers),
  };
}

/** An address as it is stored; what is none stays as it is. */
export function normalAddress(value: string, region: string): string {
  return emailIdentity(value)?.value ?? phoneIdentity(value, region)?.value ?? value.trim();
}

/** What lookalikes are compared with: the owner's own addresses too, which are imitated as well. */
export function knownValues(world: GateWorld): string[] {
  return [...world.known.map(({ value }) => value), ...world.ownAddresses];
}

/** Who wrote an item: the address in From, or of who organises. Null when nobody is named. */
export function writerOf(item: GateItem): GateItem["parties"][number] | null {
  return (
    item.parties.find(({ role }) => role === "from") ?? item.parties.find(({ role }) => role === "organizer") ?? null
  );
}

/** What an item says, its subject included; quoted history apart. */
export function textOf(item: GateItem): string {
  const files = item.attachments.map((file) => `${rawText(file.name)}\n${rawText(file.text)}`);
  return [
    rawText(item.subject),
    rawText(item.text),
    item.event === null ? "" : rawText(item.event.location),
    ...files,
  ].join("\n");
}

function fieldsOf(preview: Preview): string {
  return preview.fields.map(({ value }) => value).join("\n");
}

const headersLookedAt = 200;

/** The servers whose word about senders counts: those that stand on at least a third of the newest mail. */
async function ownServers({ store }: FactsRequest): Promise<ReadonlySet<string>> {
  const headers = await listAuthenticationHeaders(store, headersLookedAt);
  const counts = new Map<string, number>();
  for (const header of headers) {
    const server = authenticatedBy(header);
    counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count * 3 >= headers.length).map(([server]) => server));
}

function authenticationOf(item: GateItem, trustedServers: ReadonlySet<string>): Authentication {
  const header = item.mail?.authentication ?? null;
  const writer = writerOf(item);
  if (header === null || writer === null || item.channel !== "mail") return "unknown";
  const found = readAlignedAuthentication(header, writer.address);
  // A header that a stranger's server wrote proves nothing good, but a failure it admits is one.
  return found === "passed" && !trustedServers.has(authenticatedBy(header)) ? "unknown" : found;
}
