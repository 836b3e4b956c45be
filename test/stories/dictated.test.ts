// Holds story 6 of the operator: the owner's own words to a friend.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStoryBase, type StoryBase, StoryHouse } from "../support/story-house.ts";

let base: StoryBase;
beforeAll(async () => {
  base = await makeStoryBase();
}, 60_000);
afterAll(() => base.close());
const asked = "Tell my friend Ben I'm in Seattle next week";

describe("telling a friend what the owner says", () => {
  it("is one green card where the policy asks, and goes once after that yes", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const { bundles, cards } = await house.ask(asked);
      expect(cards.map(({ action, state, friction }) => [action, state, friction])).toEqual([
        ["gmail.send_message", "proposed", "green"],
      ]);
      const [bundle] = bundles;
      if (bundle === undefined) throw new Error("no card");
      expect(bundle.cards[0]?.preview.recipients.map(({ address }) => address)).toEqual(["ben@tideline.example"]);
      await house.decide(bundle);
      expect(house.sent()).toEqual([]);
      await house.rest();
      expect(house.sent()).toEqual([expect.stringContaining("I'm in Seattle next week")]);
      expect(house.inputs).toBe(1);
    } finally {
      await house.stopHere();
    }
  });

  it("has no card to decide where the policy says send: it goes once, when the undo window is over", async () => {
    const house = await new StoryHouse(base).open();
    try {
      house.policy = { ...house.policy, dictated: "send" };
      const { cards } = await house.ask(asked);
      expect(cards.map(({ action, state }) => [action, state])).toEqual([["gmail.send_message", "approved"]]);
      expect((await house.door.queue()).length).toBe(0);
      await house.turn();
      expect(house.sent()).toEqual([]);
      await house.rest();
      await house.rest();
      expect(house.sent()).toEqual([expect.stringContaining("I'm in Seattle next week")]);
      expect(house.inputs).toBe(0);
    } finally {
      await house.stopHere();
    }
  });
});
