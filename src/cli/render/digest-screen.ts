import { channelName } from "../../core/channel-name.ts";
import { coverageWords } from "../../core/coverage-words.ts";
import type { Digest, DigestEntry } from "../../core/digest.ts";
import { count, listWords, plural } from "../../core/plural.ts";
import { duration, moment, span } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { IgnoredAs } from "../../core/verdict.ts";
import { ignoredKinds } from "../../core/verdict.ts";
import { classLabel, paintClass } from "./class-label.ts";
import type { Paint } from "./paint.ts";
import { clip, displayWidth, padEnd, padStart, wrap } from "./width.ts";

export interface DigestScreenOptions {
  paint: Paint;
  /** Cells; at most 78 are used. */
  width: number;
  zone: string;
  nowMs: number;
  /** What was only to know or ignored, listed under its own heading; empty unless asked for. */
  ignored: readonly DigestEntry[];
  /** Numbers of the cards that wait for a yes. */
  cards: readonly number[];
}

/** With the widest number that any entry has, and any card beside one; 0 where none has one. */
interface ShapedOptions extends DigestScreenOptions {
  digits: number;
  cardWidth: number;
}

const widest = 78;
const narrow = 56;
const ageWidth = 6;

/** The digest as a person reads it; see the example in the design. Contract: pure; no line is wider than `width`. */
export function digestScreen(digest: Digest, options: DigestScreenOptions): string {
  const entries = [...digest.newEntries, ...digest.openEntries, ...options.ignored];
  const digits = Math.max(1, ...entries.map((entry) => String(entry.number).length));
  const cardWidth = Math.max(0, ...entries.map((entry) => cardWords(entry).length));
  const shaped = { ...options, width: Math.min(options.width, widest), digits, cardWidth };
  const lines = [
    ...headLines(digest, shaped),
    ...newLines(digest, shaped),
    ...moreLine(digest.more.new, "not shown; --limit 99 shows them", shaped),
    ...openLines(digest, shaped),
    ...ignoredLines(shaped),
    ...footLines(digest, shaped),
  ];
  return `${lines.join("\n")}\n`;
}

function headLines(digest: Digest, { paint, width, zone, nowMs }: DigestScreenOptions): string[] {
  const { messages, threads, forYou } = digest.counts;
  const since = moment(digest.since, zone, nowMs, { weekday: true });
  const until = moment(digest.until, zone, nowMs, { weekday: true });
  if (digest.newEntries.length === 0 && messages === 0) {
    return wrap(`Nothing new since ${since}.`, width).map(paint.bold);
  }
  const title = "What you missed";
  const range = `${since} – ${until}`;
  const counts = `${count(messages)} new in ${plural(threads, "thread")}, ${count(forYou)} for you`;
  const room = width - displayWidth(title) - displayWidth(range) - displayWidth(counts);
  if (room >= 4) {
    const gap = " ".repeat(Math.min(4, Math.floor(room / 2)));
    return [`${paint.bold(title)}${gap}${range}${gap}${counts}`];
  }
  return [paint.bold(title), ...wrap(range, width), ...wrap(counts, width)];
}

function newLines(digest: Digest, options: ShapedOptions): string[] {
  if (digest.newEntries.length > 0) return digest.newEntries.flatMap((entry) => entryLines(entry, options));
  return digest.counts.messages === 0 ? [] : wrap("None of it needs you.", options.width);
}

/** One line on a wide screen, two on a phone. */
function entryLines(entry: DigestEntry, { paint, width, nowMs, digits, cardWidth }: ShapedOptions): string[] {
  const label = paintClass(paint, entry.class, padEnd(classLabel(entry.class), 6));
  const number = padStart(String(entry.number), digits + 1);
  const since = paint.dim(padStart(span(Math.max(0, nowMs - Date.parse(entry.since))), ageWidth));
  const taken = 6 + digits + 1 + 1 + 1 + ageWidth;
  if (width < narrow) {
    const whoWidth = Math.max(4, width - taken);
    const who = padEnd(whoOf(entry, whoWidth), whoWidth);
    const shown = wrap(lineOf(entry, (width - 3) * 2), width - 3).slice(0, 2);
    const card = entry.proposal === null ? [] : [paint.green(`   ${cardWords(entry)}`)];
    return [`${label}${number} ${who} ${since}`, ...shown.map((one) => `   ${one}`), ...card];
  }
  const whoWidth = Math.max(12, Math.min(18, Math.floor(width * 0.22)));
  const who = padEnd(whoOf(entry, whoWidth), whoWidth);
  const room = width - taken - whoWidth - 1 - (cardWidth === 0 ? 0 : cardWidth + 2);
  const card = entry.proposal === null ? "" : `  ${paint.green(cardWords(entry))}`;
  return [`${label}${number} ${who} ${padEnd(lineOf(entry, room), room)} ${since}${card}`];
}

/** What stands beside an entry about which something is proposed. */
function cardWords({ proposal }: DigestEntry): string {
  return proposal === null ? "" : `card ${proposal.card}`;
}

