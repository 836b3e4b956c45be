import { toInstant } from "./clock.ts";

export const reminderKinds = ["remind", "snooze"] as const;
export type ReminderKind = (typeof reminderKinds)[number];

/** One line of the steward home's `reminders.md`. */
export interface Reminder {
  kind: ReminderKind;
  /** Of the card that made it: the same line is never told twice. */
  key: string;
  /** UTC ISO-8601. */
  at: string;
  text: string;
  threadId: number | null;
  /** The owner ticked it off, in an editor or elsewhere. */
  isDone: boolean;
}

/** Where reminders and snoozes stand in the steward home. */
export const remindersPath = "reminders.md";

/** What a new file begins with. */
export const remindersHeader = `# Reminders

One line each; tick [x] what needs no reminder, change a time, or delete a line.

`;

/**
 * A line as it is written: `- [ ] 2026-11-28 09:00 +01:00 · Call the garage · t17 <!-- steward:remind:… -->`. The time is the
 * owner's, with its offset, so that it can be changed in an editor. Contract: pure; `text` is one line.
 */
export function writeReminder(reminder: Omit<Reminder, "isDone">, zone: string): string {
  const thread = reminder.threadId === null ? "" : ` · t${reminder.threadId}`;
  const text = reminder.text.replaceAll("<!--", "<! --");
  return `- [ ] ${wallTime(reminder.at, zone)} · ${text}${thread} <!-- steward:${reminder.kind}:${reminder.key} -->`;
}

const linePattern =
  /^\s*[-*] \[([ xX])\] (\d{4}-\d\d-\d\d) (\d\d:\d\d) ([+-]\d\d:\d\d) · (.*?)(?: · t(\d{1,15}))? <!-- steward:(remind|snooze):([a-z0-9]{32}) -->\s*$/;

/** The reminders of a `reminders.md`, in its order; lines that are none, or whose time is none, are left out. Pure, never throws. */
export function readReminders(text: string): Reminder[] {
  return text.split(/\r\n|\n|\r/).flatMap((line) => {
    const match = linePattern.exec(line);
    if (match === null) return [];
    const [, tick, day = "", time = "", offset = "", what = "", thread, kind, key = ""] = match;
    const at = readInstant(`${day}T${time}${offset}`);
    if (at === null) return [];
    const threadId = thread === undefined ? null : Number(thread);
    return [{ kind: kind === "snooze" ? "snooze" : "remind", key, at, text: what, threadId, isDone: tick !== " " }];
  });
}

function readInstant(text: string): string | null {
  try {
    return toInstant(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    // A day that no month has is an answer here, and the line none of ours.
    return null;
  }
}

/** An instant as a clock in that zone shows it, with its offset: `2026-11-28 09:00 +01:00`. */
export function wallTime(instant: string, zone: string): string {
  const there = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
  return `${there.toPlainDate()} ${there.toPlainTime().toString({ smallestUnit: "minute" })} ${there.offset.slice(0, 6)}`;
}
