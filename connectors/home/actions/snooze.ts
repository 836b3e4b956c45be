import { z } from "zod";
import { type Action, blankPreview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { remindersHeader, remindersPath, writeReminder } from "../../../src/core/reminders.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import type { HomeFolder } from "../../home-folder/home-folder.ts";
import { neverSends } from "../../home-folder/never-sends.ts";
import { type Appended, appendedSchema, appendOnce, findAppended, takeBack } from "../append-once.ts";
import { needMoment } from "../need-moment.ts";

const askSchema = z.strictObject({ thread: z.int().positive(), until: z.string().max(40) });
const inputSchema = z.strictObject({
  threadId: z.int().positive(),
  /** What the line says of it, for the owner. */
  title: z
    .string()
    .min(1)
    .max(120)
    .refine((text) => forScreen(text).trim() === text, "A title is one line without hidden characters."),
  until: z.iso.datetime({ precision: 3 }),
  zone: z.string(),
  shownUntil: z.string(),
});
type Input = z.output<typeof inputSchema>;

/** Hides a thread until a time. It stands in reminders.md; what hides it reads that. */
export const snooze: Action<z.output<typeof askSchema>, Input, null, Appended, HomeFolder> = {
  name: "home.snooze",
  tier: "change",
  description: "Hide a thread until a time (2026-11-28T09:00 in the owner's zone); then it is new again.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: appendedSchema,
  resolve: async (ask, look) => {
    const thread = await look.thread(ask.thread);
    if (thread === null) {
      throw new StewardError("usage", `There is no thread t${ask.thread}.`, {
        cure: "steward digest, or steward search",
      });
    }
    const { at, shown } = needMoment(ask.until, look);
    const title = forScreen(forScreen(thread.title).slice(0, 120)).trim();
    return {
      threadId: ask.thread,
      title: title === "" ? "without a title" : title,
      until: at,
      zone: look.owner.zone,
      shownUntil: shown,
    };
  },
  raise: () => "change",
  preview: async (input) => ({
    ...blankPreview,
    title: `Hide “${input.title}” until ${input.shownUntil}`,
    fields: [
      { label: "Thread", value: `t${input.threadId}` },
      { label: "Until", value: input.shownUntil },
    ],
    consequences: [`Adds a line to ${remindersPath}. Nobody else sees it.`],
    about: { threadId: input.threadId, itemIds: [] },
  }),
  execute: async (input, _handle, call) =>
    appendOnce(call, { ...lineOf(input, call.idempotencyKey), header: remindersHeader }),
  readBack: neverSends,
  reconcile: async (input, _handle, call) => findAppended(call, lineOf(input, call.idempotencyKey)),
  undo: async (result, call) => takeBack(call, result),
  receipt: (input) => `Hidden until ${input.shownUntil}: ${input.title}`,
};

function lineOf({ until, zone, title, threadId }: Input, key: string): Appended {
  return { path: remindersPath, block: writeReminder({ kind: "snooze", key, at: until, text: title, threadId }, zone) };
}
