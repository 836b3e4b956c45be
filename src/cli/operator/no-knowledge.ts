import type { Knowledge } from "../../agent/tool.ts";

/** Where there are neither skills nor notes. */
export const noKnowledge: Knowledge = {
  skill: async () => null,
  notes: async () => [],
  remember: async () => ({ kind: "refused", text: "There is no memory here." }),
};
