import { z } from "zod";
import { verdictClasses } from "../../core/verdict.ts";

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** Precision: of what was said, how much a careful person accepts. Recall: of what was meant, how much was found. */
export const classScoreSchema = z.strictObject({
  class: z.enum(verdictClasses),
  said: count,
  precision: share,
  meant: count,
  recall: share,
});
export type ClassScore = z.output<typeof classScoreSchema>;

/** How drafts came out. `problems` counts first drafts by what code found wrong with them, before any was written anew. */
export const draftScoreSchema = z.strictObject({
  asked: count,
  proposed: count,
  nothing: count,
  dropped: count,
  failed: count,
  /** Of those asked for, threads that a careful person would answer. */
  meant: count,
  /** Proposed ones that reach exactly everybody the last message reached. */
  recipientsKept: count,
  problems: z.record(z.string(), count),
});
export type DraftScore = z.output<typeof draftScoreSchema>;

export const storyScoreSchema = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  /** What was missing, in a sentence of ours; empty when it passed. */
  why: z.string(),
});
export type StoryScore = z.output<typeof storyScoreSchema>;

/** Tokens and US dollars of all calls; `usd` null where no price is known. */
export const costSchema = z.strictObject({
  calls: count,
  input: count,
  cacheWrite: count,
  cacheRead: count,
  output: count,
  usd: z.number().nullable(),
});
export type EvalCost = z.output<typeof costSchema>;

/** What `steward eval` measured: the file it writes, and `--compare` reads. */
export const evalReportSchema = z.strictObject({
  version: z.literal(1),
  /** The models that answered, sorted; empty for rules only. */
  models: z.array(z.string()),
  rules: z.array(classScoreSchema),
  /** Null without a model. */
  judged: z.array(classScoreSchema).nullable(),
  drafts: draftScoreSchema.nullable(),
  /** Null where they were not played. */
  stories: z.array(storyScoreSchema).nullable(),
  cost: costSchema,
});
export type EvalReport = z.output<typeof evalReportSchema>;
