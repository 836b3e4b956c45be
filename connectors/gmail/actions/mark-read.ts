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
    ...(await pickMails(asked, look, asked.unread === true ? isRead : isUnread)),
    add: asked.unread === true ? ["UNREAD"] : [],
    remove: asked.unread === true ? [] : ["UNREAD"],
    label: "",
  }),
  preview: (change, look) => previewChange(change, look, { verb: "Mark", after: ` as ${wordOf(change)}` }),
  receipt: (change) => `Marked ${plural(change.ids.length, "mail")} as ${wordOf(change)}.`,
};

function isUnread(labels: readonly string[]): boolean {
  return labels.includes("Unread");
}

/** What the owner sent has nothing to be read again. */
function isRead(labels: readonly string[]): boolean {
  return !labels.includes("Unread") && !labels.includes("Sent");
}

function wordOf({ add }: { add: readonly string[] }): string {
  return add.length > 0 ? "unread" : "read";
}
