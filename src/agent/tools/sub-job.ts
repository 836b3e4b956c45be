import { z } from "zod";
import type { Tool } from "../tool.ts";
import { refused } from "./tool-result.ts";

const input = z.strictObject({
  task: z.string().min(1).max(4000),
  items: z.array(z.int().positive()).max(200),
});

/** Reads much in a context of its own, and brings back a summary. */
export const subJobTool: Tool<typeof input> = {
  name: "sub_job",
  description: "Have much read apart from this conversation, such as forty documents; returns a summary.",
  input,
  effect: "read",
  run: async ({ task, items }, { subJob }) =>
    subJob === null ? refused("There is no sub-job within one: read it yourself.") : await subJob(task, items),
};
