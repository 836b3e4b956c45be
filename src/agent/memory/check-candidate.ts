import { z } from "zod";
import { findValues } from "../../core/find-values.ts";
import type { Candidate } from "../../store/memory-proposals.ts";
import { noteName } from "./notes.ts";
import { scanText } from "./scan-text.ts";

/** What a model answers with: notes that are changed, whole, and the names of those that go. */
export const candidateAnswerSchema = z.strictObject({
  notes: z.array(z.strictObject({ name: z.string().regex(noteName), text: z.string().min(1).max(6_000) })).max(200),
  dropped: z.array(z.string()).max(500),
});

/** The same as JSON Schema. */
export const candidateFormat = {
  type: "object",
  properties: {
    notes: {
      type: "array",
      items: {
        type: "object",
        properties: { name: { type: "string" }, text: { type: "string" } },
        required: ["name", "text"],
        additionalProperties: false,
      },
    },
    dropped: { type: "array", items: { type: "string" } },
  },
  required: ["notes", "dropped"],
  additionalProperties: false,
} as const;

/**
 * Why a candidate is not even shown; null when it may be. It changes and drops only what is there, keeps and drops nothing at once, and says no
 * name, date, amount, address or number that stands in none of the notes. Contract: pure.
 */
export function refuseCandidate(
  { notes, dropped }: Candidate,
  before: readonly { name: string; text: string }[],
): string | null {
  const names = new Set(before.map(({ name }) => name));
  const made = notes.map(({ name }) => name);
  if (new Set(made).size !== made.length) return "it names a note twice";
  if (made.some((name) => !names.has(name))) return "it makes a note of a name that is not there";
  if (dropped.some((name) => !names.has(name))) return "it drops a note that is not there";
  if (made.some((name) => dropped.includes(name))) return "it keeps and drops a note at once";
  const known = new Set(before.flatMap(({ name, text }) => keysOf(`${name}\n${text}`)));
  for (const { text } of notes) {
    const finding = scanText(text);
    if (finding !== null) return finding.why;
    if (keysOf(text).some((key) => !known.has(key))) return "it says something that stands in none of the notes";
  }
  return null;
}

function keysOf(text: string): string[] {
  return findValues(text).map(({ kind, key }) => `${kind} ${key}`);
}
