import { z } from "zod";

/** What a model may say of a thread. `unsure`: somebody has to look. */
export const judgedClasses = [
  "reply",
  "urgent",
  "event",
  "document",
  "waiting",
  "to_know",
  "ignore",
  "unsure",
] as const;
export type JudgedClass = (typeof judgedClasses)[number];

/**
 * One answer of a model about one thread. `line` is what a closer look found to say, checked against the item; else null. `alone`: no
 * other thread stood in the question, so that nobody else's words can be behind the answer.
 */
export const judgementSchema = z.strictObject({
  class: z.enum(judgedClasses),
  urgency: z.number().int().min(0).max(3),
  line: z.string().nullable(),
  alone: z.boolean(),
});
export type Judgement = z.output<typeof judgementSchema>;
