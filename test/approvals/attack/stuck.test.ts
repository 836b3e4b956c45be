import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DoorHarness, typed } from "../../support/door-harness.ts";
import { postConnector } from "../../support/post-office.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness([postConnector()]).start();
});
afterEach(() => door.stopHere());

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
const card = async (cardId: string) => (await door.door.card(cardId))?.card;
const state = async (cardId: string) => (await card(cardId))?.state;

/** A letter whose process died in the middle of sending it. */
async function dieSending() {
  const seen = await door.propose("post.send_letter", letter);
  await door.approve(seen);
  door.clock.jump(30_000);
  door.dieAt = "committing";
  expect(await door.turn()).toBe("died");
  await door.restart();
  return seen;
}

/** Whether the door still works: another card goes its way. */
async function isAlive(): Promise<boolean> {
  const other = await door.propose("post.flag", { ids: [`${door.clock.now()}`] });
  await door.approve(other);
  await door.turn();
  return (await state(other.cardId)) === "done";
}

describe("an attempt whose end nobody can tell", () => {
  it("goes to the owner and holds nothing up when the account was disconnected meanwhile", async () => {
    const seen = await dieSending();
    await door.store.write((tx) => tx.sql.run("UPDATE sources SET connector = 'gone' WHERE id = 'post'"));
    await door.turn();
    await door.store.write((tx) => tx.sql.run("UPDATE sources SET connector = 'post' WHERE id = 'post'"));
    expect(await isAlive()).toBe(true);
    expect(await state(seen.cardId)).toBe("unknown");
    expect((await card(seen.cardId))?.reason).toContain("no longer connected");
    expect((await door.door.settle(seen.cardId, false, typed)).kind).toBe("ok");
  });

  it("goes to the owner and holds nothing up when its action is gone from the code", async () => {
    const seen = await dieSending();
    const [connector] = door.setup.connectors;
    const actions = connector?.actions ?? [];
    Reflect.set(
      connector ?? {},
      "actions",
      actions.filter(({ name }) => name !== "post.send_letter"),
    );
    expect(await isAlive()).toBe(true);
    expect(await state(seen.cardId)).toBe("unknown");
  });

  it("goes to the owner when its receipt cannot be written", async () => {
    const seen = await dieSending();
    const [draft] = door.post.drafts.values();
    if (draft === undefined) throw new Error("no draft");
    door.post.drafts.clear();
    door.post.sent.push(draft);
    const sending = door.setup.connectors[0]?.actions.find(({ name }) => name === "post.send_letter");
    if (sending === undefined) throw new Error("no action");
    const wordless = { ...sending, receipt: () => JSON.parse("no words for it") };
    Reflect.set(door.setup.connectors[0] ?? {}, "actions", [wordless, ...(door.setup.connectors[0]?.actions ?? [])]);
    expect(await isAlive()).toBe(true);
    expect(await state(seen.cardId)).toBe("unknown");
  });

  it("goes to the owner after some hours, however often the service asks for patience", async () => {
    const seen = await dieSending();
    door.post.drafts.clear();
    for (let hours = 0; hours < 8; hours += 1) {
      await door.turn();
      door.clock.jump(3_600_000);
    }
    expect(await state(seen.cardId)).toBe("unknown");
  });

  it("is asked about again although the clock was far ahead when it was asked last", async () => {
    const seen = await dieSending();
    const [draft] = door.post.drafts.values();
    if (draft === undefined) throw new Error("no draft");
    door.post.drafts.clear();
    door.clock.jump(10_000_000);
    await door.turn();
    door.clock.jump(-365 * 86_400_000);
    door.post.sent.push(draft);
    await door.turn();
    expect(await state(seen.cardId)).toBe("done");
  });
});
