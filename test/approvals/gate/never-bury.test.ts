import { describe, expect, it } from "vitest";
import type { Preview } from "../../../src/core/action.ts";
import { type GateLife, lifeMaker, type Stored } from "./gate-fixture.ts";

const newLife = lifeMaker("clara@weiss.example", "Clara Weiss");

async function judged(life: GateLife, subject: string, vetoes: boolean): Promise<Stored> {
  const stored = await life.mail({ from: "shop@store.example", subject, text: "Hello." });
  const signals = [
    { name: "bulk", reason: "comes by a list", weight: -1, vetoes: false, itemId: null },
    { name: "deadline", reason: "names a deadline", weight: 1, vetoes, itemId: null },
  ];
  await life.store.write((tx) => {
    tx.sql.run(
      `INSERT INTO verdicts (thread_id, class, score, line, signals, item_count, rules_version, judged_at)
       VALUES (?, 'ignore', 0, '', ?, 1, '1', '2026-11-20T12:00:00.000Z')`,
      stored.threadId,
      JSON.stringify(signals),
    );
  });
  return stored;
}

function bulk(stored: readonly Stored[]): Partial<Preview> {
  return {
    lines: stored.map(({ itemId }) => ({ id: `gmail-${itemId}`, label: "A mail", detail: "", group: "shop" })),
    about: { threadId: null, itemIds: stored.map(({ itemId }) => itemId) },
  };
}

describe("what is put out of sight", () => {
  it("has the lines named that triage forbids to bury, each with why", async () => {
    const life = await newLife();
    const stored = [await judged(life, "Sale", false), await judged(life, "Pay by Friday", true)];
    const card = { action: "gmail.archive", tier: "change" as const, preview: bulk(stored) };
    const facts = await life.facts({ ...card, origin: { by: "rule", callId: null } });
    expect(facts.neverBury).toEqual([{ lineId: `gmail-${stored[1]?.itemId}`, why: "names a deadline" }]);
    expect(facts.unanswered).toEqual([]);
    expect((await life.facts({ ...card, action: "gmail.label" })).neverBury).toEqual([]);
    expect((await life.facts({ ...card, origin: { by: "owner", callId: null } })).neverBury).toEqual([]);
    expect((await life.facts({ ...card, origin: { by: "owner", callId: "c" } })).neverBury).toHaveLength(1);
  });

  it("is asked about where triage has not looked, or the lines cannot be told apart", async () => {
    const life = await newLife();
    const stored = [await judged(life, "Sale", false), await life.mail({ from: "x@store.example", text: "New." })];
    const card = { action: "gmail.archive", tier: "change" as const, preview: bulk(stored) };
    expect((await life.facts(card)).unanswered).toEqual(["Whether 1 of them may be put out of sight."]);
    const fewer = { ...bulk(stored), about: { threadId: null, itemIds: [] } };
    expect((await life.facts({ ...card, preview: fewer })).unanswered).toEqual([
      "Whether 2 of them may be put out of sight.",
    ]);
  });
});
