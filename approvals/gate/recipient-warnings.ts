import type { Warning } from "../../src/core/card.ts";
import { findValues } from "../../src/core/find-values.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { isHomograph } from "./compare-identity.ts";
import type { RecipientFact } from "./facts.ts";
import { type GateWorld, normalAddress, warn, writerOf } from "./gate-world.ts";
import { strangeSource } from "./recipient-facts.ts";

/** From how many recipients on an answer to all is wide. */
const wideFrom = 9;

/** What is to be said of who would be reached. */
export function recipientWarnings(world: GateWorld, recipients: readonly RecipientFact[]): Warning[] {
  const others = recipients.filter(({ standing }) => standing !== "own");
  return [
    ...others.flatMap((recipient) => standingWarnings(recipient)),
    ...others
      .filter(({ address }) => isHomograph(address))
      .map(({ address }) =>
        warn("homograph", "red", `${address} mixes letters of several alphabets.`, { about: address }),
      ),
    ...others
      .filter(({ role }) => role === "bcc")
      .map(({ address }) =>
        warn("bcc", typedBcc(world, address) ? "note" : "red", `${address} gets a hidden copy.`, { about: address }),
      ),
    ...nameWarnings(world),
    ...breadthWarnings(world, others),
    ...replyToWarnings(world, others),
  ];
}

function standingWarnings(recipient: RecipientFact): Warning[] {
  const { address, standing, via, resembles, itemIds } = recipient;
  const more = { about: address, itemIds };
  switch (standing) {
    case "own":
      return [];
    case "invalid":
      return [warn("unknown_recipient", "red", `${address} is no address: it holds characters that none has.`, more)];
    case "lookalike":
      return [
        warn(
          "lookalike_recipient",
          "red",
          `${address} looks like ${resembles ?? "somebody you know"} and is not.`,
          more,
        ),
        warn("unknown_recipient", "red", `You have never written to ${address}.`, more),
      ];
    case "known":
      return via === "contacts" && recipient.writtenTo === 0
        ? [
            warn(
              "address_from_contacts",
              "amber",
              `You have never written to ${address}; it is in your contacts.`,
              more,
            ),
          ]
        : [];
    case "first_time":
      return [warn("first_time", "amber", firstTimeText(recipient), more)];
    case "unknown":
      return unknownWarnings(recipient);
  }
}

function firstTimeText({ address, via, lastWrittenAt }: RecipientFact): string {
  if (via === "written_to") return `You last wrote to ${address} on ${(lastWrittenAt ?? "").slice(0, 10)}.`;
  const from =
    via === "owner_words" ? "the address is in your own words" : "the address comes from the conversation itself";
  return `You have never written to ${address}; ${from}.`;
}

function unknownWarnings({ address, via, itemIds }: RecipientFact): Warning[] {
  const more = { about: address, itemIds };
  const unknown = warn("unknown_recipient", "red", `You have never written to ${address}.`, more);
  if (via === null)
    return [
      warn("unknown_recipient", "red", `You have never written to ${address}; the address stands nowhere.`, more),
    ];
  return [unknown, warn("address_from_stranger", "red", `${address} was found only in what a stranger wrote.`, more)];
}

function typedBcc({ origin, typedByOwner }: GateWorld, address: string): boolean {
  return typedByOwner || (origin.utterance ?? "").toLowerCase().includes(address.toLowerCase());
}

/** A contact that is written down makes its address known: the address must come from somewhere the owner trusts. */
export async function contactWarnings(world: GateWorld): Promise<Warning[]> {
  const { preview, request } = world;
  if (!/contact/.test(request.content.action) && !preview.diffs.some(({ name }) => /contacts?\.csv/i.test(name)))
    return [];
  const written = preview.diffs.flatMap(({ before, after }) =>
    findValues(after).filter(({ kind, value }) => (kind === "address" || kind === "phone") && !before.includes(value)),
  );
  const warnings: Warning[] = [];
  for (const { value } of written) {
    const source = await strangeSource(normalAddress(value, request.owner.region), world);
    if (source === null) continue;
    const text = `${value} would count as known; ${source === "nowhere" ? "it stands nowhere that was read" : "only a stranger gave it"}.`;
    warnings.push(warn("address_from_stranger", "red", text, { about: value }));
  }
  return warnings;
}

