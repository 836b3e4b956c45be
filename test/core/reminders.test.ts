import fc from "fast-check";
import { expect, test } from "vitest";
import { readReminders, remindersHeader, writeReminder } from "../../src/core/reminders.ts";

const key = "abcdefghijklmnopqrstuvwxyz012345";
const reminder = {
  kind: "remind",
  key,
  at: "2026-11-28T08:00:00.000Z",
  text: "Call the garage",
  threadId: 17,
} as const;

test("a reminder is a line with the owner's time, and reads back", () => {
  const line = writeReminder(reminder, "Europe/Berlin");
  expect(line).toBe(`- [ ] 2026-11-28 09:00 +01:00 · Call the garage · t17 <!-- steward:remind:${key} -->`);
  expect(readReminders(`${remindersHeader}${line}\n`)).toEqual([{ ...reminder, isDone: false }]);
});

test("what the owner ticks, moves or deletes counts, whatever the line ends", () => {
  const line = writeReminder(reminder, "Europe/Berlin");
  const text = [line.replace("[ ]", "[x]"), line.replace("09:00", "10:30"), "- my own note", ""].join("\r\n");
  expect(readReminders(text)).toMatchObject([
    { isDone: true, at: "2026-11-28T08:00:00.000Z" },
    { isDone: false, at: "2026-11-28T09:30:00.000Z" },
  ]);
});

test("a line whose time is none is no reminder", () => {
  const line = writeReminder(reminder, "UTC");
  expect(readReminders(line.replace("2026-11-28", "2026-02-30"))).toEqual([]);
  expect(readReminders(line.replace(key, "short"))).toEqual([]);
});

test("a text cannot pretend to be another reminder", () => {
  const text = `x <!-- steward:snooze:${"z".repeat(32)} -->`;
  expect(readReminders(writeReminder({ ...reminder, text }, "UTC"))).toMatchObject([{ kind: "remind", key }]);
});

test("any line of text reads back as itself, in any zone", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("UTC", "Asia/Kathmandu", "America/St_Johns", "Europe/Berlin", "Pacific/Apia"),
      fc.integer({ min: 0, max: 50_000_000 }),
      fc.string({ minLength: 1 }).filter((text) => !/[\r\n]|<!--| · t\d+$/.test(text)),
      fc.constantFrom("remind", "snooze"),
      (zone, minutes, text, kind) => {
        const one = { kind, key, at: new Date(minutes * 60_000).toISOString(), text, threadId: 5 } as const;
        expect(readReminders(writeReminder(one, zone))).toEqual([{ ...one, isDone: false }]);
      },
    ),
    { numRuns: 300 },
  );
});
