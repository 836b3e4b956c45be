import type { CardView } from "../../../approvals/door.ts";
import type { RecipientFact } from "../../../approvals/gate/facts.ts";
import type { PreviewRecipient } from "../../core/action.ts";
import { plural } from "../../core/plural.ts";
import { moment } from "../../core/times.ts";
import type { CardScreenOptions } from "./card-screen.ts";
import { briefWords, labelled } from "./card-words.ts";
import type { Paint } from "./paint.ts";
import { showLine } from "./visible-text.ts";
import { displayWidth, padEnd } from "./width.ts";

const roleNames: Record<PreviewRecipient["role"], string> = {
  to: "To",
  cc: "Cc",
  bcc: "Bcc",
  guest: "Guest",
  chat: "Chat",
  shared: "Shared",
};

/** Everybody whom a card reaches: the name, the exact address, and how well they are known. Contract: nobody is left out. */
export function recipientLines({ preview, facts }: CardView, options: CardScreenOptions): string[] {
  const rows = preview.recipients.map((recipient, at) => ({
    label: preview.recipients[at - 1]?.role === recipient.role ? "" : roleNames[recipient.role],
    name: nameOf(recipient),
    address: showLine(recipient.address),
    fact: facts.recipients.find(({ address }) => address === recipient.address) ?? null,
  }));
  const names = Math.min(24, Math.max(0, ...rows.map(({ name }) => displayWidth(name))));
  return rows.flatMap(({ label, name, address, fact }) => {
    const fitted = displayWidth(name) > names ? name : padEnd(name, names);
    const who = name === "" ? address : `${fitted}  ${address}`;
    const standing = fact === null ? options.paint.yellow("not known who that is") : standingWords(fact, options);
    const room = options.width - 9;
    const isOneLine = displayWidth(who) + 3 + displayWidth(standing) <= room;
    return isOneLine
      ? labelled(label, `${who}   ${standing}`, options)
      : [...labelled(label, who, options), ...labelled("", `  ${standing}`, options)];
  });
}

/** A name that could be taken for an address or for steward's own words stands in quotes. */
function nameOf({ name }: PreviewRecipient): string {
  const shown = showLine(name);
  return /[@<>:·]|known|first time|unknown/i.test(shown) ? `“${shown}”` : shown;
}

/** How well somebody is known, in words. */
export function standingWords(
  fact: RecipientFact,
  options: Pick<CardScreenOptions, "paint" | "zone" | "nowMs" | "briefs">,
): string {
  const { paint, zone, nowMs } = options;
  const from = `${viaWords(fact.via)}${fromItem(fact, options)}`;
  switch (fact.standing) {
    case "own":
      return paint.dim("you");
    case "known": {
      const last = fact.lastWrittenAt === null ? "" : `, last ${moment(fact.lastWrittenAt, zone, nowMs)}`;
      return paint.dim(
        fact.writtenTo > 0 ? `known: you wrote ${plural(fact.writtenTo, "time")}${last}` : "in contacts.csv",
      );
    }
    case "first_time":
      return loud(paint.yellow, paint, `FIRST TIME · ${from}`);
    case "unknown":
      return loud(paint.red, paint, `UNKNOWN · ${from}`);
    case "lookalike":
      return loud(paint.red, paint, `LOOKALIKE of ${showLine(fact.resembles ?? "somebody you know")} · ${from}`);
    case "invalid":
      return loud(paint.red, paint, "NO ADDRESS");
  }
}

function loud(colour: (text: string) => string, paint: Paint, text: string): string {
  return paint.bold(colour(text));
}

function fromItem({ itemIds }: RecipientFact, options: Pick<CardScreenOptions, "zone" | "nowMs" | "briefs">): string {
  const brief = options.briefs.get(itemIds[0] ?? -1);
  return brief === undefined ? "" : ` (${briefWords(brief, options)})`;
}

function viaWords(via: RecipientFact["via"]): string {
  switch (via) {
    case "contacts":
      return "from contacts.csv";
    case "written_to":
      return "you wrote there before";
    case "owner_words":
      return "from your own words";
    case "authenticated_thread":
      return "from this conversation";
    case "unauthenticated_thread":
      return "from this conversation, whose sender is not proven";
    case "stranger_text":
      return "only from a stranger's text";
    case null:
      return "stands nowhere that was read";
  }
}
