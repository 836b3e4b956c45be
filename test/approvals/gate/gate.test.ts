import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts, RecipientFact } from "../../../approvals/gate/facts.ts";
import { type GateRequest, gate, gateBundle, standingFloors, tierFloors } from "../../../approvals/gate/gate.ts";
import { blankPreview, higherTier, tiers } from "../../../src/core/action.ts";
import { type Friction, frictions, moreFriction, type Warning, warningCodes } from "../../../src/core/card.ts";
import { defaultPolicy, type PolicyRule, policyRuleSchema } from "../../../src/core/policy.ts";

const standings = ["own", "known", "first_time", "unknown", "lookalike", "invalid"] as const;

function recipient(standing: RecipientFact["standing"], address = "paul@adler.example"): RecipientFact {
  return { role: "to", address, standing, via: null, writtenTo: 0, lastWrittenAt: null, resembles: null, itemIds: [] };
}

const noFacts: Facts = { recipients: [], warnings: [], values: [], unanswered: [] };

function request(given: Partial<GateRequest> & { rules?: PolicyRule[] } = {}): GateRequest {
  const { rules = [], ...rest } = given;
  const tier = rest.raisedTier ?? "send";
  const reached = rest.facts?.recipients ?? [];
  return {
    action: { name: "gmail.reply", tier },
    raisedTier: tier,
    content: { action: "gmail.reply", account: "clara@weiss.example", tier, input: {}, expiresAt: "" },
    preview: {
      ...blankPreview,
      title: "Reply",
      recipients: reached.map(({ address }) => ({ role: "to", channel: "mail", address, name: "" })),
    },
    origin: {
      by: "owner",
      requestId: "r",
      surface: "terminal",
      utterance: null,
      rule: null,
      itemsRead: [],
      openedThreads: [],
      callId: null,
    },
    facts: noFacts,
    policy: { ...defaultPolicy(), rules },
    ...rest,
  };
}

const rule = (given: unknown): PolicyRule => policyRuleSchema.parse(given);
const order = (friction: Friction): number => frictions.indexOf(friction);

const someFacts: fc.Arbitrary<Facts> = fc.record({
  recipients: fc.array(
    fc.constantFrom(...standings).map((standing) => recipient(standing)),
    { maxLength: 3 },
  ),
  warnings: fc.array(
    fc.record({
      code: fc.constantFrom(...warningCodes),
      level: fc.constantFrom("note", "amber", "red"),
      text: fc.constant("x"),
      about: fc.constantFrom("", "x"),
      itemIds: fc.constant([]),
    }) satisfies fc.Arbitrary<Warning>,
    { maxLength: 3 },
  ),
  values: fc.constant([]),
  unanswered: fc.array(fc.constant("who that is"), { maxLength: 1 }),
});
const someRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    do: fc.constantFrom("deny", "ask", "allow"),
    needs: fc.constantFrom("green", "amber", "red"),
    when: fc.constantFrom(
      { action: "*" },
      { action: "gmail.*" },
      { action: "calendar.respond" },
      { tier: "send" },
      { tier: "change" },
      { to: "adler.example" },
      { by: "model" },
    ),
  })
  .map(({ do: kind, needs, when }) => rule({ do: kind, when, why: "because", ...(kind === "ask" ? { needs } : {}) }));
const someTier = fc.constantFrom(...tiers);

describe("what nothing lowers", () => {
  it("is pinned", () => {
    expect(tierFloors).toEqual({ read: "green", draft: "green", change: "green", send: "green", critical: "red" });
    expect(standingFloors).toEqual({
      own: "green",
      known: "green",
      first_time: "amber",
      unknown: "red",
      lookalike: "red",
      invalid: "never",
    });
  });

  it("holds whatever the policy allows", () => {
    const allowAll = [rule({ do: "allow", when: { action: "*" }, why: "trust" })];
    const verdict = (given: Parameters<typeof request>[0]) => gate(request({ ...given, rules: allowAll })).friction;
    expect(verdict({ raisedTier: "change" })).toBe("nothing");
    expect(verdict({ raisedTier: "send" })).toBe("green");
    expect(verdict({ raisedTier: "critical" })).toBe("red");
    expect(verdict({ raisedTier: "change", facts: { ...noFacts, recipients: [recipient("unknown")] } })).toBe("red");
    const invalid = { ...noFacts, recipients: [recipient("invalid")] };
    expect(verdict({ raisedTier: "change", facts: invalid })).toBe("never");
    expect(gate(request({ facts: invalid })).refusal).toMatch(/no address/);
  });
});

