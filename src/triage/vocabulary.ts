import { z } from "zod";
import { fold } from "../core/fold.ts";

/** The categories of phrases, in the order of their numbers in a reading. */
export const categories = [
  "you",
  "question",
  "request",
  "deadline",
  "deadlineWord",
  "today",
  "tomorrow",
  "dayAfterTomorrow",
  "weekEnd",
  "nextWeek",
  "monthEnd",
  "nextWord",
  "inWord",
  "dayUnit",
  "weekUnit",
  "hourUnit",
  "urgency",
  "thanks",
  "closing",
  "promise",
  "delivered",
  "receipt",
  "shipping",
  "code",
  "security",
  "invitation",
  "reschedule",
  "cancel",
  "meeting",
  "newsletter",
  "marketing",
  "notification",
  "outOfOffice",
  "bounce",
  "paymentDue",
  "overdue",
  "credentials",
  "giftCards",
  "bankChange",
  "money",
  "assistantWord",
  "assistantCommand",
  "documentFact",
  "decline",
  "power",
  "outreach",
  "recordUpdate",
  "noRequest",
  "confirmWord",
  "accept",
  "rightAway",
] as const;
export type Category = (typeof categories)[number];

const phrases = z.array(z.string().min(1));
const phraseLists = z.record(z.enum(categories), phrases);
const languageSchema = z
  .object({
    language: z.string(),
    monthFirst: z.boolean(),
    weekdays: z.array(phrases).length(7),
    months: z.array(phrases).length(12),
  })
  .catchall(phrases);

/** A node of the phrase tree: what may follow, which categories end here, and word beginnings (`schick*`) that may follow. */
export interface PhraseNode {
  next: Map<string, PhraseNode>;
  ends: number[];
  stems: { prefix: string; category: number }[];
}

/** All languages' phrases in one tree of folded words, with weekday (0 = Sunday) and month (0 = January) names. */
export interface Vocabulary {
  languages: string[];
  root: PhraseNode;
  /** Not 0 in the slots (`headSlot`) of words that begin a phrase: a cheap look before the map. */
  heads: Uint8Array;
  weekdayOf: ReadonlyMap<string, number>;
  monthOf: ReadonlyMap<string, number>;
}

/**
 * Compiles the language files of `data/vocabulary/`. A phrase is folded words; `(a|b c)` are alternatives, a group followed by
 * `?` may be absent, a last word ending in `*` matches any word beginning so. Words with umlauts also match as ae, oe, ue.
 * Contract: pure; throws a ZodError for a file that lacks a list or has an unknown one.
 */
export function loadVocabulary(files: readonly unknown[]): Vocabulary {
  const root = newNode();
  const weekdayOf = new Map<string, number>();
  const monthOf = new Map<string, number>();
  const languages: string[] = [];
  for (const file of files) {
    const { language, monthFirst: _monthFirst, weekdays, months, ...lists } = languageSchema.parse(file);
    languages.push(language);
    const byCategory = phraseLists.parse(lists);
    categories.forEach((category, number) => {
      for (const phrase of byCategory[category]) {
        for (const words of expand(phrase)) addPhrase(root, words, number);
      }
    });
    weekdays.forEach((names, day) => {
      for (const name of names) weekdayOf.set(tokenize(fold(name))[0] ?? name, day);
    });
    months.forEach((names, month) => {
      for (const name of names) monthOf.set(tokenize(fold(name))[0] ?? name, month);
    });
  }
  const heads = new Uint8Array(headSlots);
  for (const word of root.next.keys()) heads[headSlot(word)] = 1;
  return { languages, root, heads, weekdayOf, monthOf };
}

/**
 * The words of a folded text: runs of letters, digits, inner apostrophes and underscores. Contract: linear time, never throws.
 */
export function tokenize(folded: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at <= folded.length; at++) {
    if (at < folded.length && isWordCode(folded.charCodeAt(at), start >= 0)) {
      if (start < 0) start = at;
      continue;
    }
    if (start < 0) continue;
    const end = folded.charCodeAt(at - 1) === 0x27 ? at - 1 : at;
    words.push(folded.slice(start, end));
    start = -1;
  }
  return words;
}

const headSlots = 32_768;

/** Where a word's first three letters and length fall in a table of 32,768 slots. */
export function headSlot(word: string): number {
  const third = word.length > 2 ? word.charCodeAt(2) : 0;
  return (word.charCodeAt(0) * 1021 + word.charCodeAt(1) * 257 + third * 31 + word.length * 7) & (headSlots - 1);
}

function isWordCode(code: number, inside: boolean): boolean {
  if (code < 0x80) {
    if (code >= 0x61 && code <= 0x7a) return true;
    if (code >= 0x30 && code <= 0x39) return true;
    return code === 0x5f || (inside && code === 0x27);
  }
  return !(code <= 0xbf || (code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x303f));
}

function newNode(): PhraseNode {
  return { next: new Map(), ends: [], stems: [] };
}

function addPhrase(root: PhraseNode, words: readonly string[], category: number): void {
  let node = root;
  for (const [index, word] of words.entries()) {
    if (word.endsWith("*") && index === words.length - 1) {
      node.stems.push({ prefix: word.slice(0, -1), category });
      return;
    }
    const known = node.next.get(word) ?? newNode();
    node.next.set(word, known);
    node = known;
  }
  if (node !== root && !node.ends.includes(category)) node.ends.push(category);
}

/** The word sequences a phrase with groups stands for. */
function expand(phrase: string): string[][] {
  const parts = phrase.match(/\([^)]*\)\??|[^\s()]+/g) ?? [];
  let sequences: string[][] = [[]];
  for (const part of parts) {
    const choices = part.startsWith("(") ? groupChoices(part) : [wordsOf(part)];
    sequences = sequences.flatMap((sequence) => choices.map((choice) => [...sequence, ...choice]));
  }
  return sequences.flatMap(withUmlauts);
}

function groupChoices(part: string): string[][] {
  const inner = part.replace(/^\(|\)\??$/g, "").split("|");
  const choices = inner.map((choice) => choice.trim().split(/\s+/).flatMap(wordsOf));
  return part.endsWith("?") ? [...choices, []] : choices;
}

function wordsOf(part: string): string[] {
  const star = part.endsWith("*");
  const words = tokenize(fold(part));
  if (star && words.length > 0) words[words.length - 1] += "*";
  return words;
}

/** People without a German keyboard write ae, oe, ue: `konntest` also matches from a text with `koenntest`. */
const umlautForms = new Map(
  [
    "konn",
    "mocht",
    "wurd",
    "pruf",
    "uber",
    "fur",
    "fall",
    "bestatig",
    "zuruck",
    "unzustell",
    "nachst",
    "schon",
    "kummer",
    "hatt",
    "ware",
    "mull",
    "gross",
  ].map((stem) => [stem, stem.replace(/[aou](?=[^aou]*$)/, (vowel) => `${vowel}e`)]),
);

function withUmlauts(sequence: string[]): string[][] {
  const spelled = sequence.map((word) => {
    for (const [stem, other] of umlautForms) if (word.startsWith(stem)) return other + word.slice(stem.length);
    return word;
  });
  return spelled.some((word, index) => word !== sequence[index]) ? [sequence, spelled] : [sequence];
}
