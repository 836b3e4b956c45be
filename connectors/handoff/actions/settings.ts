import { defineChecklist } from "../define-checklist.ts";

/** Settings of an account to change, prepared. */
export const settings = defineChecklist({
  name: "handoff.settings",
  tier: "critical",
  description: "Hand the owner a change to the settings of an account or device. Steward never changes settings.",
  consequence: "Steward never changes settings, passwords or rights: you do.",
});
