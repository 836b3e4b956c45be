import { parseDocument } from "yaml";
import { z } from "zod";

const sizeLimit = 64_000;
const aliasLimit = 20;
const frontMatterSchema = z.record(z.string(), z.unknown());

export interface FrontMatter {
  /** Null when there is none or it cannot be read; then the block counts as text. */
  data: Record<string, unknown> | null;
  /** What follows the block; the whole text when `data` is null. */
  body: string;
  problem: string | null;
}

/**
 * Reads the YAML block between two `---` lines at the very start of a Markdown text. Only plain YAML 1.2 core: no other
 * language after the dashes, no tags, at most 64 KB and 20 aliases. Contract: pure, never throws, runs nothing.
 */
export function readFrontMatter(text: string): FrontMatter {
  const none = (problem: string | null): FrontMatter => ({ data: null, body: text, problem });
  const opening = /^\ufeff?---[ \t]*\r?\n/.exec(text);
  if (opening === null) return none(null);
  const rest = text.slice(opening[0].length, opening[0].length + sizeLimit);
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m.exec(rest);
  if (closing === null) return none(null);
  const source = rest.slice(0, closing.index);
  const body = text.slice(opening[0].length + closing.index + closing[0].length);
  try {
    const document = parseDocument(source, {
      uniqueKeys: false,
      stringKeys: true,
      logLevel: "silent",
      schema: "core",
      merge: false,
    });
    if (document.errors.length + document.warnings.length > 0)
      return none("The front matter is not plain YAML and was read as text.");
    const data = frontMatterSchema.safeParse(document.toJS({ maxAliasCount: aliasLimit }) ?? {});
    return data.success ? { data: data.data, body, problem: null } : none(null);
  } catch {
    // Too many aliases, or nested deeper than the stack: hostile either way, and still text.
    return none("The front matter is not plain YAML and was read as text.");
  }
}
