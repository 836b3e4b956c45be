import { raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Untrusted } from "../../../src/core/untrusted.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { listInvisible } from "../../gate/find-invisible.ts";

/** A stretch of a text that steward says something about: `note` is a class of the page's own, `title` words by code. */
export interface TextMark {
  from: number;
  to: number;
  note: "sourced" | "unsourced" | "found";
  title: string;
  /** A small number behind it that leads to the list of sources; null for none. */
  number: number | null;
}

const names: Record<string, string> = {
  "U+00AD": "soft hyphen",
  "U+200B": "zero-width space",
  "U+200C": "zero-width non-joiner",
  "U+200D": "zero-width joiner",
  "U+200E": "left-to-right mark",
  "U+200F": "right-to-left mark",
  "U+202A": "left-to-right embedding",
  "U+202B": "right-to-left embedding",
  "U+202C": "end of direction",
  "U+202D": "left-to-right override",
  "U+202E": "right-to-left override",
  "U+2060": "word joiner",
  "U+2066": "left-to-right isolate",
  "U+2067": "right-to-left isolate",
  "U+2069": "end of isolate",
  "U+FEFF": "byte-order mark",
  "U+001B": "escape",
  "U+0000": "null",
};

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (one) => escapes[one] ?? one) : text;
}

/**
 * The one way text that others wrote, or that would leave, becomes HTML of several lines: escaped, every line isolated, what
 * cannot be seen as a chip with its code, more than two blank lines and long runs of spaces folded with their count. Nothing is
 * left out. Contract: pure; the result is a row of `div`s, to stand inside a frame of the page.
 */
export function showText(text: Untrusted | string, marks: readonly TextMark[] = []): HtmlEscapedString {
  const plain = (typeof text === "string" ? text : rawText(text)).toWellFormed().replace(/\r\n/g, "\n");
  const out: string[] = [];
  let [at, blank] = [0, 0];
  const open = inOrder(marks);
  for (const line of plain.split("\n")) {
    const end = at + line.length;
    if (line.trim() === "" && isPlainBlank(line)) blank += 1;
    else {
      out.push(blankLines(blank), `<div class="ln" dir="auto">${lineParts(plain, at, end, open)}</div>`);
      blank = 0;
    }
    at = end + 1;
  }
  out.push(blankLines(blank));
  return raw(out.join(""));
}

/** The same for one line: a name, a subject, a file's name. Line breaks in it are shown as chips. */
export function showLine(text: Untrusted | string, marks: readonly TextMark[] = []): HtmlEscapedString {
  const plain = (typeof text === "string" ? text : rawText(text)).toWellFormed();
  return raw(`<bdi>${lineParts(plain, 0, plain.length, inOrder(marks))}</bdi>`);
}

function inOrder(marks: readonly TextMark[]): TextMark[] {
  const kept: TextMark[] = [];
  for (const mark of marks.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (mark.from >= (kept.at(-1)?.to ?? 0) && mark.to > mark.from) kept.push(mark);
  }
  return kept;
}

/** Blank is what only spaces and tabs are in; other white space is worth a chip. */
function isPlainBlank(line: string): boolean {
  return /^[ \t\u00a0]*$/.test(line);
}

function blankLines(count: number): string {
  if (count <= 2) return '<div class="ln"><br></div>'.repeat(count);
  return `<div class="fold" role="note">${count} blank lines</div>`;
}

function lineParts(text: string, from: number, to: number, marks: readonly TextMark[]): string {
  let at = from;
  const parts: string[] = [];
  for (const mark of marks) {
    if (mark.to <= from) continue;
    if (mark.from >= to) break;
    const [start, end] = [Math.max(mark.from, at), Math.min(mark.to, to)];
    parts.push(pieces(text.slice(at, start)), markOf(mark, text.slice(start, end), mark.to <= to));
    at = end;
  }
  parts.push(pieces(text.slice(at, to)));
  return parts.join("");
}

function markOf(mark: TextMark, text: string, isEnd: boolean): string {
  const number = mark.number === null || !isEnd ? "" : ` data-n="${mark.number}"`;
  return `<u class="${mark.note}" title="${escaped(mark.title)}"${number}>${pieces(text)}</u>`;
}

/** Escapes, and puts chips where nothing would be seen. */
function pieces(text: string): string {
  if (/^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f]*$/.test(text)) return spaced(text);
  const parts: string[] = [];
  let at = 0;
  let hidden = "";
  const endHidden = (): void => {
    if (hidden !== "") parts.push(hiddenChip(hidden));
    hidden = "";
  };
  for (const { at: place, character, code } of listInvisible(text)) {
    const said = tagged(character);
    if (place > at || said === null) endHidden();
    if (place > at) parts.push(spaced(text.slice(at, place)));
    if (said === null) parts.push(chip(code));
    else hidden += said;
    at = place + character.length;
  }
  endHidden();
  parts.push(spaced(text.slice(at)));
  return parts.join("");
}

function chip(code: string): string {
  const name = names[code];
  const words = name === undefined ? `invisible character ${code}` : `invisible character ${code}, ${name}`;
  return `<span class="chip unseen" title="${words}">${code}</span>`;
}

/** The ASCII letter a tag character stands for: whole sentences hide in them. Null for any other character. */
function tagged(character: string): string | null {
  const point = character.codePointAt(0) ?? 0;
  return point >= 0xe0020 && point <= 0xe007e ? String.fromCodePoint(point - 0xe0000) : null;
}

function hiddenChip(hidden: string): string {
  const words = hidden.length === 1 ? "1 hidden tag character" : `${hidden.length} hidden tag characters`;
  return `<span class="chip unseen">${words}: “${escaped(hidden)}”</span>`;
}

const foreign = / {40,}|[\n\r\v\f\u0085\u00ad\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;

/** A run of spaces can push the end of a line out of sight as well as blank lines can. */
function spaced(text: string): string {
  const plain = escaped(text);
  if (!foreign.test(plain)) return plain;
  return plain
    .replace(/ {40,}/g, (run) => ` <span class="chip unseen" title="folded">${run.length} spaces</span> `)
    .replace(/[\n\r\v\f\u0085]/g, '<span class="chip unseen" title="line break">↵</span>')
    .replace(/\u00ad/g, '<span class="space" title="soft hyphen U+00AD">‧</span>')
    .replace(
      /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g,
      (one) => `<span class="space" title="${codeOf(one)}">${one}</span>`,
    );
}

function codeOf(character: string): string {
  return `a space that is U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
