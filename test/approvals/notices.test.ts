// Holds R26.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fireReminders } from "../../approvals/fire-reminders.ts";
import { pushNotices } from "../../approvals/push-notices.ts";
import { remindersHeader, writeReminder } from "../../src/core/reminders.ts";
import { addNotice, listNotices } from "../../src/store/notices.ts";
import { DoorHarness } from "../support/door-harness.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness().start();
});
afterEach(() => door.stopHere());

const add = (key: string, kind: string, text = key) =>
  door.store.write((tx) => addNotice(tx, { key, kind, level: "push", text }));

describe("what interrupts the owner", () => {
  it("is told once, a burst as one line, and no more often a day than they allow", async () => {
    door.policy = { ...door.policy, attention: { cards_a_day: 3 } };
    for (let at = 0; at < 40; at += 1) await add(`card:${at}`, "card");
    expect(await pushNotices(door.setup)).toEqual(["40 cards wait for you"]);
    expect(await pushNotices(door.setup)).toEqual([]);
    await add("a", "card");
    await add("b", "urgent");
    await add("c", "card");
    expect(await pushNotices(door.setup)).toEqual(["a", "b"]);
    await add("d", "card");
    expect(await pushNotices(door.setup)).toEqual([]);
    expect(await listNotices(door.store, { unseen: true, limit: 100 })).toHaveLength(44);
    door.clock.jump(86_400_001);
    await add("e", "card");
    expect(await pushNotices(door.setup)).toEqual(["e"]);
  });

  it("includes what they asked to be told, and what they must know, whatever the budget", async () => {
    door.policy = { ...door.policy, attention: { cards_a_day: 0 } };
    await add("card", "card");
    await add("unknown", "alert", "Card 3: steward cannot tell");
    expect(await pushNotices(door.setup)).toEqual(["Card 3: steward cannot tell"]);
  });

  it("is a reminder at its time, as the owner's file says at that moment", async () => {
    const line = (at: string, key: string) =>
      writeReminder({ kind: "remind", key, at, text: "Call the garage", threadId: null }, "Europe/Berlin");
    const path = join(door.home, "reminders.md");
    writeFileSync(path, `${remindersHeader}${line("2026-11-14T09:00:00.000Z", "a".repeat(32))}\n`);
    expect(await fireReminders(door.setup)).toBe(0);
    door.clock.jump(3_600_000);
    expect(await fireReminders(door.setup)).toBe(1);
    expect(await fireReminders(door.setup)).toBe(0);
    expect(await pushNotices(door.setup)).toEqual(["Reminder: Call the garage"]);
    const ticked = line("2026-11-14T09:00:00.000Z", "b".repeat(32)).replace("[ ]", "[x]");
    writeFileSync(path, `${remindersHeader}${ticked}\n`);
    expect(await fireReminders(door.setup)).toBe(0);
  });
});
