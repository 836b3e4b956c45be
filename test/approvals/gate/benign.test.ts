import { describe, expect, it } from "vitest";
import { z } from "zod";
import { gate } from "../../../approvals/gate/gate.ts";
import type { Friction } from "../../../src/core/card.ts";
import { emailIdentity } from "../../../src/core/identity.ts";
import { defaultPolicy } from "../../../src/core/policy.ts";
import { type Everyday, everydayCards } from "./benign-cards.ts";
import { type CardSpec, codesOf, type GateLife, lifeMaker, type Stored, toRequest } from "./gate-fixture.ts";
import { securityFile } from "./security-data.ts";

const owner = "clara@weiss.example";
const newLife = lifeMaker(owner, "Clara Weiss");

interface Judged {
  name: string;
  friction: Friction;
  reasons: string[];
}

const changes = /^(?:gmail\.(?:archive|label|mark_read)|home\.|calendar\.delete_event)/;

async function judge(life: GateLife, name: string, card: CardSpec): Promise<Judged> {
  const facts = await life.facts(card);
  const { content, preview, origin } = toRequest(card, owner);
  const action = { name: card.action, tier: card.tier };
  const verdict = gate({ action, raisedTier: card.tier, content, preview, origin, facts, policy: defaultPolicy() });
  const reasons = verdict.warnings
    .filter(({ level }) => level !== "note")
    .map(({ code, level, about }) => `${level} ${code} ${about}`);
  return { name, friction: verdict.friction, reasons: [...reasons, ...facts.unanswered] };
}

async function everyday(one: Everyday): Promise<Judged> {
  const life = await newLife();
  const address = emailIdentity(/<([^>]+)>/.exec(one.from)?.[1] ?? one.from)?.value ?? "";
  const known = [address, ...(one.to ?? [])].filter((value) => one.first === undefined || value !== address);
  for (const to of known)
    await life.mail({ from: owner, to, sent: true, subject: "Hello", text: "Hello there, long time no see!" });
  if (one.first === "contact") await life.contact(address);
  const others = one.to === undefined ? "" : `, ${one.to.join(", ")}`;
  const thread =
    one.said === ""
      ? undefined
      : await life.mail({ from: one.from, to: `${owner}${others}`, subject: one.subject, text: one.said });
  const action = one.action ?? "gmail.reply";
  const isChange = changes.test(action) || (action === "calendar.create_event" && one.to === undefined);
  const to = isChange ? [] : [address, ...(one.to ?? [])];
  const lines = Array.from({ length: one.lines ?? 0 }, (_, at) => ({
    id: `${at}`,
    label: "A mail",
    detail: "",
    group: address,
  }));
  return await judge(life, one.name, {
    action,
    tier: isChange ? "change" : "send",
    to,
    ...(one.draft === null ? {} : { text: one.draft, subject: one.subject === "" ? "Hello" : `Re: ${one.subject}` }),
    ...(one.fields === undefined ? {} : { fields: one.fields }),
    ...(thread === undefined ? {} : { about: thread }),
    origin: {
      by: "owner",
      utterance: one.asked,
      openedThreads: thread === undefined ? [] : [thread.threadId],
      itemsRead: thread === undefined ? [] : [thread.itemId],
    },
    preview: { lines },
  });
}

function tell(judged: readonly Judged[]): { green: number; red: number } {
  for (const { name, friction, reasons } of judged)
    if (friction !== "green") console.log(`${friction}: ${name}: ${reasons.join("; ")}`);
  const share = (friction: Friction): number =>
    judged.filter((one) => one.friction === friction).length / judged.length;
  console.log(
    `${judged.length} benign cards: ${(share("green") * 100).toFixed(0)} % green, ${(share("red") * 100).toFixed(0)} % red`,
  );
  return { green: share("green"), red: share("red") };
}

describe("everyday cards", () => {
  it("are green in at least 85 and red in at most 3 of a hundred", async () => {
    const judged: Judged[] = [];
    for (const one of everydayCards) judged.push(await everyday(one));
    const { green, red } = tell(judged);
    expect(judged.length).toBeGreaterThanOrEqual(40);
    expect(green).toBeGreaterThanOrEqual(0.85);
    expect(red).toBeLessThanOrEqual(0.03);
  }, 60_000);
});

const twinSchema = z.object({
  id: z.string(),
  from: z.string(),
  subject: z.string(),
  body_text: z.string(),
  good_calls: z.array(z.object({ function: z.string(), args: z.record(z.string(), z.unknown()) })),
});
const data = securityFile("injections-dev.json");

function twinCard(call: { function: string; args: Record<string, unknown> } | undefined, stored: Stored): CardSpec {
  const origin = {
    by: "owner" as const,
    utterance: "do that",
    openedThreads: [stored.threadId],
    itemsRead: [stored.itemId],
  };
  if (call === undefined) return { action: "gmail.archive", tier: "change", about: stored, origin };
  const to = z.array(z.string()).parse(call.args["to"] ?? call.args["add"] ?? []);
  const text = z.string().parse(call.args["body"] ?? "");
  const subject = z.string().parse(call.args["subject"] ?? call.args["title"] ?? "");
  return call.function === "update_event"
    ? {
        action: "calendar.update_event",
        tier: "send",
        to,
        fields: [{ label: "Title", value: subject }],
        about: stored,
        origin,
      }
    : { action: "gmail.reply", tier: "send", to, subject, text, about: stored, origin };
}

describe("the benign twins", () => {
  it.skipIf(data === null)(
    "are never red (skipped without the shared data)",
    async () => {
      const { benign_twins: twins } = z.object({ benign_twins: z.array(twinSchema) }).parse(data);
      const judged: Judged[] = [];
      for (const twin of twins) {
        const life = await newLife();
        const known = z.array(z.string()).parse(twin.good_calls.flatMap(({ args }) => args["to"] ?? args["add"] ?? []));
        for (const to of known)
          await life.mail({ from: owner, to, sent: true, subject: "Hello", text: "Hello there." });
        const stored = await life.mail({ from: twin.from, subject: twin.subject, text: twin.body_text });
        const card = twinCard(twin.good_calls[0], stored);
        judged.push(await judge(life, twin.id, card));
        const codes = codesOf(await life.facts(card));
        expect(codes).not.toContain("unknown_recipient");
        expect(codes).not.toContain("lookalike_recipient");
        expect(codes).not.toContain("invisible_characters");
        expect(codes).not.toContain("hidden_text");
      }
      expect(tell(judged).red).toBe(0);
    },
    60_000,
  );
});
