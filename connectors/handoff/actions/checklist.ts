import { defineChecklist } from "../define-checklist.ts";

/** Several portals, one after the other. */
export const checklist = defineChecklist({
  name: "handoff.checklist",
  tier: "draft",
  description: "Hand the owner a list of steps on several pages, each with its link and the values to copy.",
  consequence: "Steward opens nothing and fills nothing in: you do, and tick each step.",
});
