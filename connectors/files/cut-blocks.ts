import type { Piece } from "./cut-file.ts";
import { windowBytes } from "./cut-file.ts";

/** Cuts BEGIN:…END: blocks of one name out of a window of iCalendar or vCard bytes. */
export function cutBlocks(window: Buffer, atEnd: boolean, name: string): { pieces: Piece[]; used: number } {
  const text = window.toString("latin1");
  const marker = new RegExp(`^[ \\t]*(BEGIN|END)[ \\t]*:[ \\t]*${name}[ \\t]*(?:\\r?\\n|\\r|$)`, "gim");
  const pieces: Piece[] = [];
  let open: number | null = null;
  for (const match of text.matchAll(marker)) {
    const isBegin = match[1]?.toUpperCase() === "BEGIN";
    if (isBegin) {
      // A block that never ended is handed over as it is: its parser says so.
      if (open !== null) pieces.push({ start: open, end: match.index, failed: null });
      open = match.index;
    } else if (open !== null) {
      // A marker at the very end of the window may go on in the next one.
      const end = match.index + match[0].length;
      if (end === text.length && !atEnd) break;
      pieces.push({ start: open, end, failed: null });
      open = null;
    }
  }
  if (open === null) return { pieces, used: usedWithoutBlock(text, pieces, atEnd) };
  if (atEnd) return { pieces: [...pieces, { start: open, end: text.length, failed: null }], used: text.length };
  if (open > 0 || text.length < windowBytes) return { pieces, used: open };
  const reason = `A ${name} of more than 4 MB was left out.`;
  return { pieces: [{ start: 0, end: text.length, failed: reason }], used: text.length };
}

/** The beginning of a marker may lie at the end of the window: the last line waits for the next one. */
function usedWithoutBlock(text: string, pieces: Piece[], atEnd: boolean): number {
  if (atEnd) return text.length;
  const lastLine = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
  return Math.max(pieces.at(-1)?.end ?? 0, lastLine > 0 ? lastLine : text.length);
}
