import { fold } from "../core/fold.ts";
import { type Category, categories, headSlot, type PhraseNode, tokenize, type Vocabulary } from "./vocabulary.ts";

/** One sentence of a text: as written, its folded words, and which categories of phrases it holds (two 32-bit masks). */
export interface Sentence {
  text: string;
  words: string[];
  low: number;
  high: number;
  asks: boolean;
}

/** What one pass over a text found. `low` and `high` are the union of all sentences' masks. */
export interface Reading {
  sentences: Sentence[];
  low: number;
  high: number;
  wordCount: number;
}

const textLimit = 4000;
const headShare = 3000;
const sentenceLimit = 400;
const numberOf = new Map<Category, number>(categories.map((category, number) => [category, number]));

/**
 * Reads a text once: its sentences with their phrases. Of a text over 4,000 characters the first 3,000 and the last 1,000 are
 * read, since long messages ask at their beginning or their end. Contract: linear time, pure, never throws.
 */
export function readText(text: string, vocabulary: Vocabulary, limit: number = textLimit): Reading {
  const capped =
    text.length <= limit
      ? text
      : `${text.slice(0, limit - (textLimit - headShare))}\n${text.slice(headShare - textLimit)}`;
  const reading: Reading = { sentences: [], low: 0, high: 0, wordCount: 0 };
  for (const piece of splitSentences(capped)) {
    const sentence = readSentence(piece, vocabulary);
    if (sentence.words.length === 0) continue;
    reading.sentences.push(sentence);
    reading.low |= sentence.low;
    reading.high |= sentence.high;
    reading.wordCount += sentence.words.length;
  }
  return reading;
}

/** Whether a sentence or a whole reading holds a phrase of the category. */
export function holds(masks: { low: number; high: number }, category: Category): boolean {
  const number = numberOf.get(category) ?? 0;
  return number < 32 ? (masks.low & (1 << number)) !== 0 : (masks.high & (1 << (number - 32))) !== 0;
}

/** Cuts a text into sentences, at line ends and at . ! ? followed by a space; numbers and abbreviations of digits stay whole. */
export function splitSentences(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (!isBoundary(text, at) && at - start < sentenceLimit) continue;
    if (at - start >= sentenceLimit && !isSpace(text.charCodeAt(at))) continue;
    const piece = text.slice(start, at + 1).trim();
    if (piece !== "") pieces.push(piece);
    start = at + 1;
  }
  const rest = text.slice(start).trim();
  if (rest !== "") pieces.push(rest);
  return pieces;
}

function isBoundary(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 0x0a) return endsLine(text, at);
  if (code !== 0x2e && code !== 0x21 && code !== 0x3f && code !== 0x061f && code !== 0x3002 && code !== 0xff1f)
    return false;
  if (code === 0x3002 || code === 0xff1f || code === 0x061f) return true;
  if (at + 1 < text.length && !isSpace(text.charCodeAt(at + 1))) return false;
  const before = at > 0 ? text.charCodeAt(at - 1) : 0;
  return !(code === 0x2e && before >= 0x30 && before <= 0x39);
}

/** Mail is wrapped at some 72 columns: a line end inside a paragraph is a space when the line is long and goes on in lower case. */
function endsLine(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  const goesOn = (next >= 0x61 && next <= 0x7a) || next === 0x28;
  if (!goesOn) return true;
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  return at - lineStart < 50;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0xa0;
}

function readSentence(text: string, vocabulary: Vocabulary): Sentence {
  const words = tokenize(fold(text));
  const { heads, root } = vocabulary;
  const sentence: Sentence = { text, words, low: 0, high: 0, asks: /[?？؟](?:["'”»)\s]|$)/.test(text) };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (heads[headSlot(word)] !== 0) matchAt(words, at, root, sentence);
    if (root.stems.length > 0) matchStems(word, root, sentence);
  }
  return sentence;
}

function matchAt(words: readonly string[], from: number, root: PhraseNode, sentence: Sentence): void {
  let node = root.next.get(words[from] ?? "");
  for (let at = from + 1; node !== undefined; at++) {
    for (let index = 0; index < node.ends.length; index++) mark(sentence, node.ends[index] ?? 0);
    const word = words[at];
    if (word === undefined) return;
    for (let index = 0; index < node.stems.length; index++) {
      const stem = node.stems[index];
      if (stem !== undefined && word.startsWith(stem.prefix)) mark(sentence, stem.category);
    }
    node = node.next.size === 0 ? undefined : node.next.get(word);
  }
}

/** Single words that match by their beginning, found by their first two letters. */
function matchStems(word: string, root: PhraseNode, sentence: Sentence): void {
  for (let index = 0; index < root.stems.length; index++) {
    const stem = root.stems[index];
    if (stem !== undefined && word.charCodeAt(0) === stem.prefix.charCodeAt(0) && word.startsWith(stem.prefix))
      mark(sentence, stem.category);
  }
}

function mark(sentence: Sentence, category: number): void {
  if (category < 32) sentence.low |= 1 << category;
  else sentence.high |= 1 << (category - 32);
}
