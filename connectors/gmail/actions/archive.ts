import { z } from "zod";
import { plural } from "../../../src/core/plural.ts";
import { type LabelAction, labelAction, pickMails, previewChange, whichMails } from "../change-labels.ts";

const ask = z.strictObject(whichMails);

/** Out of the inbox, and nothing else: a new answer brings the conversation back. */
export const archive: LabelAction<z.output<typeof ask>> = {
  ...labelAction,
  name: "gmail.archive",
  description: "Takes mails out of the owner's inbox; they stay in All Mail.",
  ask,
  resolve: async (asked, look) => ({
    ...(await pickMails(asked, look, (labels) => labels.includes("Inbox"))),
    add: [],
    remove: ["INBOX"],
    label: "",
  }),
  preview: (change, look) => previewChange(change, look, { verb: "Archive" }),
  receipt: ({ ids }) => `Archived ${plural(ids.length, "mail")}.`,
};
