import { describe, expect, it } from "vitest";
import { gate } from "../../../approvals/gate/gate.ts";
import { type Friction, frictions } from "../../../src/core/card.ts";
import { defaultPolicy } from "../../../src/core/policy.ts";
import { type CardSpec, type GateLife, lifeMaker, type Stored, toRequest } from "./gate-fixture.ts";
import { type Generated, generateCards } from "./generated-cards.ts";

const owner = "clara@weiss.example";
const newLife = lifeMaker(owner, "Clara Weiss");
const count = 252;

interface Judged {
  friction: Friction;
  reason: string;
}

/** Makes known whom the owner knows, once each. */
async function meet(life: GateLife, card: Generated, met: Set<string>): Promise<void> {
  for (const address of [card.with, ...card.others]) {
    if (met.has(address)) continue;
    met.add(address);
    if (card.first === "contact" && address === card.with) await life.contact(address);
    if (card.first !== null && address === card.with) continue;
    await life.mail({ from: owner, to: address, sent: true, subject: "Hello", text: "Hello, nice to meet you." });
  }
}

function toSpec(card: Generated, stored: Stored | null): CardSpec {
  const isOwn = card.draft === null && card.action !== "calendar.respond";
  const others = card.others.filter((address) => address !== card.with);
  return {
    action: card.action,
    tier: isOwn ? "change" : "send",
    to: isOwn ? [] : [card.with, ...others],
    ...(card.draft === null
      ? {}
      : { text: card.draft, subject: stored === null ? card.subject : `Re: ${card.subject}` }),
    ...(stored === null ? {} : { about: stored }),
    origin: {
      by: "owner",
      callId: "call-1",
      utterance: card.asked,
      openedThreads: stored === null ? [] : [stored.threadId],
      itemsRead: stored === null ? [] : [stored.itemId],
    },
  };
}

/** A mail that triage has looked at and lets go out of sight. */
async function bulkMail(life: GateLife): Promise<Stored> {
  const stored = await life.mail({ from: "news@letter.example", subject: "News of the week", text: "Much happened." });
  await life.store.write((tx) => {
    tx.sql.run(
      `INSERT INTO verdicts (thread_id, class, score, line, ignored_as, signals, item_count, rules_version, judged_at)
       VALUES (?, 'ignore', 0, '', 'bulk', '[]', 1, '1', '2026-11-20T12:00:00.000Z')`,
      stored.threadId,
    );
  });
  return stored;
}

async function judge(life: GateLife, card: Generated, bulk: Stored): Promise<Judged> {
  const others = card.others.filter((address) => address !== card.with);
  const to = [owner, ...others].join(", ");
  const stored =
    card.said === null ? null : await life.mail({ from: card.with, to, subject: card.subject, text: card.said });
  const lines = Array.from({ length: card.lines }, (_, at) => ({
    id: `${at}`,
    label: "A mail",
    detail: "",
    group: "",
  }));
  const about = lines.length < 2 ? {} : { about: { threadId: null, itemIds: lines.map(() => bulk.itemId) } };
  const spec: CardSpec = { ...toSpec(card, stored), preview: { files: card.files, lines, ...about } };
  const facts = await life.facts(spec);
  const { content, preview, origin } = toRequest(spec, owner);
  const action = { name: spec.action, tier: spec.tier };
  const verdict = gate({ action, raisedTier: spec.tier, content, preview, origin, facts, policy: defaultPolicy() });
  const reasons = verdict.warnings.filter(({ level }) => level !== "note").map(({ code, about }) => `${code} ${about}`);
  return { friction: verdict.friction, reason: `${card.name}: ${reasons.join("; ")}` };
}

describe("cards of an ordinary year", () => {
  it("cost one tap in at least 85 and the page in at most 3 of a hundred", async () => {
    const life = await newLife();
    const met = new Set<string>();
    const bulk = await bulkMail(life);
    const judged: Judged[] = [];
    for (const card of generateCards(count)) {
      await meet(life, card, met);
      judged.push(await judge(life, card, bulk));
    }
    const share = (friction: Friction) => judged.filter((one) => one.friction === friction).length / judged.length;
    const shares = frictions.map((friction) => `${friction} ${(share(friction) * 100).toFixed(1)} %`);
    console.log(`${judged.length} generated benign cards: ${shares.join(", ")}`);
    for (const { friction, reason } of judged) if (friction !== "green") console.log(`${friction}: ${reason}`);
    expect(share("green")).toBeGreaterThanOrEqual(0.85);
    expect(share("red")).toBeLessThanOrEqual(0.03);
    expect(share("never")).toBe(0);
  }, 120_000);
});
