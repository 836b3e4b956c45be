import { z } from "zod";
import { StewardError } from "../../../src/core/errors.ts";
import { plural } from "../../../src/core/plural.ts";
import { type LabelAction, labelAction, pickMails, previewChange, whichMails } from "../change-labels.ts";

const ask = z.strictObject({
  ...whichMails,
  /** As it is called in Gmail. */
  label: z.string().min(1).max(225),
  /** Takes it off instead. */
  remove: z.boolean().optional(),
});

/** Labels with other actions of their own, or that nobody may set. */
const reserved = new Set(["INBOX", "UNREAD", "TRASH", "SPAM", "SENT", "DRAFT", "CHAT"]);

/** One of the owner's own labels, on or off. */
export const label: LabelAction<z.output<typeof ask>> = {
  ...labelAction,
  name: "gmail.label",
  description: "Puts one of the owner's Gmail labels on mails, or takes it off.",
  ask,
  resolve: async (asked, look) => {
    if (look.client === null) {
      throw new StewardError("needs_reauth", "Only Gmail knows its labels.", {
        cure: `steward connect google --write gmail --account ${look.account}`,
      });
    }
    const known = await look.client.labels(look.signal);
    const name = [...known.keys()].find((one) => one.toLowerCase() === asked.label.toLowerCase());
    const id = name === undefined ? undefined : known.get(name);
    if (name === undefined || id === undefined || reserved.has(id)) {
      throw new StewardError("not_found", "Gmail has no such label.", { cure: "Make the label in Gmail first." });
    }
    const picked = await pickMails(asked, look, (labels) => labels.includes(name) === (asked.remove === true));
    const [add, remove] = asked.remove === true ? [[], [id]] : [[id], []];
    return { ...picked, add, remove, label: name };
  },
  preview: (change, look) =>
    previewChange(change, look, { verb: "Label", after: `: ${signOf(change)}“${change.label}”` }),
  receipt: (change) =>
    `${change.add.length > 0 ? "Put" : "Took"} “${change.label}” ${change.add.length > 0 ? "on" : "off"} ${plural(change.ids.length, "mail")}.`,
};

function signOf({ add }: { add: readonly string[] }): string {
  return add.length > 0 ? "" : "without ";
}
