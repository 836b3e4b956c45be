/** Characters of one text that are shown at once; what is longer is asked for by its `rest`. */
export const shownCharacters = 6000;

/** A piece of a text from `offset` on, and the handle of what follows; null when nothing does. */
export function cutText(
  text: string,
  handle: string,
  offset = 0,
  most = shownCharacters,
): { text: string; rest: string | null } {
  const end = offset + most;
  const piece = text.slice(offset, end).toWellFormed();
  const more = text.length - end;
  if (more <= 0) return { text: piece, rest: null };
  return { text: `${piece} [cut: ${more} more characters]`, rest: `${handle}@${end}` };
}

/** What a handle names: a place in an item's text, in what it quotes, in one of its files, or the items of a thread before one. */
export type RestHandle =
  | { kind: "item"; id: number; part: "text" | "quoted" | number; offset: number }
  | { kind: "thread"; id: number; beforeItem: number };

/** Reads a handle that a tool gave; null for anything else. */
export function readHandle(handle: string): RestHandle | null {
  const match = /^(item|thread):(\d{1,16})(?:\.(quoted|\d{1,3}))?@(\d{1,16})$/.exec(handle.trim());
  if (match === null) return null;
  const [, kind, id = "", part, at = ""] = match;
  if (kind === "thread") return part === undefined ? { kind, id: Number(id), beforeItem: Number(at) } : null;
  const place = part === undefined ? "text" : part === "quoted" ? part : Number(part);
  return { kind: "item", id: Number(id), part: place, offset: Number(at) };
}
