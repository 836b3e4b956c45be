import { z } from "zod";
import { blankPreview, type Tier } from "../../src/core/action.ts";
import { defineHandOff, type HandOffAction } from "./define-hand-off.ts";
import { cleanLine, line, stepAskSchema, stepSchema, toStep } from "./fields.ts";

const askSchema = z.strictObject({ title: z.string().min(1).max(200), steps: z.array(stepAskSchema).min(1).max(20) });
const inputSchema = z.strictObject({ title: line(200), steps: z.array(stepSchema).min(1).max(20) });

export type ChecklistAction = HandOffAction<z.output<typeof askSchema>, z.output<typeof inputSchema>>;

/** Several things the owner does, in order, each with its page and values to copy. `consequence` says who does them. */
export function defineChecklist(own: {
  name: string;
  tier: Tier;
  description: string;
  consequence: string;
}): ChecklistAction {
  return defineHandOff({
    name: own.name,
    tier: own.tier,
    description: own.description,
    ask: askSchema,
    input: inputSchema,
    resolve: async (ask) => ({ title: cleanLine(ask.title), steps: ask.steps.map(toStep) }),
    preview: async (input) => ({
      ...blankPreview,
      title: input.title,
      fields: input.steps.flatMap((step, index) => [
        { label: `Step ${index + 1}`, value: step.title },
        ...(step.url === null ? [] : [{ label: "Link", value: step.url }]),
        ...step.values,
      ]),
      consequences: [own.consequence],
      handOff: { url: null, steps: input.steps },
    }),
  });
}
