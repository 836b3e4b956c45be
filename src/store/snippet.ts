import { fold } from "../core/fold.ts";
import { type Untrusted, untrusted } from "../core/untrusted.ts";
import type { Phrase } from "./search-query.ts";

/** A piece of an item's text. `matches` are ranges [from, to) in `text`, in order, without overlap. */
export interface Snippet {
  text: Untrusted;
  matches: [number, number][];
}

interface Span {
  from: number;
  to: number;
}

interface FoundSpan extends Span {
  phrase: number;
}

const before = 60;
const length = 180;
const maxFoundPerPhrase = 50;
/** How far behind a phrase its last word may go on. */
const longestTail = 60;
const searchedCharacters = 100_000;
/** A text is looked at in beginnings of these lengths: most matches lie early, and folding a long text is dear. */
const beginnings = [2_000, 12_000, searchedCharacters];
const wordCharacter = /[\p{L}\p{N}]/u;

/**
 * The piece of a text in which most phrases of a query occur, white space squeezed, matches marked in the original spelling
 * ("Übung" for `ubung`). Null when none occurs. Contract: pure, never throws; looks at the first 100,000 characters.
 */
export function findSnippet(
  text: string,
  phrases: readonly Phrase[],
  foldRun: (run: string) => string = fold,
): Snippet | null {
  const searched = text.slice(0, searchedCharacters);
  const folded = new FoldedText(searched, foldRun);
  for (const characters of beginnings) {
    const isWhole = folded.foldTo(characters);
    const found = findWindow(folded, phrases);
    if (!isWhole && !found.isSettled) continue;
    const [first] = found.matches;
    if (first === undefined) return null;
    return cutSnippet(searched, { from: first.from - before, to: first.from + length }, found.matches);
  }
  return null;
}

/**
 * The matches in the best window of a text. Settled when no longer text could have a better one: the window holds every
 * phrase and lies clear of the end, where the last word may be cut.
 */
function findWindow(folded: FoldedText, phrases: readonly Phrase[]): { matches: Span[]; isSettled: boolean } {
  const found = phrases
    .flatMap((phrase, at) => findPhrase(folded.text, phrase).map((span) => ({ ...span, phrase: at })))
    .sort((a, b) => a.from - b.from);
  const start = bestStart(found);
  if (start === null) return { matches: [], isSettled: false };
  const inWindow = found.filter((span) => span.from >= start.from && span.to <= start.from + length);
  const holdsAll = new Set(inWindow.map(({ phrase }) => phrase)).size === phrases.length;
  return {
    matches: inWindow.map((span) => ({ from: folded.originalAt(span.from), to: folded.originalEnd(span.to) })),
    isSettled: holdsAll && start.from + length + longestTail < folded.text.length,
  };
}

/** The beginning of a text, when there is nothing to mark. */
export function firstLines(text: string): Snippet {
  return cutSnippet(text.slice(0, length * 4), { from: 0, to: before + length }, []);
}

/** Folds short runs of characters, remembering them: an accented letter comes back thousands of times. */
export function createRunFold(): (run: string) => string {
  const known = new Map<string, string>();
  return (run) => {
    if (run.length > 4) return fold(run);
    const folded = known.get(run) ?? fold(run);
    known.set(run, folded);
    return folded;
  };
}

/** Runs of ASCII keep their length when folded; where the others lie is looked up only once there is a match. */
class FoldedText {
  /** The folded text of the beginning that was folded so far. */
  text = "";
  readonly #original: string;
  #foldedTo = 0;
  readonly #foldRun: (run: string) => string;
  #runs: { original: number; folded: number; ascii: boolean }[] | null = null;

  constructor(original: string, foldRun: (run: string) => string) {
    this.#original = original;
    this.#foldRun = foldRun;
  }

