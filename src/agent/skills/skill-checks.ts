import { z } from "zod";
import { fold } from "../../core/fold.ts";

/** What a skill wants code to look for in a draft. Words and phrases as they are: no patterns, nothing that runs. */
export const skillChecksSchema = z.strictObject({
  /** Words and phrases a draft must not hold, whatever their case. `call` does not find `recall`; `call*` finds `calls`. */
  must_not_match: z.array(z.string().trim().min(2).max(120)).max(50).optional(),
  /** Nobody who was in the conversation may be missing from the answer. */
  keep_recipients: z.boolean().optional(),
  /** How a draft ends. */
  sign_off: z.string().trim().min(1).max(80).optional(),
  max_words: z.int().min(1).max(5000).optional(),
  /** ISO 639-1, or `thread`: the language of the conversation. */
  language: z
    .string()
    .regex(/^(?:[a-z]{2}|thread)$/)
    .optional(),
});
export type SkillChecks = z.output<typeof skillChecksSchema>;

/** A draft as far as checks look at it. */
export interface CheckedDraft {
  text: string;
  /** ISO 639-1 of the text and of its thread; null where that cannot be told. */
  language: string | null;
  threadLanguage: string | null;
  /** Addresses the draft goes to, and those a reply to all would go to; null where it is not a reply. */
  recipients: readonly string[];
  everybody: readonly string[] | null;
}

/**
 * What a draft does that a skill wants it not to do: sentences for the owner. Contract: pure, never throws; it can only add warnings,
 * nothing is approved or lowered by it.
 */
export function skillWarnings(checks: SkillChecks, draft: CheckedDraft): string[] {
  return [
    ...phrasesUsed(checks.must_not_match ?? [], draft.text).map((phrase) => `It says “${phrase}”.`),
    ...lost(checks, draft),
    ...ending(checks, draft.text),
    ...length(checks, draft.text),
    ...language(checks, draft),
  ];
}

/** Those of the phrases that a text holds as whole words; a `*` at the end takes the endings of a word, too. Contract: pure. */
export function phrasesUsed(phrases: readonly string[], text: string): string[] {
  const words = ` ${wordsOf(text)} `;
  return phrases.filter((phrase) => {
    const wanted = wordsOf(phrase);
    return wanted !== "" && words.includes(` ${wanted}${phrase.trimEnd().endsWith("*") ? "" : " "}`);
  });
}

function lost({ keep_recipients: keep }: SkillChecks, { recipients, everybody }: CheckedDraft): string[] {
  if (keep !== true || everybody === null) return [];
  const kept = new Set(recipients.map((address) => address.toLowerCase()));
  const missing = everybody.filter((address) => !kept.has(address.toLowerCase()));
  return missing.length === 0 ? [] : [`It leaves out ${missing.join(", ")}.`];
}

function ending({ sign_off: wanted }: SkillChecks, text: string): string[] {
  if (wanted === undefined || wordsOf(text).endsWith(wordsOf(wanted))) return [];
  return [`It does not end with “${wanted}”.`];
}

function length({ max_words: most }: SkillChecks, text: string): string[] {
  const count = text.match(/\S+/g)?.length ?? 0;
  return most === undefined || count <= most ? [] : [`It has ${count} words; ${most} will do.`];
}

function language({ language: asked }: SkillChecks, draft: CheckedDraft): string[] {
  const wanted = asked === "thread" ? draft.threadLanguage : (asked ?? null);
  if (wanted === null || draft.language === null || draft.language === wanted) return [];
  return [`It is written in “${draft.language}”, not in “${wanted}”.`];
}

function wordsOf(text: string): string {
  return (fold(text).match(/[\p{L}\p{N}']+/gu) ?? []).join(" ");
}
