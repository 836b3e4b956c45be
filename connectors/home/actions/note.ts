import { z } from "zod";
import { type Action, blankPreview } from "../../../src/core/action.ts";
import { toInstant } from "../../../src/core/clock.ts";
import { wallTime } from "../../../src/core/reminders.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import type { HomeFolder } from "../../home-folder/home-folder.ts";
import { refuseHomePath } from "../../home-folder/home-path.ts";
import { neverSends } from "../../home-folder/never-sends.ts";
import { type Appended, appendedSchema, appendOnce, findAppended, takeBack } from "../append-once.ts";

const fileName = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,60}$/u;
/** What stands in prompts is the owner's own words alone; disks differ in whether they tell its case apart. */
const promptFile = /^(?:memory|candidate|style)$/iu;
const askSchema = z.strictObject({
  text: z.string().min(1).max(2_000),
  /** Without folder and ending: `car` is memory/car.md. */
  file: z.string().regex(fileName).optional(),
});
const inputSchema = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(2_000)
    .refine((text) => clean(text) === text, "A note has no hidden characters."),
  file: z
    .string()
    .regex(fileName)
    .refine((file) => refuseHomePath(`memory/${file}.md`) === null, "No file can be called so.")
    .refine((file) => !promptFile.test(file.trim()), "This file of the memory is not written by cards."),
  /** The owner's day. */
  day: z.iso.date(),
});
type Input = z.output<typeof inputSchema>;

/** A dated note in the owner's memory. */
export const note: Action<z.output<typeof askSchema>, Input, null, Appended, HomeFolder> = {
  name: "home.note",
  tier: "change",
  description: "Add a dated note to memory/notes.md, or to another file of memory/ by its name.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: appendedSchema,
  resolve: async (ask, look) => ({
    text: clean(ask.text),
    file: ask.file?.trimEnd() ?? "notes",
    day: wallTime(toInstant(look.clock.now()), look.owner.zone).slice(0, 10),
  }),
  raise: () => "change",
  preview: async (input) => ({
    ...blankPreview,
    title: `Note in ${pathOf(input)}`,
    text: input.text,
    consequences: ["Steward reads it in later work. Nobody else sees it."],
  }),
  execute: async (input, _handle, call) =>
    appendOnce(call, { ...entryOf(input, call.idempotencyKey), header: `# ${input.file}\n\n` }),
  readBack: neverSends,
  reconcile: async (input, _handle, call) => findAppended(call, entryOf(input, call.idempotencyKey)),
  undo: async (result, call) => takeBack(call, result),
  edit: {
    read: ({ text }) => ({ text }),
    apply: (input, { text }) => ({ ...input, text: text === undefined ? input.text : clean(text) }),
  },
  receipt: (input) => `Noted in ${pathOf(input)}.`,
};

function pathOf({ file }: Input): string {
  return `memory/${file}.md`;
}

/** One list entry; its further lines are indented, so that they stay part of it. */
function entryOf(input: Input, key: string): Appended {
  const text = input.text.replaceAll("\n", "\n  ");
  return { path: pathOf(input), block: `- ${input.day}: ${text} <!-- steward:note:${key} -->` };
}

function clean(text: string): string {
  return forScreen(text, { multiline: true }).replaceAll("<!--", "<! --").trim();
}
