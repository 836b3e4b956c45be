import { z } from "zod";
import { StewardError } from "../../core/errors.ts";
import type { Tool } from "../tool.ts";
import { found } from "./tool-result.ts";

const input = z.strictObject({ name: z.string().min(1).max(80) });

/** How the owner wants something done. The owner accepted it, so it stands outside of the fence. */
export const skillTool: Tool<typeof input> = {
  name: "skill",
  description: "The steps of a skill from your list. Read it before you do what it is for.",
  input,
  effect: "read",
  run: async ({ name }, { knowledge }) => {
    const skill = await knowledge.skill(name);
    if (skill === null)
      throw new StewardError("not_found", "There is no such skill that may be loaded.", {
        cure: "Go by the names in your list.",
      });
    return found({ skill: { name: skill.name } }, { note: skill.body });
  },
};
