/** One part of a query as typed: a word or a quoted phrase, perhaps with a field, a minus or a star. */
export interface QueryToken {
  /** True for the word OR itself. */
  or: boolean;
  negated: boolean;
  /** Lower case, without its colon; null for none. */
  field: string | null;
  text: string;
  prefix: boolean;
  /** As the owner wrote it, for notes. */
  written: string;
}

const tokenPattern = /(-?)(?:([a-z]{2,10}):)?(?:"([^"]*)("?)(\*?)|([^\s"]+))/giu;

/** Cuts a query at white space outside quotes. An open quote ends with the text. Contract: pure, never throws. */
export function cutTokens(query: string): { tokens: QueryToken[]; notes: string[] } {
  const notes: string[] = [];
  const tokens: QueryToken[] = [];
  const plain = query.toWellFormed().replace(/[“”„«»]/g, '"');
  for (const found of plain.matchAll(tokenPattern)) {
    if (found[0] === "AND") continue;
    const [written, minus = "", field, quoted, closing, star, bare] = found;
    if (written === "OR") {
      tokens.push({ or: true, negated: false, field: null, text: "", prefix: false, written });
      continue;
    }
    if (quoted !== undefined && closing === "") notes.push("A quote was not closed; it was taken to go to the end.");
    const text = quoted ?? bare ?? written;
    tokens.push({
      or: false,
      negated: minus !== "",
      field: field?.toLowerCase() ?? null,
      text,
      prefix: star === "*" || (bare?.endsWith("*") ?? false),
      written: written.slice(0, 60),
    });
  }
  return { tokens, notes };
}
