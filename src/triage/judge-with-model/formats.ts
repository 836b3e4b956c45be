import { z } from "zod";
import { judgementSchema } from "../../core/judgement.ts";

const { class: judgedClass, urgency } = judgementSchema.shape;

export const quickAnswer = z.strictObject({ id: z.string(), class: judgedClass, urgency });
export const closerAnswer = z.strictObject({ id: z.string(), class: judgedClass, urgency, line: z.string() });
export const promiseAnswer = z.strictObject({
  id: z.string(),
  by: z.enum(["owner", "them"]),
  what: z.string(),
  due: z.string().nullable(),
  quote: z.string(),
});

/** What a server holds an answer to, as JSON Schema. */
export const judgeFormat: unknown = z.toJSONSchema(z.strictObject({ verdicts: z.array(quickAnswer) }));
export const closerFormat: unknown = z.toJSONSchema(z.strictObject({ verdicts: z.array(closerAnswer) }));
export const commitmentsFormat: unknown = z.toJSONSchema(z.strictObject({ commitments: z.array(promiseAnswer) }));
