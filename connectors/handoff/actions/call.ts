import { z } from "zod";
import { blankPreview } from "../../../src/core/action.ts";
import { findAddress } from "../../../src/formats/contacts/find-address.ts";
import { defineHandOff } from "../define-hand-off.ts";
import { cleanLine, line } from "../fields.ts";

/** A call to make. */
export const call = defineHandOff({
  name: "handoff.call",
  tier: "draft",
  description: "Hand the owner a phone call to make, by number or by a name in contacts.csv, and what it is about.",
  ask: z.strictObject({ to: z.string().min(1).max(200), why: z.string().min(1).max(500) }),
  input: z.strictObject({
    phone: z.string().regex(/^\+[1-9]\d{6,14}$/),
    name: z.union([z.literal(""), line(200)]),
    why: line(500),
  }),
  resolve: async (ask, look) => {
    const { address, name } = await findAddress(ask.to, "phone", look);
    return { phone: address, name: cleanLine(name).slice(0, 200), why: cleanLine(ask.why) };
  },
  preview: async (input) => {
    const url = `tel:${input.phone}`;
    const values = [{ label: "Number", value: input.phone }];
    return {
      ...blankPreview,
      title: `Call ${input.name === "" ? input.phone : input.name}`,
      // A call has no channel that is read; the number is known, or not, as everywhere.
      recipients: [{ role: "to", channel: "contacts", address: input.phone, name: input.name }],
      fields: [{ label: "About", value: input.why }, ...values],
      consequences: ["Steward calls nobody: you do."],
      handOff: { url, steps: [{ title: input.why, url, values }] },
    };
  },
});
