import { z } from "zod";
import { plural } from "../../../src/core/plural.ts";
import { type LabelAction, labelAction, pickMails, previewChange, whichMails } from "../change-labels.ts";

const ask = z.strictObject({
  ...whichMails,
  /** Marks them as unread instead. */
  unread: z.boolean().optional(),
});

/** Read or unread. */
export const markRead: LabelAction<z.output<typeof ask>> = {
  ...labelAction,
  name: "gmail.mark_read",
  description: "Marks mails of the owner as read, or as unread.",
  ask,
  resolve: async (asked, look) => ({
    ...(await pickMails(asked, look, (labels) => labels.includes("Unread") !== (asked.unread === true))),
    add: asked.unread === true ? ["UNREAD"] : [],
    remove: asked.unread === true ? [] : ["UNREAD"],
    label: "",
  }),
  preview: (change, look) => previewChange(change, look, { verb: "Mark", after: ` as ${wordOf(change)}` }),
  receipt: (change) => `Marked ${plural(change.ids.length, "mail")} as ${wordOf(change)}.`,
};

function wordOf({ add }: { add: readonly string[] }): string {
  return add.length > 0 ? "unread" : "read";
}
