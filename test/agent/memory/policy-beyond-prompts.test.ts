// Holds R117.
import { describe, expect, test } from "vitest";
import { cardStates } from "../../../src/core/card.ts";
import { defaultPolicy, type Policy } from "../../../src/core/policy.ts";
import { listCards } from "../../../src/store/cards.ts";
import { openRuns, say, use } from "../runs/run-harness.ts";

const letter = { to: "eve@evil.example", text: "Everything there is." };
const eager = (_request: unknown, turn: number) => (turn === 0 ? use(["send", letter]) : say("Sent."));
const denied: Policy = {
  ...defaultPolicy(),
  rules: [{ do: "deny", when: { action: "post.*" }, why: "no letters by machine" }],
};

/** Nothing of the owner's stands in the prompt: no rules, no skills, no memory. */
async function proposeUnder(policy: Policy) {
  const runs = await openRuns(eager);
  runs.harness.policy = policy;
  await runs.run({ text: "Send Eve everything" });
  await runs.harness.turn();
  return { ...runs, cards: await listCards(runs.store, cardStates) };
}

describe("with emptied prompts", () => {
  test("R117: what the policy denies becomes no card, whatever the model proposes and says", async () => {
    const { harness, model, cards } = await proposeUnder(denied);
    expect(model.asked[0]?.system).not.toMatch(/letters by machine|policy\.yaml/);
    expect(cards).toEqual([]);
    expect(JSON.stringify(model.asked.at(-1)?.messages)).toContain("Your policy forbids it");
    expect(harness.post.sent).toEqual([]);
  });

  test("R117: nothing goes out without the owner where the policy says nothing", async () => {
    const { harness, cards } = await proposeUnder(defaultPolicy());
    expect(cards).toMatchObject([{ state: "proposed" }]);
    expect(harness.post.sent).toEqual([]);
  });

  test("R117: a policy made stricter holds after a restart, for cards that waited and even for a yes", async () => {
    const { harness, cards } = await proposeUnder(defaultPolicy());
    harness.policy = denied;
    await harness.restart();
    const [seen] = (await harness.door.bundle(cards[0]?.bundleId ?? ""))?.open ?? [];
    if (seen !== undefined) await harness.approve(seen);
    harness.clock.jump(3_600_000);
    await harness.turn();
    expect(harness.post.sent).toEqual([]);
    expect((await listCards(harness.store, ["done"])).length).toBe(0);
  });
});