describe("the gate", () => {
  it("is green for whom the owner knows, amber for a first contact, red for doubt, and names what to type", () => {
    const of = (...people: RecipientFact[]) => gate(request({ facts: { ...noFacts, recipients: people } }));
    expect(of(recipient("known")).friction).toBe("green");
    expect(of(recipient("known"), recipient("first_time")).friction).toBe("amber");
    const doubtful = of(recipient("known"), recipient("lookalike", "tom@1umen.example"));
    expect([doubtful.friction, doubtful.typeToApprove]).toEqual(["red", "1umen.example"]);
  });

  it("asks at least for a hold where something could not be found out", () => {
    const verdict = gate(request({ facts: { ...noFacts, unanswered: ["who that is"] } }));
    expect(verdict.friction).toBe("amber");
    expect(verdict.warnings.map(({ code }) => code)).toEqual(["unknown_fact"]);
  });

  it("says which rule it went by", () => {
    const rules = [
      rule({ do: "allow", when: { action: "gmail.archive" }, why: "archive freely" }),
      rule({ do: "ask", when: { to: "adler.example" }, needs: "red", why: "a lawyer" }),
      rule({ do: "deny", when: { to: "evil.example" }, why: "never again" }),
    ];
    const paul = { ...noFacts, recipients: [recipient("known")] };
    const evil = { ...noFacts, recipients: [recipient("known"), recipient("known", "x@evil.example")] };
    const change = { name: "gmail.archive", tier: "change" as const };
    expect(gate(request({ rules, action: change, raisedTier: "change" }))).toMatchObject({
      friction: "nothing",
      rule: "archive freely",
    });
    expect(gate(request({ rules, facts: paul }))).toMatchObject({ friction: "red", rule: "a lawyer" });
    expect(gate(request({ rules, facts: evil }))).toMatchObject({
      friction: "never",
      refusal: expect.stringContaining("never again"),
    });
  });

  it("allows by a recipient only when everybody reached is meant, and denies when anybody is", () => {
    const people = { ...noFacts, recipients: [recipient("known"), recipient("known", "x@else.example")] };
    const allow = [rule({ do: "allow", when: { to: "adler.example" }, why: "family" })];
    const change = { raisedTier: "change" as const, facts: people };
    expect(gate(request({ ...change, rules: allow })).friction).toBe("green");
    const deny = [rule({ do: "deny", when: { to: "adler.example" }, why: "no" })];
    expect(gate(request({ ...change, rules: deny })).friction).toBe("never");
  });

  it("takes of a bundle what its worst card takes", () => {
    const verdicts = [gate(request()), gate(request({ facts: { ...noFacts, recipients: [recipient("first_time")] } }))];
    expect(gateBundle(verdicts)).toBe("amber");
  });
});

describe("for any card and any rules", () => {
  const anything = fc.record({ facts: someFacts, raisedTier: someTier, rules: fc.array(someRule, { maxLength: 5 }) });

  it("the order of the rules changes nothing", () => {
    fc.assert(
      fc.property(anything, ({ rules, ...given }) => {
        const one = gate(request({ ...given, rules }));
        const other = gate(request({ ...given, rules: rules.toReversed() }));
        expect([one.friction, one.tier]).toEqual([other.friction, other.tier]);
      }),
    );
  });

  it("a rule that denies or asks never enlarges what is allowed", () => {
    fc.assert(
      fc.property(anything, someRule, ({ rules, ...given }, more) => {
        fc.pre(more.do !== "allow");
        const without = gate(request({ ...given, rules })).friction;
        expect(order(gate(request({ ...given, rules: [...rules, more] })).friction)).toBeGreaterThanOrEqual(
          order(without),
        );
      }),
    );
  });

  it("no rule lowers what is red or critical, and none sends without a tap", () => {
    fc.assert(
      fc.property(anything, ({ rules, ...given }) => {
        const bare = gate(request(given)).friction;
        const ruled = gate(request({ ...given, rules }));
        if (order(bare) >= order("red")) expect(order(ruled.friction)).toBeGreaterThanOrEqual(order(bare));
        if (ruled.tier === "send" || ruled.tier === "critical") expect(ruled.friction).not.toBe("nothing");
      }),
    );
  });

  it("a warning more never asks for less, and the tier is never below the action's own", () => {
    fc.assert(
      fc.property(anything, fc.constantFrom("note", "amber", "red"), someTier, ({ facts, ...given }, level, floor) => {
        const warning: Warning = { code: "secret", level, text: "x", about: "x", itemIds: [] };
        const before = gate(request({ ...given, facts }));
        const after = gate(request({ ...given, facts: { ...facts, warnings: [...facts.warnings, warning] } }));
        expect(order(after.friction)).toBeGreaterThanOrEqual(order(before.friction));
        const raised = gate(request({ ...given, facts, action: { name: "gmail.reply", tier: floor } }));
        expect(raised.tier).toBe(higherTier(floor, given.raisedTier));
        expect(moreFriction(before.friction, "nothing")).toBe(before.friction);
      }),
    );
  });
});