/** The person, with the channel where it is not plain mail and both fit. */
function whoOf(entry: DigestEntry, width: number): string {
  const who = forScreen(entry.who) || forScreen(entry.title) || "somebody";
  if (["mail", "calendar", "drive", "contacts"].includes(entry.channel)) return who;
  const place = channelName(entry.channel);
  const full = `${who}, ${place}`;
  return displayWidth(full) <= width ? full : who;
}

/** Words of others stand in quotes, also when they are cut; a message without any falls back on its subject. */
function lineOf(entry: DigestEntry, room: number): string {
  const line = forScreen(entry.line).trim();
  if (line === "") return forScreen(entry.title).trim() || "(no text)";
  const quoted = entry.class === "reply" || entry.class === "stale" || entry.class === "waiting";
  return quoted && !/^[“"„«]/.test(line) ? `“${clip(line, room - 2)}”` : line;
}

function moreLine(more: number, words: string, { paint, width }: DigestScreenOptions): string[] {
  if (more === 0) return [];
  const indent = width < narrow ? "   " : " ".repeat(9);
  return wrap(`and ${count(more)} more ${words}`, width - indent.length).map((line) => paint.dim(`${indent}${line}`));
}

function openLines(digest: Digest, options: ShapedOptions): string[] {
  if (digest.openEntries.length === 0) return [];
  const { paint } = options;
  const title = `Open from before: ${count(digest.openFromBefore)}`;
  return [
    "",
    paint.bold(title),
    ...digest.openEntries.flatMap((entry) => entryLines(entry, options)),
    ...moreLine(digest.more.open, "still open", options),
  ];
}

function ignoredLines(options: ShapedOptions): string[] {
  if (options.ignored.length === 0) return [];
  return [
    "",
    options.paint.bold("To know, and ignored"),
    ...options.ignored.flatMap((entry) => entryLines(entry, options)),
  ];
}

function footLines(digest: Digest, options: DigestScreenOptions): string[] {
  const { paint, width } = options;
  const lines: string[] = [""];
  const notShown = notShownWords(digest);
  if (notShown !== "") lines.push(...wrap(`Not shown: ${notShown}`, width));
  const seen = coverageWords(digest.coverage, options);
  if (seen !== "") lines.push(...wrap(`Seen: ${seen}`, width));
  const cards = cardsWords(options);
  if (cards !== "") lines.push(...wrap(cards, width));
  const price = digest.cost.rulesOnly ? "Rules only, $0.00" : `$${(digest.cost.cents / 100).toFixed(2)}`;
  const cost = `${price}, ${duration(digest.tookMs)}.`;
  const hints = hintWords(digest);
  const last = hints === "" ? cost : `${cost}  ${hints}`;
  lines.push(...(displayWidth(last) <= width ? [last] : [...wrap(cost, width), ...wrap(hints, width)]).map(paint.dim));
  return lines;
}

const namedCards = 8;

/** Which cards wait, also those about nothing that is shown here. */
function cardsWords({ cards }: DigestScreenOptions): string {
  if (cards.length === 0) return "";
  const more = cards.length - namedCards;
  const named = [...cards.slice(0, namedCards).map(String), ...(more > 0 ? [`${more} more`] : [])];
  return `${cards.length === 1 ? "Card" : "Cards"} ${listWords(named)} ${cards.length === 1 ? "waits" : "wait"} for your yes: cards`;
}

function notShownWords({ notShown }: Digest): string {
  const parts: string[] = [];
  if (notShown.toKnow > 0) parts.push(`${count(notShown.toKnow)} to know`);
  if (notShown.ignored > 0) {
    const kinds = ignoredKinds.flatMap((kind) => ignoredWord(kind, notShown.ignoredBy[kind]));
    parts.push(`${count(notShown.ignored)} ignored${kinds.length === 0 ? "" : ` (${kinds.join(", ")})`}`);
  }
  if (notShown.done > 0) parts.push(`${count(notShown.done)} done`);
  if (notShown.snoozed > 0) parts.push(`${count(notShown.snoozed)} snoozed`);
  if (notShown.muted > 0) parts.push(`${count(notShown.muted)} muted`);
  return parts.join(", ");
}

function ignoredWord(kind: IgnoredAs, number: number): string[] {
  if (number === 0) return [];
  switch (kind) {
    case "receipt":
    case "code":
    case "notification":
      return [plural(number, kind)];
    case "bulk":
    case "hostile":
    case "answered":
    case "quiet":
      return [`${count(number)} ${kind}`];
  }
}

/** What can be done next, with numbers that exist. */
function hintWords(digest: Digest): string {
  const [first, second, third] = [...digest.newEntries, ...digest.openEntries].map((entry) => entry.number);
  if (first === undefined) return "";
  const hints = [
    `show ${first}`,
    `why ${second ?? first}`,
    `done ${third ?? second ?? first}`,
    `wrong ${second ?? first}`,
  ];
  return hints.join(" · ");
}
