import { z } from "zod";
import type { Tool } from "../tool.ts";
import { ownerTime } from "./owner-time.ts";
import { found, refused } from "./tool-result.ts";

const input = z.strictObject({
  name: z.string().min(1).max(120).optional(),
  words: z.string().min(1).max(200).optional(),
});

/** Notes kept from before, with their age. */
export const memoryTool: Tool<typeof input> = {
  name: "memory",
  description: "Notes from before, by name or by words. They may be out of date: check what matters.",
  input,
  effect: "read",
  run: async ({ name, words }, { knowledge, owner }) => {
    const query = name !== undefined ? { name } : words !== undefined ? { words } : null;
    if (query === null) return refused("Give a name or words.");
    const notes = await knowledge.notes(query);
    const data = {
      notes: notes.map(({ name, at, age, text }) => ({ name, at: ownerTime(at, owner.zone), age, text })),
    };
    const note = notes.length === 0 ? "No note has it." : "Notes are as old as they say: check what matters.";
    return found(data, { itemIds: notes.flatMap(({ itemIds }) => itemIds), note });
  },
};
