import { stripVTControlCharacters } from "node:util";

const plainAscii = /^[\x20-\x7e]*$/;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f|\p{Regional_Indicator}/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** East Asian Wide and Fullwidth ranges of Unicode that occur in letters; emoji are found by property. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

/** How many cells a text takes on a terminal. Colour sequences take none. Contract: pure, never throws. */
export function displayWidth(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += graphemeWidth(segment);
  return width;
}

/** The beginning of a text that fits into `width` cells, with `…` when something was cut. */
export function clip(text: string, width: number): string {
  if (width <= 0) return "";
  if (displayWidth(text) <= width) return text;
  if (plainAscii.test(text)) return `${text.slice(0, width - 1).trimEnd()}…`;
  let used = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    const next = graphemeWidth(segment);
    if (used + next > width - 1) break;
    used += next;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Fits and fills with spaces to exactly `width` cells. */
export function padEnd(text: string, width: number): string {
  const fitted = clip(text, width);
  return fitted + " ".repeat(Math.max(0, width - displayWidth(fitted)));
}

export function padStart(text: string, width: number): string {
  const fitted = clip(text, width);
  return " ".repeat(Math.max(0, width - displayWidth(fitted))) + fitted;
}

/** Breaks text into lines of at most `width` cells at spaces; a word that is too long is cut into pieces. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(8, width)));
}

function wrapLine(line: string, width: number): string[] {
  if (displayWidth(line) <= width) return [line.trimEnd()];
  const lines: string[] = [];
  let current = "";
  let used = 0;
  for (const word of line.split(/(?<= )/).flatMap((one) => cutLong(one, width))) {
    const cells = displayWidth(word);
    if (used > 0 && used + displayWidth(word.trimEnd()) > width) {
      lines.push(current.trimEnd());
      current = "";
      used = 0;
    }
    current += word;
    used += cells;
  }
  if (current.trim() !== "" || lines.length === 0) lines.push(current.trimEnd());
  return lines;
}

function cutLong(word: string, width: number): string[] {
  if (displayWidth(word.trimEnd()) <= width) return [word];
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const { segment } of graphemes.segment(word)) {
    const cells = graphemeWidth(segment);
    if (used + cells > width) {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += segment;
    used += cells;
  }
  return [...pieces, piece];
}

function graphemeWidth(segment: string): number {
  if (zeroWidth.test(segment)) return 0;
  if (emoji.test(segment)) return 2;
  const code = segment.codePointAt(0) ?? 0;
  if (code < 32 || (code >= 0x7f && code < 0xa0)) return 0;
  return wideRanges.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}
