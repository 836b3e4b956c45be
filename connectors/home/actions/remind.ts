import { z } from "zod";
import { type Action, blankPreview } from "../../../src/core/action.ts";
import { remindersHeader, remindersPath, writeReminder } from "../../../src/core/reminders.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import type { HomeFolder } from "../../home-folder/home-folder.ts";
import { neverSends } from "../../home-folder/never-sends.ts";
import { type Appended, appendedSchema, appendOnce, findAppended, takeBack } from "../append-once.ts";
import { needMoment } from "../need-moment.ts";

const askSchema = z.strictObject({
  text: z.string().min(1).max(300),
  at: z.string().max(40),
  thread: z.int().positive().optional(),
});
const inputSchema = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(300)
    .refine((text) => oneLine(text) === text, "A reminder is one line without hidden characters."),
  at: z.iso.datetime({ precision: 3 }),
  zone: z.string(),
  shownAt: z.string(),
  threadId: z.int().positive().nullable(),
});
type Input = z.output<typeof inputSchema>;

/** A reminder of the owner's own. It stands in reminders.md; what fires it reads that. */
export const remind: Action<z.output<typeof askSchema>, Input, null, Appended, HomeFolder> = {
  name: "home.remind",
  tier: "change",
  description: "Remind the owner of something at a time (2026-11-28T09:00 in the owner's zone), maybe about a thread.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: appendedSchema,
  resolve: async (ask, look) => {
    const { at, shown } = needMoment(ask.at, look);
    const { zone } = look.owner;
    return { text: oneLine(ask.text), at, zone, shownAt: shown, threadId: ask.thread ?? null };
  },
  raise: () => "change",
  preview: async (input) => ({
    ...blankPreview,
    title: `Remind you: ${input.text}`,
    fields: [{ label: "When", value: input.shownAt }],
    consequences: [`Adds a line to ${remindersPath}. Nobody else sees it.`],
    about: { threadId: input.threadId, itemIds: [] },
  }),
  execute: async (input, _handle, call) =>
    appendOnce(call, { ...lineOf(input, call.idempotencyKey), header: remindersHeader }),
  readBack: neverSends,
  reconcile: async (input, _handle, call) => findAppended(call, lineOf(input, call.idempotencyKey)),
  undo: async (result, call) => takeBack(call, result),
  edit: {
    read: ({ text }) => ({ text }),
    apply: (input, { text }) => ({ ...input, text: text === undefined ? input.text : oneLine(text) }),
  },
  receipt: (input) => `Will remind you ${input.shownAt}: ${input.text}`,
};

function lineOf({ at, zone, text, threadId }: Input, key: string): Appended {
  return { path: remindersPath, block: writeReminder({ kind: "remind", key, at, text, threadId }, zone) };
}

function oneLine(text: string): string {
  return forScreen(text).replaceAll("<!--", "<! --").trim();
}
