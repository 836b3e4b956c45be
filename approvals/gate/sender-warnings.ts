import type { Warning } from "../../src/core/card.ts";
import { foldedWords } from "../../src/core/fold.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { findPhraseItems, type GateItem, loadGateItems } from "../../src/store/gate-facts.ts";
import { findLookalike } from "./compare-identity.ts";
import { findInvisible } from "./find-invisible.ts";
import { type GateWorld, knownValues, warn, writerOf } from "./gate-world.ts";

/** What is to be said of who wrote what the card rests on. */
export async function senderWarnings(world: GateWorld): Promise<Warning[]> {
  return [
    ...authenticationWarnings(world),
    ...lookalikeSenders(world),
    ...invitationWarnings(world),
    ...automaticWarnings(world),
    ...hiddenWarnings(world),
    ...(await quoteWarnings(world)),
  ];
}

/** The newest message of others in each opened thread: what an answer goes by. Mail under the owner's own name must be proven. */
function authenticationWarnings(world: GateWorld): Warning[] {
  const newest = new Map<number | null, GateItem>();
  for (const item of world.opened) if (item.channel === "mail" && !item.sentEvidence) newest.set(item.threadId, item);
  const looked = [...newest.values(), ...world.read.filter((item) => isFromOwner(world, item))];
  return looked.flatMap((item) => {
    const writer = writerOf(item);
    const found = world.authenticationOf(item);
    if (writer === null || found === "passed") return [];
    const more = { about: writer.address, itemIds: [item.id] };
    if (isFromOwner(world, item) && !item.sentEvidence && item.mail?.authentication !== null)
      return [
        warn(
          "sender_not_authenticated",
          "red",
          `A message says it is from you (${writer.address}) and is not proven to be.`,
          more,
        ),
      ];
    if (found === "failed") {
      const viaList = item.mail?.listId != null;
      return [
        warn(
          "sender_not_authenticated",
          viaList ? "note" : "red",
          `It is not proven that ${writer.address} wrote it.`,
          more,
        ),
      ];
    }
    return item.mail?.authentication == null
      ? []
      : [warn("sender_not_authenticated", "note", `Nothing proves who sent the message from ${writer.address}.`, more)];
  });
}

function isFromOwner(world: GateWorld, item: GateItem): boolean {
  const writer = writerOf(item);
  return item.channel === "mail" && writer !== null && world.ownAddresses.has(writer.address) && !item.sentEvidence;
}

function lookalikeSenders(world: GateWorld): Warning[] {
  const byWriter = Map.groupBy(
    world.opened.filter((item) => !item.sentEvidence && writerOf(item)?.known === false),
    (item) => writerOf(item)?.address ?? "",
  );
  return [...byWriter].flatMap(([address, items]) => {
    if (world.ownAddresses.has(address)) return [];
    const alike = findLookalike(knownValues(world), address);
    if (alike === null) return [];
    const text = `${address} looks like ${alike} and is not.`;
    return [warn("lookalike_sender", "red", text, { about: address, itemIds: items.map((item) => item.id) })];
  });
}

/** R78: an invitation of somebody the owner never wrote to is shown, and answered only on purpose. */
function invitationWarnings({ request, opened, preview }: GateWorld): Warning[] {
  if (!/^calendar\./.test(request.content.action)) return [];
  const about = opened.filter(
    (item) =>
      item.event !== null && (preview.about.itemIds.includes(item.id) || item.threadId === preview.about.threadId),
  );
  return about.slice(-1).flatMap((item) => {
    const organizer = item.parties.find(({ role }) => role === "organizer") ?? writerOf(item);
    if (organizer === undefined || organizer === null || organizer.isOwner || organizer.known) return [];
    const text = `${organizer.address} invited you, and you have never written to them.`;
    return [warn("stranger_invitation", "amber", text, { about: organizer.address, itemIds: [item.id] })];
  });
}

/** R84: answers to machines and lists start loops. */
function automaticWarnings({ opened, preview }: GateWorld): Warning[] {
  const { threadId } = preview.about;
  const newest = opened.findLast((item) => item.threadId === threadId && threadId !== null && !item.sentEvidence);
  if (newest?.mail == null || preview.recipients.length === 0) return [];
  const { autoSubmitted, dsn, precedence } = newest.mail;
  const writer = writerOf(newest)?.address ?? "";
  const isMachine =
    (autoSubmitted !== null && !/^no\b/i.test(autoSubmitted)) || dsn || /^(?:junk|auto_reply)/i.test(precedence ?? "");
  const noReply = /^(?:[^@]*[._-])?(?:no|do-?not)[._-]?reply|^(?:mailer-daemon|postmaster|bounces?)(?=[@+._-])/i.test(
    writer,
  );
  if (!isMachine && !noReply) return [];
  return [
    warn("automatic_sender", "amber", `A machine wrote it: ${writer} may read no answer.`, {
      about: writer,
      itemIds: [newest.id],
    }),
  ];
}

/** What was read holds text that a person does not see. */
function hiddenWarnings({ opened, read }: GateWorld): Warning[] {
  return [...opened, ...read].flatMap((item) => {
    if (item.sentEvidence) return [];
    const seen = findInvisible(`${rawText(item.subject)}\n${rawText(item.text)}`);
    const carries = seen.deceives || (item.mail?.hiddenCharacters ?? 0) >= 8;
    const hidden = rawText(item.hidden).trim();
    if (!carries && hidden.length < 12) return [];
    const list = item.mail?.listUnsubscribe === true || item.mail?.listId != null;
    const text = "A message that was read holds text that cannot be seen.";
    return [warn("hidden_text", carries && !list ? "amber" : "note", text, { itemIds: [item.id] })];
  });
}

const longestQuote = 12;
const opening =
  /^[\s>]*(?:on\b.{4,120}\bwrote|am\b.{4,120}\bschrieb|le\b.{4,120}\ba écrit|el\b.{4,120}\bescribió|il\b.{4,120}\bha scritto|op\b.{4,120}\bschreef|from:|von:|de :|de:|da:)/im;

/**
 * R80: an opened message quotes the owner with words that they never sent. Looked for in Sent by a phrase of six words; quotes
 * of the owner's own messages in the same thread are explained at once.
 */
async function quoteWarnings(world: GateWorld): Promise<Warning[]> {
  const { store } = world.request;
  const warnings: Warning[] = [];
  for (const item of [...world.opened, ...world.read].filter((one) => !one.sentEvidence).slice(-longestQuote)) {
    const quoted = rawText(item.quoted);
    const head = quoted.split("\n", 4).join("\n");
    const own = [...world.ownAddresses].filter((address) => address.includes("@"));
    if (!opening.test(head) || !own.some((address) => head.toLowerCase().includes(address))) continue;
    const words = foldedWords(
      quoted
        .split("\n")
        .slice(1)
        .filter((line) => !opening.test(line))
        .join("\n"),
    );
    const phrase = words.slice(0, 6);
    if (phrase.length < 6) continue;
    const found = await loadGateItems(store, await findPhraseItems(store, phrase, 20));
    if (found.some((one) => one.sentEvidence)) continue;
    const text = "A message quotes you with words that are not in what you sent.";
    // An answer to a message that was sent from elsewhere quotes what Sent does not hold.
    const level = item.mail?.inReplyTo == null ? "amber" : "note";
    warnings.push(warn("spoofed_owner_quote", level, text, { itemIds: [item.id] }));
  }
  return warnings;
}
