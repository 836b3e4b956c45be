import { foldedWords } from "../core/fold.ts";
import { type Channel, channels } from "../core/item.ts";
import { attachmentMark, channelMark, placeWords } from "./search-columns.ts";
import { type Period, readPeriod } from "./search-dates.ts";
import { cutTokens, type QueryToken } from "./search-tokens.ts";

/** Folded words in a row; the last one may stand for all that begin with it. What a snippet marks. */
export interface Phrase {
  words: string[];
  prefix: boolean;
}

/** Conditions that the items and threads tables answer, not the index. */
export const itemConditions = ["from_owner", "to_owner", "unanswered"] as const;
export type ItemCondition = (typeof itemConditions)[number];

/** A query, understood. `notes` says in words what was not understood or was cut, for the owner. */
export interface SearchQuery {
  /** What the index must match, null when nothing must; in FTS5 syntax with every term quoted. */
  match: string | null;
  /** What it must not match. */
  exclude: string | null;
  fromMs: number | null;
  beforeMs: number | null;
  conditions: { name: ItemCondition; wanted: boolean }[];
  highlights: Phrase[];
  notes: string[];
}

const maxTerms = 64;
const maxWordsInPhrase = 64;
const maxCharacters = 4000;
/** Two letters begin so many words that finding them all takes seconds in 100,000 messages. */
const shortestPrefix = 3;
const fieldColumns: Record<string, string> = {
  from: "sender",
  to: "recipients",
  cc: "recipients",
  subject: "subject",
  filename: "attachments",
};
const channelNames: Record<string, Channel> = {
  ...Object.fromEntries(channels.map((channel) => [channel, channel])),
  email: "mail",
  gmail: "mail",
  messages: "imessage",
  sms: "imessage",
};

/**
 * Reads what the owner typed: words (all must occur), "phrases", prefix*, OR between two words, -not, and the fields
 * `from: to: cc: subject: filename: in: after: before: on: has:attachment is:unanswered is:unread`, whose values may be quoted;
 * `from:me` and `to:me` mean the owner. `after:` includes its day, `before:` does not.
 *
 * Contract: pure, never throws; what makes no sense as syntax is taken literally, and `notes` says what was ignored.
 */
export function parseQuery(text: string, options: { zone: string; nowMs: number }): SearchQuery {
  const reader = new QueryReader(options);
  if (text.length > maxCharacters) reader.notes.push(`Only the first ${maxCharacters} characters were used.`);
  const { tokens, notes } = cutTokens(text.slice(0, maxCharacters));
  reader.notes.push(...notes);
  if (tokens.length > maxTerms) reader.notes.push(`Only the first ${maxTerms} terms were used.`);
  for (const token of tokens.slice(0, maxTerms)) reader.take(token);
  return reader.finish();
}

class QueryReader {
  readonly notes: string[] = [];
  readonly #zone: string;
  readonly #nowMs: number;
  readonly #groups: string[][] = [];
  readonly #excluded: string[] = [];
  readonly #conditions: SearchQuery["conditions"] = [];
  readonly #highlights: Phrase[] = [];
  #fromMs: number | null = null;
  #beforeMs: number | null = null;
  #joinNext = false;

  constructor(options: { zone: string; nowMs: number }) {
    this.#zone = options.zone;
    this.#nowMs = options.nowMs;
  }

