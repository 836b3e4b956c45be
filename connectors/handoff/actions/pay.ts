import { defineChecklist } from "../define-checklist.ts";

/** Something to pay, prepared. */
export const pay = defineChecklist({
  name: "handoff.pay",
  tier: "critical",
  description: "Hand the owner a payment to make: payee, amount, reference and account as values. Steward never pays.",
  consequence: "Steward never pays: compare payee, amount and account with the bill, and pay yourself.",
});
