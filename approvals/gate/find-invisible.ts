/** Characters that are not seen, or that turn the order of others. */
export interface Invisible {
  count: number;
  /** The different ones as `U+202E`, at most eight. */
  codes: string[];
  /** Overrides and isolates that can make a line read backwards, or tags and selectors that can carry a hidden text. */
  deceives: boolean;
}

const candidates =
  /[\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}\u0000-\u0008\u000b-\u001f\u007f-\u009f\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufffc\uffa0\u{e0000}-\u{e0fff}]/gu;
const turning = /[\u202a-\u202e\u2066-\u2069]/u;
const carrying = /[\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}]/u;
const joiner = /[\u200c\u200d]/u;
const joined =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Mongolian}\p{Script=Thaana}\p{Script=Nko}]/u;
const pictured = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u20e3#*0-9]/u;
const flagged = /\u{1f3f4}[\u{e0020}-\u{e007e}]*$/u;

/**
 * Counts what an eye does not see. Joiners between letters of scripts that need them, emoji sequences and their flags, one
 * selector behind a picture, marks of direction beside right-to-left letters, soft hyphens within a word and a leading
 * byte-order mark count as seen. Contract: pure.
 */
export function findInvisible(text: string): Invisible {
  const codes = new Set<string>();
  let [count, deceives] = [0, false];
  for (const { character, code } of listInvisible(text)) {
    count += 1;
    deceives ||= turning.test(character) || carrying.test(character);
    if (codes.size < 8) codes.add(code);
  }
  return { count, codes: [...codes], deceives };
}

/** Where they stand, in order; `code` is as `U+202E`. Contract: pure. */
export function* listInvisible(text: string): Generator<{ at: number; character: string; code: string }> {
  for (const hit of text.matchAll(candidates)) {
    const [character] = hit;
    if (isOrdinary(text, hit.index, character)) continue;
    const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    yield { at: hit.index, character, code };
  }
}

function isOrdinary(text: string, at: number, one: string): boolean {
  const before = text.slice(Math.max(0, at - 60), at);
  const previous = [...before.slice(-4)].at(-1) ?? "";
  const next = [...text.slice(at + one.length, at + one.length + 4)][0] ?? "";
  if (one === "\ufeff") return at === 0;
  if (joiner.test(one))
    return (joined.test(previous) && joined.test(next)) || (pictured.test(previous) && pictured.test(next));
  if (/[\ufe00-\ufe0f]/u.test(one)) return pictured.test(previous) || /[\p{So}\p{Sm}\p{Lo}\p{P}]/u.test(previous);
  if (/[\u{e0020}-\u{e007f}]/u.test(one)) return flagged.test(before);
  if (/[\u200e\u200f\u061c]/u.test(one))
    return /(?=\p{L})[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text.slice(Math.max(0, at - 40), at + 40));
  if (one === "\u00ad") return /\p{L}/u.test(previous) && /\p{L}/u.test(next);
  return false;
}

/** The longest run of empty lines, and of white space within a line. */
export function longestBlank(text: string): { lines: number; spaces: number } {
  let [lines, spaces] = [0, 0];
  for (const [run] of text.matchAll(/(?:[^\S\n]*\n){4,}/g)) lines = Math.max(lines, run.split("\n").length - 2);
  for (const [run] of text.matchAll(/[^\S\n]{40,}/g)) spaces = Math.max(spaces, run.length);
  return { lines, spaces };
}
