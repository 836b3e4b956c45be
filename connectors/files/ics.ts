import { basename } from "node:path";
import { parseIcs } from "../../src/formats/calendar/parse-ics.ts";
import { cutBlocks } from "./cut-blocks.ts";
import { type FileCutter, pullCutFile } from "./cut-file.ts";
import type { FileReader, ReadOptions } from "./reader.ts";

const prefaceLimit = 512_000;
const closing = Buffer.from("\r\nEND:VCALENDAR\r\n");

/**
 * An .ics file. Each record holds up to 200 events of one window with the calendar's own lines and time zones before them.
 * Contract: as `FileReader`; a calendar over 4 MB finds only the time zones in its first 4 MB by their rules.
 */
export const icsReader: FileReader = {
  kind: "ics",
  recognise: async ({ path, isFolder, head, sizeBytes }) => {
    if (isFolder) return null;
    const text = new TextDecoder("latin1").decode(head.subarray(0, 4096)).replaceAll("\u0000", "");
    if (!/^[\s\u00ef\u00bb\u00bf\u00fe\u00ff]*BEGIN[ \t]*:[ \t]*VCALENDAR/i.test(text)) return null;
    const name = /^X-WR-CALNAME[^:\r\n]*:([^\r\n]{1,80})/im.exec(new TextDecoder().decode(head))?.[1]?.trim();
    return { kind: "ics", label: `Calendar ${name ?? basename(path).replace(/\.ics$/i, "")}`, sizeBytes };
  },
  pull: (path, cursor, options, signal) => pullCutFile(path, cursor, options, signal, icsCutter),
};

const icsCutter: FileCutter = {
  format: "ics",
  cut: (window, atEnd, preface) => {
    // UTF-16 has no markers that bytes could be searched for: a window is a record of its own.
    if (preface.length === 0) return { pieces: wholeWindow(window, atEnd), used: window.length };
    return cutBlocks(window, atEnd, "VEVENT");
  },
  preface: (head) => {
    const text = head.toString("latin1");
    if (!/BEGIN[ \t]*:[ \t]*VCALENDAR/i.test(text))
      return { bytes: Buffer.alloc(0), start: 0, closing: Buffer.alloc(0) };
    const first = text.search(/^[ \t]*BEGIN[ \t]*:[ \t]*VEVENT/im);
    const opening = (first < 0 ? text : text.slice(0, first)).slice(0, prefaceLimit);
    const later = first < 0 ? "" : zonesAfter(head.subarray(first));
    return {
      bytes: Buffer.from(`${opening}${later}`, "latin1"),
      start: Math.max(0, first < 0 ? head.length : first),
      closing,
    };
  },
  wants: isInPass,
  parse: parseIcs,
};

/** Time zones may be defined after the events that use them. */
function zonesAfter(rest: Buffer): string {
  const blocks = cutBlocks(rest, true, "VTIMEZONE").pieces.map(({ start, end }) => rest.toString("latin1", start, end));
  return blocks
    .filter((block) => /END[ \t]*:[ \t]*VTIMEZONE\s*$/i.test(block.slice(-100)))
    .join("")
    .slice(0, prefaceLimit);
}

function wholeWindow(window: Buffer, atEnd: boolean) {
  const failed =
    atEnd || window.length === 0 ? null : "This part of the calendar is not in an encoding that can be cut.";
  return [{ start: 0, end: window.length, failed }];
}

/** By the date in DTSTART, to the day; what repeats, and what has no readable date, is recent. */
function isInPass(piece: Buffer, { recentSince, olderThan }: ReadOptions): boolean {
  if (recentSince === null && olderThan === null) return true;
  const text = piece.toString("latin1");
  const date = /^DTSTART[^:\r\n]{0,200}:(\d{4})(\d{2})(\d{2})/im.exec(text);
  const repeats = /^(RRULE|RDATE|RECURRENCE-ID)/im.test(text);
  const isRecent =
    date === null || repeats || `${date[1]}-${date[2]}-${date[3]}` >= (recentSince ?? olderThan ?? "").slice(0, 10);
  return recentSince === null ? !isRecent : isRecent;
}
