import { foldedWords } from "../../src/core/fold.ts";

/** Consecutive words that count as the same text. */
const shingleWords = 5;

/** A text as its words, and where each run of five of them begins. */
export interface Shingled {
  words: readonly string[];
  places: ReadonlyMap<string, number>;
}

/** Cuts a text into overlapping runs of five folded words. Contract: pure, linear. */
export function shingle(text: string): Shingled {
  const words = foldedWords(text);
  const places = new Map<string, number>();
  for (let at = 0; at + shingleWords <= words.length; at += 1) {
    const key = words.slice(at, at + shingleWords).join(" ");
    if (!places.has(key)) places.set(key, at);
  }
  return { words, places };
}

/** What two texts share: how many words stand in shared runs, and the longest run in words. */
export interface Overlap {
  words: number;
  longest: number;
}

/**
 * How much of `outgoing` stands word for word in `other`, leaving out words whose place in `outgoing` is in `explained`.
 * Contract: pure, linear in both.
 */
export function overlapOf(outgoing: Shingled, other: Shingled, explained: ReadonlySet<number> = new Set()): Overlap {
  let [words, run, longest, covered] = [0, 0, 0, -1];
  for (let at = 0; at + shingleWords <= outgoing.words.length; at += 1) {
    const key = outgoing.words.slice(at, at + shingleWords).join(" ");
    if (!other.places.has(key)) {
      run = 0;
      continue;
    }
    run = run === 0 ? shingleWords : run + 1;
    longest = Math.max(longest, run);
    for (let place = Math.max(at, covered + 1); place < at + shingleWords; place += 1)
      if (!explained.has(place)) words += 1;
    covered = at + shingleWords - 1;
  }
  return { words, longest };
}

/** The places of words of `outgoing` that stand word for word in one of the sources. Contract: pure. */
export function explainedPlaces(outgoing: Shingled, sources: readonly Shingled[]): Set<number> {
  const places = new Set<number>();
  for (let at = 0; at + shingleWords <= outgoing.words.length; at += 1) {
    const key = outgoing.words.slice(at, at + shingleWords).join(" ");
    if (!sources.some((source) => source.places.has(key))) continue;
    for (let place = at; place < at + shingleWords; place += 1) places.add(place);
  }
  return places;
}

/**
 * Phrases by which a text can be searched for elsewhere: runs of six words that no source explains, spread over the text, the
 * ones with the longest words first. Contract: pure.
 */
export function tellingPhrases(outgoing: Shingled, explained: ReadonlySet<number>, limit: number): string[][] {
  const length = shingleWords + 1;
  const phrases: { words: string[]; weight: number }[] = [];
  for (let at = 0; at + length <= outgoing.words.length; at += length) {
    const words = outgoing.words.slice(at, at + length);
    if (words.some((_, offset) => explained.has(at + offset))) continue;
    phrases.push({ words: [...words], weight: new Set(words).size * 10 + words.join("").length });
  }
  phrases.sort((a, b) => b.weight - a.weight);
  return phrases.slice(0, limit).map((phrase) => phrase.words);
}
