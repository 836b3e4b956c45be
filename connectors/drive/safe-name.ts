import { createHash } from "node:crypto";
import { posix } from "node:path";

/** Leaves room for a mark and for the name of a temporary file within the 255 bytes that disks allow. */
const nameBytes = 160;
const extensionBytes = 16;
const pathBytes = 900;
/** Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const forbidden = /[\u0000-\u001f\u007f-\u009f/\\:*?"<>|]/g;
/** Letters that are not seen, or that turn the order of others around: `cod.exe` would read as `exe.doc`. */
const unseen = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * A name of a file in Drive (any text at all, two alike in one folder) as one that every disk takes. Contract: pure; the
 * result is one path segment of at most 160 bytes, not empty, not hidden, not reserved, without control characters.
 */
export function safeName(name: string): string {
  const plain = name.toWellFormed().normalize("NFC").replace(unseen, "").replace(forbidden, "_");
  const trimmed = plain.replace(/^[\s.]+/, (start) => (start.trim() === "" ? "" : "_")).replace(/[\s.]+$/, "");
  const named = trimmed === "" ? "untitled" : trimmed;
  return cutName(reserved.test(named) ? `_${named}` : named);
}

/** The name with a mark made of the file's id before its ending, for the second of two that a disk could not tell apart. */
export function markedName(name: string, id: string, length: number): string {
  const { name: stem, ext } = posix.parse(name);
  return `${stem}~${hashOf(id).slice(0, length)}${ext}`;
}

/** A name as the least particular disk sees it: without case, and with one way of writing each letter. */
export function nameKey(name: string): string {
  return name.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Joins segments; of folders nested too deep for a disk the innermost become one that stands for them. */
export function joinPath(segments: readonly string[]): string {
  const whole = segments.join("/");
  if (Buffer.byteLength(whole) <= pathBytes) return whole;
  const name = segments.at(-1) ?? "";
  const kept: string[] = [];
  for (const segment of segments.slice(0, -1)) {
    if (Buffer.byteLength([...kept, segment, name].join("/")) > pathBytes - 20) break;
    kept.push(segment);
  }
  const rest = segments.slice(kept.length, -1).join("/");
  return [...kept, `~${hashOf(rest).slice(0, 12)}`, name].join("/");
}

/** Cut between letters, with its ending kept and a mark of the whole name. */
function cutName(name: string): string {
  if (Buffer.byteLength(name) <= nameBytes) return name;
  const { name: stem, ext } = posix.parse(name);
  const ending = Buffer.byteLength(ext) <= extensionBytes ? ext : "";
  const start = ending === "" ? name : stem;
  const mark = `~${hashOf(name).slice(0, 8)}${ending}`;
  let cut = "";
  for (const letter of start) {
    if (Buffer.byteLength(cut + letter + mark) > nameBytes) break;
    cut += letter;
  }
  return cut.trimEnd() + mark;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
