import { fold, foldedWords } from "../../core/fold.ts";
import type { Note } from "./notes.ts";

const most = 5;

/**
 * The notes that fit a query, best first, five at most: by name exactly, or by words (more of them, then rarer ones, then newer notes).
 * Contract: pure; `notes` are newest first; a word also finds what begins with it.
 */
export function searchNotes(notes: readonly Note[], query: { name: string } | { words: string }): Note[] {
  if ("name" in query) {
    const wanted = fold(query.name.trim().replace(/\.md$/, ""));
    return notes.filter(({ name }) => fold(name) === wanted).slice(0, most);
  }
  const words = [...new Set(foldedWords(query.words))];
  const scored = notes.map((note) => ({ note, hits: hitsOf(note, words) }));
  const spread = words.map((_, at) => scored.filter(({ hits }) => hits[at] === true).length);
  const score = (hits: readonly boolean[]): number =>
    hits.reduce((sum, hit, at) => sum + (hit ? 1 + 1 / (1 + (spread[at] ?? 0)) : 0), 0);
  return scored
    .filter(({ hits }) => hits.includes(true))
    .map(({ note, hits }) => ({ note, score: score(hits) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ note }) => note);
}

function hitsOf({ name, text }: Note, words: readonly string[]): boolean[] {
  const own = ` ${foldedWords(`${name} ${text}`).join(" ")}`;
  return words.map((word) => own.includes(` ${word}`));
}
