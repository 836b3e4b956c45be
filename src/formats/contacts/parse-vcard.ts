import type { ContactDetails, DraftItem } from "../../core/item.ts";
import type { ParsedRecord, Problem, RawRecord } from "../../core/record.ts";
import {
  type ContentLine,
  readContentLine,
  splitEscaped,
  unescapeText,
  unfoldLines,
} from "../calendar/content-lines.ts";
import { decodeBytes, guessedLetters } from "../documents/decode-bytes.ts";
import { blankContact, readBirthday, toContactItem } from "./to-contact-item.ts";

const cardLimit = 100_000;
/** Names of bytes that say nothing to a reader of text. */
const binary = /^(?:[a-z0-9-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE|X-ABCROP-RECTANGLE)[;:]/i;

/**
 * The contacts of a vCard text (2.1, 3.0, 4.0, several in one file). An item's id is the card's UID, or what the card says.
 * Photos, sounds and keys are dropped. Contract: never throws; a card that names nobody is a Problem.
 */
export async function parseVcard(record: RawRecord): Promise<ParsedRecord> {
  const problem = (reason: string): Problem => ({ locator: record.locator, reason });
  const { text, guessed } = decodeBytes(record.bytes);
  const items: DraftItem[] = [];
  const problems: Problem[] = [];
  const cards = cutCards(unfoldLines(text));
  if (cards.length === 0) problems.push(problem("This is not a vCard: it has no BEGIN:VCARD."));
  for (const [index, card] of cards.entries()) {
    const notes = guessed ? [guessedLetters] : [];
    const item = readCard(card, record.hints.region ?? "", notes);
    if (item === null) problems.push(problem(`Contact ${index + 1} of the file has no name, address or number.`));
    else items.push(item);
  }
  return { items, problems };
}

interface Card {
  lines: string[];
  closed: boolean;
}

/** A card inside a card (AGENT of vCard 2.1) is left out with its lines. */
function cutCards(lines: string[]): Card[] {
  const cards: Card[] = [];
  let current: Card | null = null;
  let depth = 0;
  for (const line of lines) {
    const marker = /^\s*(BEGIN|END)\s*:\s*VCARD\s*$/i.exec(line)?.[1]?.toUpperCase();
    if (marker === "BEGIN") {
      const isInside: boolean = current !== null && /AGENT/i.test(current.lines.at(-1) ?? "");
      depth = isInside ? depth + 1 : 0;
      if (isInside || cards.length >= cardLimit) continue;
      current = { lines: [], closed: false };
      cards.push(current);
    } else if (marker === "END") {
      if (depth > 0) depth -= 1;
      else {
        if (current !== null) current.closed = true;
        current = null;
      }
    } else if (current !== null && depth === 0 && !binary.test(line)) current.lines.push(line);
  }
  return cards;
}

function readCard(card: Card, region: string, problems: string[]): DraftItem | null {
  const contact = blankContact();
  const words: string[] = [];
  let uid: string | null = null;
  const lines = card.lines.map(readContentLine).filter((line) => line !== null);
  if (lines.length < card.lines.length) problems.push(`${card.lines.length - lines.length} lines are not readable.`);
  if (!card.closed) problems.push("The contact has no end mark.");
  for (const line of lines) {
    if (line.name === "UID") uid = line.value.trim().slice(0, 300) || null;
    else readLine(line, contact, words);
  }
  contact.names = [...formattedNames(lines), ...contact.names];
  return toContactItem(contact, uid, region, words, problems);
}

/** FN first; without one the parts of N in the order they are spoken. */
function formattedNames(lines: ContentLine[]): string[] {
  const formatted = lines.filter((line) => line.name === "FN").map((line) => unescapeText(line.value));
  if (formatted.some((name) => name.trim() !== "")) return formatted;
  const [family, given, additional, prefix, suffix] = splitEscaped(
    lines.find((line) => line.name === "N")?.value ?? "",
    ";",
  );
  return [
    [prefix, given, additional, family, suffix]
      .map((part) => part?.trim() ?? "")
      .filter(Boolean)
      .join(" "),
  ];
}

const chatServices: Record<string, string> = {
  "X-TELEGRAM": "telegram",
  "X-SKYPE": "skype",
  "X-SKYPE-USERNAME": "skype",
  "X-TWITTER": "twitter",
  "X-JABBER": "xmpp",
  "X-AIM": "aim",
  "X-ICQ": "icq",
  "X-MSN": "msn",
  "X-YAHOO": "yahoo",
  "X-GTALK": "gtalk",
  "X-GOOGLE-TALK": "gtalk",
};

function readLine(line: ContentLine, contact: ContactDetails, words: string[]): void {
  const value = unescapeText(line.value).trim();
  if (value === "") return;
  const service = chatServices[line.name];
  if (service !== undefined) contact.handles.push(`${service}:${value}`);
  else if (line.name === "EMAIL") contact.emails.push(value);
  else if (line.name === "TEL") contact.phones.push(value.split(";", 1)[0] ?? "");
  else if (line.name === "NICKNAME") contact.names.push(...splitEscaped(line.value, ","));
  else if (line.name === "ORG") contact.organisation ||= splitEscaped(line.value, ";").filter(Boolean).join(", ");
  else if (line.name === "TITLE" || line.name === "ROLE") contact.title ||= value;
  else if (line.name === "BDAY") contact.birthday ||= readBirthday(value);
  else if (line.name === "NOTE") contact.notes += `${contact.notes === "" ? "" : "\n"}${value}`;
  else if (line.name === "CATEGORIES") words.push(...splitEscaped(line.value, ","));
  else if (line.name === "X-ABRELATEDNAMES" || line.name === "RELATED") words.push(value);
  else if (line.name === "IMPP" || line.name === "X-SOCIALPROFILE") contact.handles.push(...readProfile(line, value));
}

/** `xmpp:ana@example.org` as it is; a profile's address with the service that its TYPE names. */
function readProfile(line: ContentLine, value: string): string[] {
  const service = line.params.get("X-SERVICE-TYPE")?.[0] ?? line.params.get("TYPE")?.[0] ?? "";
  const user = line.params.get("X-USER")?.[0] ?? /^[a-z-]+:(?:\/\/[^/]+\/)?([^/?#]+)$/i.exec(value)?.[1] ?? value;
  const scheme = /^([a-z][a-z-]+):(?!\/\/)/i.exec(value)?.[1] ?? "";
  const named = /^(home|work|pref|other|internet)$/i.test(service) ? "" : service;
  const kind = (scheme === "" || scheme.toLowerCase() === "x-apple" ? named : scheme).toLowerCase();
  return kind === "" ? [] : [`${kind}:${user.replace(/^x-apple:/i, "")}`];
}
