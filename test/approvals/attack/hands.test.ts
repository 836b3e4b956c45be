import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenDoor, openDoor } from "../../../approvals/open-door.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { DoorHarness, typed } from "../../support/door-harness.ts";
import { postConnector } from "../../support/post-office.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness([postConnector()]).start();
});
afterEach(() => door.stopHere());

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
const state = async (cardId: string) => (await door.door.card(cardId))?.card.state;

describe("a disk that is full, or a database that is busy", () => {
  it("at whatever writing of whatever card: it is sent once all the same, and nothing is lost", async () => {
    const failures = ["disk_full", "database_busy"] as const;
    for (let at = 0; at < 8; at += 1) {
      const code = failures[at % 2] ?? "disk_full";
      const seen = await door.propose("post.send_letter", { ...letter, to: [`p${at}@adler.example`] });
      await door.approve(seen);
      door.clock.jump(30_000);
      // Opening writes once.
      let left = at + 1;
      const write: typeof door.store.write = async (work) => {
        left -= 1;
        if (left === -1) throw new StewardError(code, "No room.");
        return await door.store.write(work);
      };
      const limping = await openDoor({ ...door.setup, store: { ...door.store, write } });
      await limping.turn(new AbortController().signal).catch(() => undefined);
      for (let turns = 0; turns < 3; turns += 1) {
        door.clock.jump(120_000);
        await door.turn();
      }
      expect([at, await state(seen.cardId)]).toEqual([at, "done"]);
      expect(door.post.sent).toHaveLength(at + 1);
    }
  });
});

describe("two doors at once, against every rule", () => {
  it("send once", async () => {
    const stores = [await openImpatient(), await openImpatient()];
    const doors: OpenDoor[] = [];
    try {
      for (const store of stores) doors.push(await openDoor({ ...door.setup, store }));
      for (let at = 0; at < 10; at += 1) {
        const seen = await door.propose("post.send_letter", { ...letter, to: [`p${at}@adler.example`] });
        await door.approve(seen);
        door.clock.jump(30_000);
        const ending = new AbortController().signal;
        await Promise.allSettled(doors.map((one) => one.turn(ending)));
        door.clock.jump(600_000);
        await door.turn();
        expect(door.post.sent.filter(({ to }) => to[0] === `p${at}@adler.example`).length).toBeLessThanOrEqual(1);
        expect(["done", "failed", "unknown"]).toContain(await state(seen.cardId));
      }
    } finally {
      for (const store of stores) await store.close();
    }
  });

  it("let either the words be changed or the yes be given, never both", async () => {
    const other = await openImpatient();
    try {
      const second = await openDoor({ ...door.setup, store: other });
      for (let at = 0; at < 6; at += 1) {
        const seen = await door.propose("post.send_letter", { ...letter, to: [`p${at}@adler.example`] });
        const edit = second.edit(seen, { text: "Other words." }, typed);
        const answers = at % 2 === 0 ? [edit, door.approve(seen)] : [door.approve(seen), edit];
        const kinds = (await Promise.all(answers)).map(({ kind }) => kind);
        expect(kinds.toSorted()).toEqual(["ok", "refused"]);
      }
    } finally {
      await other.close();
    }
  });
});

/** Of two connections in one thread, one that waits for the other waits for itself. */
async function openImpatient() {
  return await openStore(join(door.home, "steward.db"), { clock: door.clock, durability: "full", busyTimeoutMs: 0 });
}
