import { z } from "zod";
import type { Tool } from "../tool.ts";
import { found, refused } from "./tool-result.ts";

const input = z.strictObject({ text: z.string().min(1).max(1000), quote: z.string().max(1000) });

/** Keeps a note: at once when the owner said it in this very request, else by their yes. */
export const rememberTool: Tool<typeof input> = {
  name: "remember",
  description: "Keep a note for later. quote: the owner's own sentence it rests on, word for word.",
  input,
  effect: "propose",
  run: async ({ text, quote }, { knowledge, utterance, taint }, key) => {
    const itemIds = [...taint().items];
    const outcome = await knowledge.remember({ text, quote, utterance, itemIds, key });
    if (outcome.kind === "refused") return refused(`It was not kept. ${outcome.text}`);
    if (outcome.kind === "asked") return found({ asked: outcome.text }, { note: "The owner has to say yes first." });
    return found({ kept: outcome.name }, { note: "Kept." });
  },
};
