import { z } from "zod";
import type { Tool } from "../tool.ts";
import { found, refused } from "./tool-result.ts";

const input = z.strictObject({
  question: z.string().min(1).max(600),
  choices: z.array(z.string().min(1).max(120)).max(6),
});

/** Asks the owner, and ends the run with it. */
export const askOwnerTool: Tool<typeof input> = {
  name: "ask_owner",
  description: "Ask the owner what only they can know. The run ends; their answer begins another.",
  input,
  effect: "propose",
  run: async (question, { ask }) => {
    if (ask === null) return refused("Nobody can be asked here: say in your answer what you need to know.");
    ask(question);
    return found({}, { note: "Asked. This run ends here." });
  },
};
