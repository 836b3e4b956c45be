// Holds R138.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pushNotices } from "../../../approvals/push-notices.ts";
import { DoorHarness } from "../../support/door-harness.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness().start();
  door.policy = { ...door.policy, attention: { cards_a_day: 0 } };
});
afterEach(() => door.stopHere());

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
async function approved(text = letter.text): Promise<string> {
  const seen = await door.propose("post.send_letter", { ...letter, text });
  await door.approve(seen);
  return seen.cardId;
}

describe("the owner is told, once and whatever their budget,", () => {
  it("that a cap is reached and what waits for it", async () => {
    door.policy = { ...door.policy, caps: { ...door.policy.caps, send: 1 } };
    await approved();
    await approved("Another.");
    door.clock.jump(30_000);
    await door.turn();
    await door.turn();
    expect(await pushNotices(door.setup)).toEqual([expect.stringContaining("Allow 10 more?")]);
    expect(await pushNotices(door.setup)).toEqual([]);
  });

  it("that nobody can tell what became of an effect", async () => {
    const cardId = await approved();
    door.post.lagMs = 24 * 3_600_000;
    door.post.faults.push({ path: "POST /send", when: "after", do: "drop", times: 1 });
    door.clock.jump(30_000);
    for (let hours = 0; hours < 30 && (await door.door.card(cardId))?.card.state !== "unknown"; hours += 1) {
      await door.turn();
      door.clock.jump(1_800_000);
      door.post.faults.push({ path: "GET", when: "before", do: "503", times: 2 });
    }
    expect((await door.door.card(cardId))?.card.state).toBe("unknown");
    expect((await pushNotices(door.setup)).join(" ")).toContain("cannot tell");
    expect(door.post.sent).toHaveLength(1);
  });

  it("that what was approved did not go out, and why", async () => {
    await approved();
    door.post.faults.push({ path: "POST /send", when: "before", do: "400", times: 1 });
    door.clock.jump(30_000);
    await door.turn();
    expect((await pushNotices(door.setup)).join(" ")).toContain("The post office refuses it.");
  });

  it("that the ledger is not the one that was written", async () => {
    await approved();
    door.clock.jump(30_000);
    await door.turn();
    await door.store.write((tx) => {
      tx.sql.run("DROP TRIGGER ledger_never_shrinks");
      tx.sql.run("DELETE FROM ledger WHERE seq > 2");
    });
    await door.turn();
    await door.turn();
    const told = await pushNotices(door.setup);
    expect(told.filter((line) => line.includes("ledger verify"))).toHaveLength(1);
  });
});
