const mapped: Record<string, string> = {
  ß: "ss",
  ẞ: "ss",
  ł: "l",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ŋ: "n",
  ħ: "h",
  ς: "σ",
  "’": "'",
  "‘": "'",
};
const needsMapping = /[ßẞłøđðþæœıŋħς’‘]/g;
const marks = /\p{M}+/gu;
const spacedScripts = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;
const isAscii = /^[\x00-\x7f]*$/;

/**
 * The one fold that text and queries go through before they are compared: NFKD, marks removed, lower case, the letters that
 * have no decomposition mapped (ß ł ø đ æ ı …), and Han, Kana and Thai separated into single characters by spaces.
 * Contract: pure, idempotent, never throws; ASCII text takes a fast path; folding piece by piece (cut at code points) gives
 * the same as folding the whole, which is how a place in folded text is found in the original.
 */
export function fold(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  return text
    .toWellFormed()
    .normalize("NFKD")
    .replace(marks, "")
    .toLowerCase()
    .normalize("NFKD")
    .replace(marks, "")
    .replace(needsMapping, (letter) => mapped[letter] ?? letter)
    .replace(spacedScripts, " $& ");
}

/** The words of a text after `fold`: runs of letters and digits, in order. */
export function foldedWords(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}
