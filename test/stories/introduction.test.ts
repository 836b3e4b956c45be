// Holds story 1 of the operator: an introduction from a chat, by a mail to both, and word to the friend after it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forgetAddress, makeStoryBase, type StoryBase, StoryHouse } from "../support/story-house.ts";

const asked = "Introduce Tom to the recruiter I know, as Inès asked, and text her when the mail is out.";
const claire = "claire@talentbridge.example";
const tom = "tom@lumen.example";
const links = ["https://lumen.example/jobs/paris-1", "https://lumen.example/jobs/paris-2"];

describe("an introduction that a friend asks for in a chat", () => {
  let base: StoryBase;
  beforeAll(async () => {
    base = await makeStoryBase();
  }, 60_000);
  afterAll(() => base.close());

  it("is one bundle and one yes: the mail goes to both, once, and the hand-off waits for its receipt", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const { bundles, question, cards } = await house.ask(asked);
      expect(question).toBeNull();
      expect(cards.map(({ action, state }) => [action, state])).toEqual([
        ["web.search", "done"],
        ["gmail.send_message", "proposed"],
        ["handoff.whatsapp", "proposed"],
      ]);
      const [bundle, ...more] = bundles.filter(({ open }) => open.length > 0);
      if (bundle === undefined) throw new Error("nothing to decide");
      expect(more).toEqual([]);
      const [mail, word] = bundle.cards;
      expect(mail?.preview.recipients.map(({ address }) => address)).toEqual([claire, tom]);
      for (const link of links) expect(mail?.preview.text).toContain(link);
      expect(word?.preview).toMatchObject({ recipients: [{ name: "Inès Moreau" }], handOff: { steps: [{}] } });
      expect(word?.card.afterCardId).toBe(mail?.card.id);
      // A first mail to Tom, whose address a known friend wrote in the thread: held, and nothing more.
      expect(bundle.friction).toBe("amber");
      expect(mail?.facts.values.filter(({ kind }) => kind === "link").map(({ from }) => from)).toEqual([
        "item",
        "item",
      ]);
      expect(house.sent()).toEqual([]);

      await house.decide(bundle);
      await house.turn();
      expect([house.sent(), await house.stateOf(word)]).toEqual([[], "approved"]);
      await house.rest();
      const [sent = "", ...others] = house.sent();
      expect(others).toEqual([]);
      expect(sent.replace(/\r?\n /g, " ")).toMatch(new RegExp(`^To: .*${claire}.*${tom}`, "m"));
      expect([await house.stateOf(mail), await house.stateOf(word)]).toEqual(["done", "done"]);
      expect(await house.doneInOrder()).toEqual(["web.search", "gmail.send_message", "handoff.whatsapp"]);
      expect(house.inputs).toBeLessThanOrEqual(2);
      await house.rest();
      expect(house.sent()).toHaveLength(1);
    } finally {
      await house.stopHere();
    }
  });

  it("has the address from an old mail, and searched with the company's name and a topic alone", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const { bundles } = await house.ask(asked);
      const mail = bundles.flatMap(({ cards }) => cards).find(({ card }) => card.action === "gmail.send_message");
      expect(mail?.facts.recipients[0]).toMatchObject({ address: claire, standing: "known", via: "written_to" });
      expect(mail?.facts.recipients[1]).toMatchObject({ address: tom, via: "authenticated_thread" });
      const searches = house.scripted.requests().filter(({ body }) => JSON.stringify(body).includes("web_search_2026"));
      expect(searches.map(({ body }) => body)).toMatchObject([{ messages: [{ content: "Lumen jobs" }] }]);
    } finally {
      await house.stopHere();
    }
  });
});

describe("the same where the address stands nowhere", () => {
  let base: StoryBase;
  beforeAll(async () => {
    base = await makeStoryBase((google) => forgetAddress(google, claire));
  }, 60_000);
  afterAll(() => base.close());

  it("asks for it, and goes on from the answer to the same cards", async () => {
    const house = await new StoryHouse(base).open();
    try {
      const first = await house.ask(asked);
      expect(first.question?.question).toContain("Claire Dubois");
      expect(first.cards.filter(({ action }) => action !== "web.search")).toEqual([]);
      const second = await house.ask(`It is ${claire}`, { answers: first.runId });
      const [bundle] = second.bundles.filter(({ open }) => open.length > 0);
      if (bundle === undefined) throw new Error(second.text);
      expect(bundle.cards[0]?.preview.recipients.map(({ address }) => address)).toEqual([claire, tom]);
      await house.decide(bundle);
      await house.rest();
      expect(house.sent()).toHaveLength(1);
      expect(house.inputs).toBe(2);
    } finally {
      await house.stopHere();
    }
  });
});
