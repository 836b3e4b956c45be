import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { toInstant } from "../src/core/clock.ts";
import { toStewardError } from "../src/core/errors.ts";
import { type Reminder, readReminders, remindersPath } from "../src/core/reminders.ts";
import { addNotice, hasNotice } from "../src/store/notices.ts";
import { setThreadState } from "../src/store/thread-views.ts";
import type { DoorSetup } from "./door-setup.ts";

/**
 * Does what `reminders.md` says and is due: a reminder is told once, a snooze hides its thread once. Contract: the file is the
 * owner's and only read; a line they change is the line that counts. Returns how many were new.
 */
export async function fireReminders(setup: DoorSetup): Promise<number> {
  const nowAt = toInstant(setup.clock.now());
  let fired = 0;
  for (const reminder of await reminders(setup)) {
    if (reminder.isDone) continue;
    if (reminder.kind === "snooze") fired += await hide(setup, reminder, nowAt);
    else if (reminder.at <= nowAt) fired += await tell(setup, reminder);
  }
  return fired;
}

async function tell({ store }: DoorSetup, { key, at, text, threadId }: Reminder): Promise<number> {
  const notice = {
    key: `remind:${key}:${at}`,
    kind: "reminder",
    level: "push" as const,
    text: `Reminder: ${text}`,
    threadId,
  };
  return Number(await store.write((tx) => addNotice(tx, notice)));
}

/** A snooze whose time is over before it was seen hides nothing any more. Hidden first: a crash in between hides it twice. */
async function hide({ store }: DoorSetup, { key, at, text, threadId }: Reminder, nowAt: string): Promise<number> {
  const told = `snooze:${key}:${at}`;
  if (threadId === null || at <= nowAt || (await hasNotice(store, told))) return 0;
  await setThreadState(store, threadId, "snoozed", at);
  const notice = { key: told, kind: "snooze", level: "show" as const, text: `Hidden: ${text}`, threadId };
  return Number(await store.write((tx) => addNotice(tx, notice)));
}

async function reminders(setup: DoorSetup): Promise<Reminder[]> {
  try {
    return readReminders(await readFile(join(setup.deps.homePath, remindersPath), "utf8"));
  } catch (error) {
    const named = toStewardError(error, `reading ${remindersPath}`);
    if (named.code === "not_found") return [];
    throw named;
  }
}
