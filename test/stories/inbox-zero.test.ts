// Holds story 3 of the operator: the skill, with archive bundles and reply cards.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTruth } from "../../src/emulators/world/truth.ts";
import { makeStoryBase, type StoryBase, StoryHouse } from "../support/story-house.ts";

let base: StoryBase;
beforeAll(async () => {
  base = await makeStoryBase();
}, 60_000);
afterAll(() => base.close());

/** Message-IDs of what lies in her inbox. */
function inbox(house: StoryHouse): Set<string> {
  const mailbox = house.google.state("gmail", base.life.account);
  const lying = [...mailbox.byMessageId].filter(([, id]) => mailbox.messages.get(id)?.labelIds.includes("INBOX"));
  return new Set(lying.map(([messageId]) => messageId.replace(/^<|>$/g, "")));
}

describe("run inbox zero", () => {
  it("is one bundle to archive and a card for each reply: the replies and one more input, and nothing is buried", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const before = inbox(house);
      const { bundles } = await house.ask("run inbox zero");
      const kinds = bundles.map(({ cards }) => [...new Set(cards.map(({ card }) => card.action))].join());
      expect(kinds.filter((kind) => kind === "gmail.archive")).toHaveLength(1);
      const replies = kinds.filter((kind) => /^gmail\.reply/.test(kind)).length;
      expect(replies).toBeGreaterThan(1);
      expect(kinds).toHaveLength(replies + 1);
      for (const bundle of bundles) await house.decide(bundle);
      await house.rest();
      expect(house.inputs).toBe(replies + 1);
      expect(house.sent()).toHaveLength(replies);
      const after = inbox(house);
      const archived = [...before].filter((id) => !after.has(id));
      expect(archived.length).toBeGreaterThan(10);
      const kept = loadTruth(join("data", "demo")).threads.flatMap(({ ref, neverBury }) =>
        neverBury && "mail" in ref ? [ref.mail.replace(/^<|>$/g, "")] : [],
      );
      expect(kept.filter((id) => before.has(id)).length).toBeGreaterThan(10);
      expect(kept.filter((id) => archived.includes(id))).toEqual([]);
    } finally {
      await house.stopHere();
    }
  });
});
