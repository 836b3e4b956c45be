import { z } from "zod";
import { blankPreview } from "../../../src/core/action.ts";
import { defineHandOff } from "../define-hand-off.ts";
import { cleanLine, line, linkSchema, needUrl, stepAskSchema, toStep, valuesSchema } from "../fields.ts";

/** A page to open, with what is filled in there to copy. */
export const openLink = defineHandOff({
  name: "handoff.open_link",
  tier: "draft",
  description: "Hand the owner a web page to open, with the values to fill in there and why.",
  ask: z.strictObject({ url: z.string(), values: stepAskSchema.shape.values, why: z.string().min(1).max(300) }),
  input: z.strictObject({ url: linkSchema, values: valuesSchema, why: line(300) }),
  resolve: async (ask) => {
    const why = cleanLine(ask.why);
    return { url: needUrl(ask.url), values: toStep({ title: why, values: ask.values }).values, why };
  },
  preview: async (input) => ({
    ...blankPreview,
    title: `Open ${new URL(input.url).host}`,
    fields: [{ label: "Why", value: input.why }, { label: "Link", value: input.url }, ...input.values],
    consequences: ["Steward opens nothing and fills nothing in: you do."],
    handOff: { url: input.url, steps: [{ title: input.why, url: input.url, values: input.values }] },
  }),
});
