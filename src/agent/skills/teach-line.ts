import { fold } from "../../core/fold.ts";
import { forScreen } from "../../core/untrusted.ts";
import { phrasesUsed } from "./skill-checks.ts";

/** A line the owner wants to stand in their rules or in a skill. */
export interface TaughtLine {
  /** As it would stand there, with its dash. */
  line: string;
  /** Phrases code can look for in a draft, as `phrasesUsed` takes them; empty when code cannot tell. */
  phrases: string[];
}

const forbids =
  /^(?:please )?(?:never|do not|don't|dont|avoid|no more|no|stop|nie|niemals|keine?[nmrs]?|bitte keine?|ne jamais|jamais|nunca|evita|mai|non)\s+/;
/** What a draft does with words; what it is not to do follows. */
const verbs =
  /^(?:(?:ever|to|any|a|an|the|with|in|zu|de|des|du)\s+)*(?:(?:suggest|propose|offer|mention|write|say|use|ask for|send|schedule|schlag\w*|erwahne\w*|schreib\w*|sag\w*|propose[rz]?|ecri\w+|di[rs]\w*)(?:ing)?\s+)?(?:(?:any|a|an|the|about|to have|einen?|die|der|das|un|une|des)\s+)*/;
const quoted = /[„“"«]([^“”"»„«\n]{2,80})[“”"»]/g;
const mostWords = 3;

/**
 * The line as it would stand in the file, and what of it code can hold drafts to: what stands in quotes, or a ban on something named in
 * one to three words ("never suggest calls"). Contract: pure; the owner's words stay as they are but for the dash and white space.
 */
export function teachLine(words: string): TaughtLine {
  const text = forScreen(words)
    .trim()
    .replace(/^[-*]\s+/, "");
  const line = `- ${text}`;
  const said = fold(text);
  if (!forbids.test(said)) return { line, phrases: [] };
  const inQuotes = [...text.matchAll(quoted)].map((hit) => (hit[1] ?? "").trim());
  if (inQuotes.length > 0) return { line, phrases: inQuotes };
  const named = said
    .replace(forbids, "")
    .replace(verbs, "")
    .replace(/[.!]+$/, "")
    .trim();
  const parts = named.split(/\s*(?:,|\bor\b|\band\b|\boder\b|\bund\b|\bou\b)\s*/).filter((part) => part !== "");
  const isPlain =
    parts.length > 0 && parts.every((part) => /^[\p{L}\p{N}' -]+$/u.test(part) && wordCount(part) <= mostWords);
  return { line, phrases: isPlain ? parts.map(stem) : [] };
}

function wordCount(part: string): number {
  return part.split(/\s+/).length;
}

/** "calls" finds "call" and "calling", too; short words stay whole, or they would find too much. */
function stem(part: string): string {
  const root = part.length > 4 ? part.replace(/(?:ings?|es|s)$/, "") : part;
  return root.length >= 4 ? `${root}*` : part;
}

/** A draft a line is tried on: what was written, and how the owner finds it. */
export interface PastDraft {
  name: string;
  text: string;
}

/** How a line would have changed past drafts; `checked` is false when code cannot tell. */
export interface Replay {
  checked: boolean;
  of: number;
  changed: { name: string; phrases: string[] }[];
}

/** Tries a line on past drafts. Contract: pure; looks for words, and does not claim to know what a draft means. */
export function replayLine({ phrases }: TaughtLine, drafts: readonly PastDraft[]): Replay {
  const changed = drafts
    .map(({ name, text }) => ({ name, phrases: phrasesUsed(phrases, text) }))
    .filter((one) => one.phrases.length > 0);
  return { checked: phrases.length > 0, of: drafts.length, changed };
}

/** A text with the line at its end, where it does not stand there yet; null when it does. Contract: pure. */
export function withLine(text: string, line: string): string | null {
  const plain = text.replaceAll("\r\n", "\n").trimEnd();
  const bare = (one: string): string => fold(one.replace(/^\s*[-*]\s*/, "").replace(/[.!\s]+$/, ""));
  if (plain.split("\n").some((one) => bare(one) === bare(line))) return null;
  const last = plain.split("\n").at(-1) ?? "";
  const gap = plain === "" ? "" : /^\s*[-*] /.test(last) ? "\n" : "\n\n";
  return `${plain}${gap}${line}\n`;
}
