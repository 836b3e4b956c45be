import { defineChecklist } from "../define-checklist.ts";

/** Something to sign, prepared. */
export const sign = defineChecklist({
  name: "handoff.sign",
  tier: "critical",
  description: "Hand the owner something to sign: where it is, and what to check before. Steward never signs.",
  consequence: "Steward never signs: read it, and sign yourself.",
});
