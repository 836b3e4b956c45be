import { z } from "zod";
import { type Action, blankPreview, type Look } from "../../../src/core/action.ts";
import { toInstant } from "../../../src/core/clock.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { wallTime } from "../../../src/core/reminders.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import { composeEvent } from "../../../src/formats/calendar/compose-event.ts";
import { readDay, readMoment } from "../../../src/formats/calendar/read-moment.ts";
import type { HomeFolder } from "../../home-folder/home-folder.ts";
import { neverSends } from "../../home-folder/never-sends.ts";
import {
  fileTitle,
  findInOutbox,
  type OutboxResult,
  outboxFolder,
  outboxPath,
  outboxResult,
  putInOutbox,
  takeFromOutbox,
  toFileTitle,
} from "../outbox.ts";

const askSchema = z.strictObject({
  title: z.string().min(1).max(200),
  /** `2026-11-28T14:00` in the owner's zone, or with an offset; `2026-11-28` for a whole day. */
  start: z.string().max(40),
  /** As `start`; for whole days the last one. Absent: one hour, or the one day. */
  end: z.string().max(40).optional(),
  location: z.string().max(300).optional(),
  description: z.string().max(4_000).optional(),
  thread: z.int().positive().optional(),
});
const plainLine = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => clean(text) === text, "One line without hidden characters.");
const inputSchema = z.strictObject({
  file: fileTitle,
  uid: z.string().min(1).max(200),
  stampAt: z.iso.datetime({ precision: 3 }),
  title: plainLine(200).min(1),
  startsAt: z.union([z.iso.datetime({ precision: 3 }), z.iso.date()]),
  endsAt: z.union([z.iso.datetime({ precision: 3 }), z.iso.date()]),
  isAllDay: z.boolean(),
  /** The same as the owner's clock shows it. */
  shownStart: z.string(),
  shownEnd: z.string(),
  location: plainLine(300),
  description: z
    .string()
    .max(4_000)
    .refine((text) => forScreen(text, { multiline: true }).trim() === text, "Text without hidden characters."),
  threadId: z.int().positive().nullable(),
});
type Input = z.output<typeof inputSchema>;

/** An event as a file that any calendar opens, for who has no account connected. */
export const writeEvent: Action<z.output<typeof askSchema>, Input, null, OutboxResult, HomeFolder> = {
  name: "files.write_event",
  tier: "draft",
  description: "Write an event as an .ics file into the outbox folder, for the owner to open in any calendar.",
  ask: askSchema,
  input: inputSchema,
  handle: z.null(),
  result: outboxResult,
  resolve: async (ask, look) => {
    const times = readTimes(ask, look);
    return {
      ...times,
      file: toFileTitle(times.shownStart.slice(0, 10), ask.title),
      uid: `${look.newId()}@steward`,
      stampAt: toInstant(look.clock.now()),
      title: clean(ask.title),
      location: clean(ask.location ?? ""),
      description: forScreen(ask.description ?? "", { multiline: true }).trim(),
      threadId: ask.thread ?? null,
    };
  },
  raise: () => "draft",
  preview: async (input) => ({
    ...blankPreview,
    title: `Write a calendar file: ${input.title}`,
    fields: [
      { label: "When", value: `${input.shownStart} to ${input.shownEnd}` },
      ...(input.location === "" ? [] : [{ label: "Where", value: input.location }]),
      { label: "Folder", value: outboxFolder },
    ],
    text: input.description === "" ? null : input.description,
    consequences: ["Nobody is invited; it is in your calendar when you open the file."],
    about: { threadId: input.threadId, itemIds: [] },
  }),
  execute: async (input, _handle, call) =>
    putInOutbox(call, outboxPath(input.file, "ics", call), new TextEncoder().encode(composeEvent(input))),
  readBack: neverSends,
  reconcile: async (input, _handle, call) => findInOutbox(call, outboxPath(input.file, "ics", call)),
  undo: async (result, call) => takeFromOutbox(call, result),
  receipt: (_input, result) => `Wrote ${result.path}: open it to have it in your calendar.`,
};

type Times = Pick<Input, "startsAt" | "endsAt" | "isAllDay" | "shownStart" | "shownEnd">;

/** Errors: `usage` when a time is none, or it ends before it begins. */
function readTimes({ start, end }: z.output<typeof askSchema>, look: Look<HomeFolder>): Times {
  const { zone } = look.owner;
  const firstDay = readDay(start);
  if (firstDay !== null) {
    const lastDay = end === undefined ? firstDay : readDay(end);
    const endsAt = lastDay === null ? null : readDay(lastDay, 1);
    if (lastDay === null || endsAt === null || lastDay < firstDay) throw noTime(end ?? start);
    return { startsAt: firstDay, endsAt, isAllDay: true, shownStart: firstDay, shownEnd: lastDay };
  }
  const startMs = readMoment(start, zone);
  if (startMs === null) throw noTime(start);
  const endMs = end === undefined ? startMs + 3_600_000 : readMoment(end, zone);
  if (endMs === null || endMs <= startMs) throw noTime(end ?? start);
  const [startsAt, endsAt] = [toInstant(startMs), toInstant(endMs)];
  return { startsAt, endsAt, isAllDay: false, shownStart: wallTime(startsAt, zone), shownEnd: wallTime(endsAt, zone) };
}

function noTime(text: string): StewardError {
  return new StewardError("usage", `"${forScreen(text)}" is no time an event begins or ends at.`, {
    cure: "Write 2026-11-28T14:00, or 2026-11-28 for a whole day, and the end after the start.",
  });
}

function clean(text: string): string {
  return forScreen(text).trim();
}
