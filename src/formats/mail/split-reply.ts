import {
  attributionLength,
  headerBlockLength,
  isDeviceLine,
  isListFooter,
  isQuotedLine,
  isSeparator,
} from "./reply-patterns.ts";

export interface SplitReply {
  /** What the sender wrote themselves; answers between quoted parts are kept. */
  text: string;
  /** Quoted history with its headers, as it stands. */
  quoted: string;
  signature: string;
}

const isNew = 0;
const isOld = 1;
const isSigned = 2;

const looseSignatureLines = 14;

/**
 * Splits the text of a mail into what is new, what is quoted history, and the signature. In doubt a line is new text.
 * Contract: pure, never throws; one pass over the lines, each looked at a bounded number of times.
 */
export function splitReply(text: string): SplitReply {
  const lines = text.split("\n");
  const kinds = classify(lines);
  markDashedName(lines, kinds);
  return {
    text: collect(lines, kinds, isNew),
    quoted: collect(lines, kinds, isOld),
    signature: collect(lines, kinds, isSigned),
  };
}

function classify(lines: string[]): Uint8Array {
  const next = nextFilled(lines);
  const kinds = new Uint8Array(lines.length);
  let isSignature = false;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line === "") {
      if (isSignature) kinds[index] = isSigned;
      continue;
    }
    if (isQuotedLine(line)) {
      kinds[index] = isOld;
      isSignature = false;
      continue;
    }
    const header = quoteHeader(lines, index, next);
    if (header !== null) {
      kinds.fill(isOld, header.start, header.end);
      isSignature = false;
      const after = next[header.end] ?? lines.length;
      if (!isQuotedLine(lines[after] ?? "")) {
        kinds.fill(isOld, index);
        break;
      }
      index = header.end - 1;
      continue;
    }
    isSignature ||= startsSignature(lines, index);
    if (isSignature) kinds[index] = isSigned;
  }
  return kinds;
}

/** "-Abhishek Kona" as the last new line of the message. */
function markDashedName(lines: string[], kinds: Uint8Array): void {
  let index = lines.length - 1;
  while (index > 0 && (kinds[index] !== isNew || isEmpty(lines[index]))) index -= 1;
  const line = (lines[index] ?? "").slice(0, 120).trim();
  if (
    index > 0 &&
    isEmpty(lines[index - 1]) &&
    /^-\s?\p{Lu}[\p{L}.'’-]{1,30}(?: \p{Lu}[\p{L}.'’-]{0,30}){0,2}$/u.test(line)
  ) {
    kinds[index] = isSigned;
  }
}

/** For each line, the index of the first line from there on that is not empty. */
function nextFilled(lines: string[]): Uint32Array {
  const next = new Uint32Array(lines.length + 1).fill(lines.length);
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    next[index] = isEmpty(lines[index]) ? (next[index + 1] ?? lines.length) : index;
  }
  return next;
}

function isEmpty(line: string | undefined): boolean {
  return line === undefined || line === "" || line.trim() === "";
}

function quoteHeader(lines: string[], index: number, next: Uint32Array): { start: number; end: number } | null {
  const line = lines[index] ?? "";
  if (isEmpty(line)) return null;
  const follows = next[index + 1] ?? lines.length;
  const attribution = attributionLength(lines, index, isQuotedLine(lines[follows] ?? ""));
  if (attribution > 0) return { start: index - attribution + 1, end: index + 1 };
  if (isSeparator(line)) {
    const block = headerBlockLength(lines, follows);
    return { start: index, end: block > 0 ? follows + block : index + 1 };
  }
  const block = headerBlockLength(lines, index);
  if (block > 0) return { start: index, end: index + block };
  const isRule = /^\s{0,3}(?:[_-]{5,100}|[_-]\s[_-\s]{5,100})\s*$/.test(line.slice(0, 120));
  const ruled = isRule ? headerBlockLength(lines, follows) : 0;
  return ruled > 0 ? { start: index, end: follows + ruled } : null;
}

function startsSignature(lines: string[], index: number): boolean {
  const line = lines[index] ?? "";
  if (line === "-- " || line === "--\u00a0") return true;
  if (/^(?:--|__|[—–]{1,10})\s?$/.test(line)) return index > 0 && blockLength(lines, index) <= looseSignatureLines;
  if (isListFooter(lines, index)) return true;
  return (index === 0 || isEmpty(lines[index - 1])) && isDeviceLine(line);
}

/** Lines from `index` up to the next quoted line or the end, counted no further than needed. */
function blockLength(lines: string[], index: number): number {
  let length = 0;
  while (length <= looseSignatureLines && index + length < lines.length && !isQuotedLine(lines[index + length] ?? ""))
    length += 1;
  return length;
}

function collect(lines: string[], kinds: Uint8Array, kind: number): string {
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    if (kinds[index] !== kind) continue;
    const line = (lines[index] ?? "").trimEnd();
    const isAfterGap = kind === isNew && index > 0 && kinds[index - 1] !== kind;
    const isGapOpen = kept.length > 0 && kept.at(-1) !== "";
    if (isAfterGap && isGapOpen && line !== "") kept.push("");
    if (isAfterGap && !isGapOpen && line === "") continue;
    kept.push(line);
  }
  let start = 0;
  let end = kept.length;
  while (start < end && kept[start] === "") start += 1;
  while (end > start && kept[end - 1] === "") end -= 1;
  return kept.slice(start, end).join("\n");
}
