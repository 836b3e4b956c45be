import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pastDrafts } from "../../../src/agent/skills/past-drafts.ts";
import { replayLine, teachLine } from "../../../src/agent/skills/teach-line.ts";
import { DoorHarness } from "../../support/door-harness.ts";

let door: DoorHarness;
const propose = (text: string) => door.propose("post.send_letter", { to: ["anna@berg.example"], text });

beforeEach(async () => {
  door = await new DoorHarness().start();
});
afterEach(() => door.stopHere());

describe("past drafts", () => {
  test("are the texts of cards, newest first and each once, by the number the owner knows", async () => {
    for (const text of ["Shall we have a call?", "See you on Friday.", "Thank you, Anna."]) {
      await propose(text);
      door.clock.jump(60_000);
    }
    const drafts = await pastDrafts(door.store, 60);
    expect(drafts.map(({ text }) => text)).toEqual(["Thank you, Anna.", "See you on Friday.", "Shall we have a call?"]);
    expect(await pastDrafts(door.store, 2)).toHaveLength(2);
    const replay = replayLine(teachLine("never suggest calls"), drafts);
    expect(replay).toEqual({ checked: true, of: 3, changed: [{ name: "card 1", phrases: ["call*"] }] });
  });
});