/** A name that shows another address than the one it belongs to. */
function nameWarnings({ preview, opened, request }: GateWorld): Warning[] {
  const parties = [
    ...preview.recipients.map(({ name, address }) => ({ name, address: normalAddress(address, request.owner.region) })),
    ...opened.flatMap((item) => {
      const writer = writerOf(item);
      return writer === null || item.sentEvidence ? [] : [{ name: rawText(writer.name), address: writer.address }];
    }),
  ];
  const seen = new Set<string>();
  return parties.flatMap(({ name, address }) => {
    const shown = /[^\s@<>"'(]+@[^\s@<>"'),]+\.\p{L}{2,}/u.exec(name)?.[0]?.toLowerCase();
    if (shown === undefined || shown === address.toLowerCase() || seen.has(address)) return [];
    seen.add(address);
    return [
      warn("display_name_is_address", "red", `The name of ${address} shows another address.`, { about: address }),
    ];
  });
}

function breadthWarnings(world: GateWorld, others: readonly RecipientFact[]): Warning[] {
  const { preview, opened } = world;
  const threadId = preview.about.threadId;
  const inThread = opened.filter((item) => item.threadId === threadId && threadId !== null);
  const warnings: Warning[] = [];
  const isReply = inThread.length > 0 && others.length > 1;
  if (others.length >= wideFrom)
    warnings.push(
      warn("reply_all_wide", "amber", `It reaches ${others.length} people.`, { about: String(others.length) }),
    );
  else if (isReply) warnings.push(warn("reply_all_wide", "note", `It answers ${others.length} people.`));
  const list = inThread.findLast((item) => item.mail?.listId != null);
  const toList = list !== undefined && others.some(({ address }) => isListAddress(address, list.mail?.listId ?? ""));
  if (toList) warnings.push(warn("group", "amber", "It goes to a mailing list: everybody on it can read it."));
  const chat = preview.recipients.some(({ role }) => role === "chat") && inThread.some((item) => item.group);
  if (chat) warnings.push(warn("group", "amber", "It goes to a group: everybody in it can read it."));
  return warnings;
}

function isListAddress(address: string, listId: string): boolean {
  const id = /<([^>]+)>/.exec(listId)?.[1] ?? listId;
  return (
    address.replace("@", ".").toLowerCase() === id.trim().toLowerCase() ||
    id.toLowerCase().includes(address.split("@")[0]?.toLowerCase() ?? "\u0000")
  );
}

/** The newest message of others in the thread asks for answers elsewhere, and the card follows it. */
function replyToWarnings({ preview, opened }: GateWorld, others: readonly RecipientFact[]): Warning[] {
  const threadId = preview.about.threadId;
  const newest = opened.findLast((item) => item.threadId === threadId && threadId !== null && !item.sentEvidence);
  if (newest === undefined) return [];
  const replyTo = newest.parties.filter(({ role }) => role === "reply_to");
  const writer = writerOf(newest);
  const elsewhere = replyTo.filter(({ address }) => address !== writer?.address);
  return elsewhere.flatMap(({ address, known, isOwner }) => {
    const fact = others.find((one) => one.address.toLowerCase() === address.toLowerCase());
    if (fact === undefined || isOwner) return [];
    const isList = newest.mail?.listId != null;
    const level = fact.standing === "known" || known || isList ? "note" : "red";
    const text = `The answer goes to ${address}, not to ${writer?.address ?? "who wrote"}.`;
    return [warn("reply_to_mismatch", level, text, { about: address, itemIds: [newest.id] })];
  });
}
