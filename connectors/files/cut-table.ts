import type { ParsedRecord, RawRecord } from "../../src/core/record.ts";
import { type FileCutter, windowBytes } from "./cut-file.ts";

const chunkBytes = 256_000;

/** How a CSV of contacts is cut: a few hundred KB of whole rows with the header before them. */
export function tableCutter(
  format: RawRecord["format"],
  parse: (record: RawRecord) => Promise<ParsedRecord>,
): FileCutter {
  return {
    format,
    cut: (window, atEnd, preface) => {
      const ends = rowEnds(window, atEnd);
      const pieces: { start: number; end: number; failed: string | null }[] = [];
      let start = 0;
      for (const [index, end] of ends.entries()) {
        if (end - start < chunkBytes && index < ends.length - 1) continue;
        pieces.push({ start, end, failed: null });
        start = end;
      }
      if (pieces.length > 0 || preface.length === 0) return { pieces, used: start || window.length };
      const reason = "A row of more than 4 MB was left out: a quote is opened and never closed.";
      const failed = window.length >= windowBytes || atEnd ? [{ start: 0, end: window.length, failed: reason }] : [];
      return { pieces: window.length === 0 ? [] : failed, used: window.length };
    },
    preface: (head) => {
      const [end = 0] = rowEnds(head, true);
      return { bytes: head.subarray(0, end), start: end, closing: Buffer.alloc(0) };
    },
    wants: (_, { olderThan }) => olderThan === null,
    parse,
  };
}

/** Offsets after each line end that is outside quotes; the end of the file counts as one. */
function rowEnds(bytes: Buffer, atEnd: boolean): number[] {
  const ends: number[] = [];
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 34) quoted = !quoted;
    else if (bytes[at] === 10 && !quoted) ends.push(at + 1);
  }
  if (atEnd && bytes.length > 0 && ends.at(-1) !== bytes.length) ends.push(bytes.length);
  return ends;
}