  /** Folds on, up to so many characters of the original. True when that is all of it. */
  foldTo(characters: number): boolean {
    const end = pairStart(this.#original, Math.min(characters, this.#original.length));
    this.text += this.#original
      .slice(this.#foldedTo, end)
      .replace(/[^\x00-\x7f]+/g, this.#foldRun)
      .toLowerCase();
    this.#foldedTo = end;
    return end === this.#original.length;
  }

  /** Where the character begins that gave the folded character at `at`. */
  originalAt(at: number): number {
    return this.#locate(at).from;
  }

  /** Where the character ends that gave the folded character before `at`. Marks that follow it belong to it. */
  originalEnd(at: number): number {
    const end = this.#locate(at - 1).to;
    const marks = /^\p{M}+/u.exec(this.#original.slice(end, end + 16));
    return end + (marks?.[0].length ?? 0);
  }

  #locate(at: number): Span {
    const runs = this.#runs ?? this.#findRuns();
    this.#runs = runs;
    const run = runs[lastRunAt(runs, at)];
    if (run === undefined) return { from: 0, to: 0 };
    if (run.ascii) return { from: run.original + at - run.folded, to: run.original + at - run.folded + 1 };
    let original = run.original;
    let folded = run.folded;
    while (original < this.#original.length) {
      const character = String.fromCodePoint(this.#original.codePointAt(original) ?? 0);
      const foldedEnd = folded + this.#foldRun(character).length;
      if (at < foldedEnd) return { from: original, to: original + character.length };
      original += character.length;
      folded = foldedEnd;
    }
    return { from: original, to: original };
  }

  #findRuns(): { original: number; folded: number; ascii: boolean }[] {
    let end = 0;
    let folded = 0;
    const runs: { original: number; folded: number; ascii: boolean }[] = [];
    for (const run of this.#original.matchAll(/[^\x00-\x7f]+/g)) {
      runs.push({ original: end, folded, ascii: true });
      folded += run.index - end;
      runs.push({ original: run.index, folded, ascii: false });
      folded += this.#foldRun(run[0]).length;
      end = run.index + run[0].length;
    }
    runs.push({ original: end, folded, ascii: true });
    return runs;
  }
}

function lastRunAt(runs: readonly { folded: number }[], at: number): number {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.folded ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

function findPhrase(text: string, phrase: Phrase): Span[] {
  const [first = "", ...rest] = phrase.words;
  const found: Span[] = [];
  if (first === "") return found;
  for (let at = text.indexOf(first); at !== -1 && found.length < maxFoundPerPhrase; at = text.indexOf(first, at + 1)) {
    if (at > 0 && wordCharacter.test(characterBefore(text, at))) continue;
    const end = matchRest(text, at + first.length, rest, phrase.prefix);
    if (end !== null) found.push({ from: at, to: end });
  }
  return found;
}

/** The end of the phrase whose first word ends at `end`; null when the words that follow are others. */
function matchRest(text: string, end: number, rest: readonly string[], prefix: boolean): number | null {
  let at = end;
  for (const word of rest) {
    const gap = /^[^\p{L}\p{N}]+/u.exec(text.slice(at, at + 40))?.[0].length ?? 0;
    if (gap === 0 || !text.startsWith(word, at + gap)) return null;
    at += gap + word.length;
  }
  const tail = /^[\p{L}\p{N}]+/u.exec(text.slice(at, at + longestTail))?.[0].length ?? 0;
  if (tail > 0 && !prefix) return null;
  return at + tail;
}

function characterBefore(text: string, at: number): string {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff ? text.slice(at - 2, at) : text.slice(at - 1, at);
}

/** The match from which a window holds the most different phrases; the earliest of them. */
function bestStart(found: readonly FoundSpan[]): FoundSpan | null {
  let best: FoundSpan | null = null;
  let most = 0;
  for (const [at, span] of found.entries()) {
    const phrases = new Set<number>();
    for (let next = at; next < found.length; next += 1) {
      const other = found[next];
      if (other === undefined || other.to > span.from + length) break;
      phrases.add(other.phrase);
    }
    if (phrases.size > most) {
      most = phrases.size;
      best = span;
    }
  }
  return best;
}

function cutSnippet(text: string, window: Span, matches: readonly Span[]): Snippet {
  const from = nextBreak(text, Math.max(0, window.from), matches[0]?.from ?? text.length);
  const to = Math.max(lastBreak(text, Math.min(text.length, window.to), from), matches.at(-1)?.to ?? 0);
  const out: { text: string; matches: [number, number][] } = { text: from > 0 ? "… " : "", matches: [] };
  let at = from;
  for (const match of matches) {
    if (match.from < at) continue;
    append(out, text.slice(at, match.from));
    const start = out.text.length;
    append(out, text.slice(match.from, match.to));
    out.matches.push([start, out.text.length]);
    at = match.to;
  }
  append(out, text.slice(at, to));
  const shown = out.text.trimEnd();
  return { text: untrusted(to < text.trimEnd().length ? `${shown} …` : shown), matches: out.matches };
}

function append(out: { text: string }, piece: string): void {
  const squeezed = piece.replace(/\s+/g, " ");
  out.text += out.text === "" || out.text.endsWith(" ") ? squeezed.replace(/^ /, "") : squeezed;
}

/** The first beginning of a word from `at` on, when one is near; never past `limit`. */
function nextBreak(text: string, at: number, limit: number): number {
  if (at === 0) return 0;
  const space = /\s+/.exec(text.slice(at, Math.min(at + 25, limit)));
  const found = space === null ? at : at + space.index + space[0].length;
  return Math.min(pairStart(text, found), limit);
}

function lastBreak(text: string, at: number, from: number): number {
  if (at === text.length) return at;
  const tail = text.slice(Math.max(from, at - 25), at);
  const space = /\s\S*$/.exec(tail);
  return pairStart(text, space === null ? at : at - (tail.length - space.index));
}

/** Moves out of the middle of a surrogate pair. */
function pairStart(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