  take(token: QueryToken): void {
    if (token.or) {
      this.#joinNext = this.#groups.length > 0;
      if (!this.#joinNext) this.notes.push("OR needs a word on both sides.");
      return;
    }
    if (token.field === null || !this.#takeField(token, token.field)) this.#takeWords(token, null);
    this.#joinNext = false;
  }

  finish(): SearchQuery {
    const groups = this.#groups.map((terms) => (terms.length === 1 ? terms[0] : `(${terms.join(" OR ")})`));
    if (this.#joinNext) this.notes.push("OR needs a word on both sides.");
    return {
      match: groups.length === 0 ? null : groups.join(" AND "),
      exclude: this.#excluded.length === 0 ? null : this.#excluded.join(" OR "),
      fromMs: this.#fromMs,
      beforeMs: this.#beforeMs,
      conditions: this.#conditions,
      highlights: this.#highlights,
      notes: [...new Set(this.notes)],
    };
  }

  /** False when the field or its value means nothing here: then the token is only words. */
  #takeField(token: QueryToken, field: string): boolean {
    const value = token.text.trim().toLowerCase();
    if (value === "") return false;
    if (value === "me" && (field === "from" || field === "to")) {
      return this.#takeCondition(field === "from" ? "from_owner" : "to_owner", token);
    }
    const column = fieldColumns[field];
    if (column !== undefined) return this.#takeWords(token, column);
    if (field === "in") return this.#takePlace(token, value);
    if (field === "is") return this.#takeState(token, value);
    if (field === "has") return this.#takeFiles(token, value);
    return this.#takeDate(token, field);
  }

  #takeFiles(token: QueryToken, value: string): boolean {
    if (/^(attachments?|files?)$/.test(value)) return this.#addTerm(token, "place", [attachmentMark]);
    this.notes.push(`${token.written} was searched as words; has:attachment is what I can answer.`);
    return false;
  }

  #takeState(token: QueryToken, value: string): boolean {
    if (value === "unanswered") return this.#takeCondition("unanswered", token);
    if (value !== "unread") {
      this.notes.push(`${token.written} was searched as words; is:unanswered and is:unread are what I can answer.`);
      return false;
    }
    this.notes.push("is:unread finds only what a mailbox has marked as unread.");
    return this.#addTerm(token, "place", placeWords("unread"));
  }

  #takeCondition(name: ItemCondition, token: QueryToken): boolean {
    if (this.#joinNext) this.notes.push(`OR before ${token.written} was ignored.`);
    this.#conditions.push({ name, wanted: !token.negated });
    return true;
  }

  #takePlace(token: QueryToken, value: string): boolean {
    const channel = Object.hasOwn(channelNames, value) ? channelNames[value] : undefined;
    return this.#addTerm(token, "place", channel === undefined ? placeWords(token.text) : [channelMark(channel)]);
  }

  #takeDate(token: QueryToken, field: string): boolean {
    if (field !== "after" && field !== "before" && field !== "on") return false;
    const period = readPeriod(token.text, this.#zone, this.#nowMs);
    if (period === null) {
      this.notes.push(`"${token.text}" is no date I know; say 2026-11-01, yesterday or 7d.`);
      return false;
    }
    if (this.#joinNext) this.notes.push(`OR before ${token.written} was ignored.`);
    if (field === "on" && token.negated) this.notes.push(`${token.written} was taken without its minus.`);
    this.#narrow(period, field === "on" ? "on" : (field === "after") === token.negated ? "before" : "after");
    return true;
  }

  #narrow(period: Period, side: "after" | "before" | "on"): void {
    if (side !== "before") this.#fromMs = Math.max(this.#fromMs ?? period.fromMs, period.fromMs);
    if (side === "before") this.#beforeMs = Math.min(this.#beforeMs ?? period.fromMs, period.fromMs);
    if (side === "on") this.#beforeMs = Math.min(this.#beforeMs ?? period.toMs, period.toMs);
  }

  #takeWords(token: QueryToken, column: string | null): boolean {
    const literal = column === null && token.field !== null ? `${token.field} ${token.text}` : token.text;
    const words = foldedWords(literal);
    if (words.length === 0) {
      if (column === null) this.notes.push(`Nothing to search for in ${token.written}.`);
      return column === null;
    }
    const prefix = token.prefix && (words.at(-1)?.length ?? 0) >= shortestPrefix;
    if (token.prefix && !prefix) this.notes.push(`${token.written} is too short to stand for all that begin with it.`);
    return this.#addTerm(token, column, words, prefix);
  }

  #addTerm(token: QueryToken, column: string | null, allWords: readonly string[], prefix = false): boolean {
    const words = allWords.slice(0, maxWordsInPhrase);
    if (words.length === 0) return false;
    const term = `${column === null ? "" : `${column} : `}"${words.join(" ")}"${prefix ? " *" : ""}`;
    if (token.negated) {
      if (this.#joinNext) this.notes.push(`OR before ${token.written} was ignored.`);
      this.#excluded.push(term);
      return true;
    }
    const last = this.#groups.at(-1);
    if (this.#joinNext && last !== undefined) last.push(term);
    else this.#groups.push([term]);
    if (column === null || column === "attachments") this.#highlights.push({ words: [...words], prefix });
    return true;
  }
}
