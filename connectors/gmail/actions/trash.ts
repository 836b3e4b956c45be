import { z } from "zod";
import { plural } from "../../../src/core/plural.ts";
import { type LabelAction, labelAction, pickMails, previewChange, whichMails } from "../change-labels.ts";

const ask = z.strictObject(whichMails);

/** The form of deleting that can be taken back. */
export const trash: LabelAction<z.output<typeof ask>> = {
  ...labelAction,
  name: "gmail.trash",
  description: "Moves mails of the owner to the trash, where Gmail keeps them for 30 days.",
  ask,
  resolve: async (asked, look) => ({
    ...(await pickMails(asked, look, (labels) => !labels.includes("Trash"))),
    add: ["TRASH"],
    remove: ["INBOX"],
    label: "",
  }),
  preview: (change, look) =>
    previewChange(change, look, {
      verb: "Move",
      after: " to the trash",
      consequences: ["Gmail deletes what is in the trash for good after 30 days."],
    }),
  receipt: ({ ids }) => `Moved ${plural(ids.length, "mail")} to the trash.`,
};
