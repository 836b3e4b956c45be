// Holds R25.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facts, RecipientFact } from "../../../approvals/gate/facts.ts";
import { standingFloors, tierFloors, warningFloors } from "../../../approvals/gate/friction-floors.ts";
import { type GateRequest, gate, gateBundle } from "../../../approvals/gate/gate.ts";
import { blankPreview, higherTier, tiers } from "../../../src/core/action.ts";
import { type Friction, frictions, moreFriction, type Warning, warningCodes } from "../../../src/core/card.ts";
import { defaultPolicy, type PolicyRule, policyRuleSchema } from "../../../src/core/policy.ts";

const standings = ["own", "known", "first_time", "unknown", "lookalike", "invalid"] as const;

function recipient(standing: RecipientFact["standing"], address = "paul@adler.example"): RecipientFact {
  return { role: "to", address, standing, via: null, writtenTo: 0, lastWrittenAt: null, resembles: null, itemIds: [] };
}

const noFacts: Facts = { recipients: [], warnings: [], values: [], unanswered: [] };

const knownOnly: Facts = { ...noFacts, recipients: [recipient("known")] };

function request(given: Partial<GateRequest> & { rules?: PolicyRule[] } = {}): GateRequest {
  const { rules = [], facts = knownOnly, ...rest } = given;
  const tier = rest.raisedTier ?? "send";
  const name = rest.action?.name ?? "gmail.reply";
  const reached = facts.recipients;
  return {
    action: { name, tier },
    raisedTier: tier,
    content: { action: name, account: "Clara@weiss.example", tier, input: {}, expiresAt: "" },
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
    facts,
    policy: { ...defaultPolicy(), rules },
    ...rest,
  };
}

const rule = (given: unknown): PolicyRule => policyRuleSchema.parse(given);
const order = (friction: Friction): number => frictions.indexOf(friction);

const someWarning = fc.record({
  code: fc.constantFrom(...warningCodes),
  level: fc.constantFrom("note", "amber", "red"),
  text: fc.constantFrom("x", "y"),
  about: fc.constantFrom("", "x"),
  itemIds: fc.constant([]),
}) satisfies fc.Arbitrary<Warning>;
const someFacts: fc.Arbitrary<Facts> = fc.record({
  recipients: fc.array(
    fc.constantFrom(...standings).map((standing) => recipient(standing)),
    { maxLength: 3 },
  ),
  warnings: fc.array(someWarning, { maxLength: 3 }),
  values: fc.constant([]),
  unanswered: fc.array(fc.constant("who that is"), { maxLength: 1 }),
});
const someRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    do: fc.constantFrom("deny", "ask", "allow"),
    needs: fc.constantFrom("green", "amber", "red"),
    why: fc.constantFrom("because", "I say so", "never again"),
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
  .map(({ do: kind, needs, when, why }) => rule({ do: kind, when, why, ...(kind === "ask" ? { needs } : {}) }));
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
    const of = (friction: Friction) => warningCodes.filter((code) => warningFloors[code] === friction);
    expect(of("red")).toEqual([
      "unknown_recipient",
      "lookalike_recipient",
      "homograph",
      "address_from_stranger",
      "display_name_is_address",
      "lookalike_sender",
      "private_link",
      "disguised_attachment",
      "bank_details_changed",
      "other_threads",
      "pay",
      "sign",
    ]);
    expect(of("amber")).toEqual([
      "first_time",
      "address_from_contacts",
      "group",
      "link_with_data",
      "unreadable_attachment",
      "invisible_characters",
      "long_blank",
      "remote_content",
      "stranger_invitation",
      "automatic_sender",
      "rejected_before",
      "burst",
      "unknown_fact",
    ]);
    expect(of("never").concat(of("nothing"))).toEqual([]);
  });

  it.each(warningCodes)("is at least what the table says where %s stands, and red where it is red", (code) => {
    const allowAll = [rule({ do: "allow", when: { action: "*" }, why: "trust" })];
    const verdict = (level: Warning["level"], rules: PolicyRule[] = []) => {
      const warning: Warning = { code, level, text: "x", about: "x", itemIds: [] };
      return gate(request({ facts: { ...knownOnly, warnings: [warning] }, rules }));
    };
    expect(order(verdict("note").friction)).toBeGreaterThanOrEqual(order(warningFloors[code]));
    expect(order(verdict("amber").friction)).toBeGreaterThanOrEqual(order("amber"));
    for (const rules of [[], allowAll])
      expect(order(verdict("red", rules).friction)).toBeGreaterThanOrEqual(order("red"));
    const [shown] = verdict("note").warnings;
    expect(shown?.level).toBe(warningFloors[code] === "green" ? "note" : warningFloors[code]);
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
    const verdict = gate(request({ facts: { ...knownOnly, unanswered: ["who that is"] } }));
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
    expect(gate(request({ rules, action: change, raisedTier: "change", facts: noFacts }))).toMatchObject({
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

describe("what steward never does", () => {
  const warned = (code: Warning["code"], level: Warning["level"] = "red", about = ""): Facts => ({
    ...knownOnly,
    warnings: [{ code, level, text: "x", about, itemIds: [] }],
  });
  const byModel = { ...request().origin, by: "model" as const, callId: "c" };
  const handOff = { url: null, steps: [] };

  it("is paying, signing and sharing by itself; handing them over is red", () => {
    for (const code of ["pay", "sign", "permission"] as const) {
      const { preview } = request();
      expect(gate(request({ facts: warned(code) })).refusal).toMatch(/by itself/);
      expect(gate(request({ facts: warned(code), preview: { ...preview, handOff } })).friction).toBe("red");
    }
  });

  it("is a link into a private network that the owner did not write", () => {
    expect(gate(request({ facts: warned("private_link"), origin: byModel })).friction).toBe("never");
    expect(gate(request({ facts: warned("private_link") })).friction).toBe("red");
  });

  it("is burying what must not be buried, unless the owner chose it", () => {
    const line = (id: string) => ({ id, label: "a mail", detail: "", group: "" });
    const preview = { ...request().preview, lines: [line("1"), line("2")] };
    const facts = { ...knownOnly, neverBury: [{ lineId: "2", why: "Paul wrote it." }] };
    const bulk = { raisedTier: "change" as const, facts };
    expect(gate(request({ ...bulk, preview, origin: byModel })).refusal).toMatch(/Paul wrote it/);
    expect(gate(request({ ...bulk, preview: { ...preview, lines: [line("1")] }, origin: byModel })).friction).toBe(
      "green",
    );
    expect(gate(request({ ...bulk, preview })).friction).toBe("green");
  });

  it("is another action than the one that was drawn up", () => {
    const content = { ...request().content, action: "gmail.trash" };
    expect(gate(request({ content })).friction).toBe("never");
  });
});

describe("what was not looked into", () => {
  it("is asked: somebody without a fact, a message that reaches nobody, and no rule lowers it", () => {
    const { preview } = request();
    const rules = [rule({ do: "allow", when: { action: "*" }, why: "trust" })];
    expect(gate(request({ facts: noFacts, preview, rules })).friction).toBe("amber");
    expect(gate(request({ facts: noFacts, rules })).friction).toBe("amber");
    expect(gate(request({ facts: noFacts, raisedTier: "change", rules })).friction).toBe("nothing");
    const tooLong: Warning = { code: "unknown_fact", level: "amber", text: "x", about: "", itemIds: [] };
    expect(gate(request({ facts: { ...knownOnly, warnings: [tooLong] }, rules })).friction).toBe("amber");
  });
});

describe("a hidden copy", () => {
  const hidden = { ...request().preview.recipients[0], role: "bcc" as const, channel: "mail" as const, name: "" };
  const preview = { ...request().preview, recipients: [{ ...hidden, address: "paul@adler.example" }] };
  const of = (origin: Partial<GateRequest["origin"]>) =>
    gate(request({ preview, origin: { ...request().origin, ...origin } }));

  it("is red and shown first, unless the owner typed the address or all of it", () => {
    expect(of({ by: "model", callId: "c", utterance: "paul@adler.example" }).friction).toBe("red");
    expect(of({ callId: "c", utterance: "send it to Tom, and to notpaul@adler.example" }).friction).toBe("red");
    expect(of({ callId: "c", utterance: "send it to Tom, bcc paul@adler.example" }).friction).toBe("green");
    expect(of({}).friction).toBe("green");
    expect(of({ by: "rule" }).warnings[0]?.code).toBe("bcc");
  });
});

describe("rules", () => {
  const to = (address: string): Facts => ({ ...noFacts, recipients: [recipient("known", address)] });
  const verdict = (kind: "deny" | "allow", when: unknown, address: string) =>
    gate(request({ raisedTier: "change", facts: to(address), rules: [rule({ do: kind, when, why: "because" })] }))
      .friction;

  it.each([
    ["below the domain", "adler.example", "paul@mail.adler.example"],
    ["with a tag", "paul@adler.example", "paul+x@adler.example"],
    ["with Google's dots", "paul.adler@gmail.com", "pauladler@googlemail.com"],
  ])("forbid widely and allow narrowly: %s", (_, meant, address) => {
    expect(verdict("deny", { to: meant }, address)).toBe("never");
    expect(verdict("allow", { to: meant }, address)).toBe("green");
  });

  it("mean an address, a domain, a number or an account however it is spelt, and no other", () => {
    expect(verdict("deny", { to: "@ADLER.example" }, "Paul@Adler.Example")).toBe("never");
    expect(verdict("deny", { to: "bücher.example" }, "a@xn--bcher-kva.example")).toBe("never");
    expect(verdict("deny", { to: "+4915112345678" }, "+4915112345678")).toBe("never");
    expect(verdict("deny", { to: "adler.example" }, "paul@notadler.example")).toBe("green");
    expect(verdict("deny", { account: "CLARA@weiss.example" }, "x@adler.example")).toBe("never");
    expect(verdict("deny", { account: "other@weiss.example" }, "x@adler.example")).toBe("green");
    expect(verdict("allow", { tier: "send" }, "x@adler.example")).toBe("green");
  });
});

describe("a bundle", () => {
  it("takes what its worst card takes, and nothing when it is empty", () => {
    expect(gateBundle([])).toBe("nothing");
    const refused = gate(request({ facts: { ...noFacts, recipients: [recipient("invalid")] } }));
    expect(gateBundle([gate(request()), refused])).toBe("never");
  });
});

describe("for any card and any rules", () => {
  const anything = fc.record({ facts: someFacts, raisedTier: someTier, rules: fc.array(someRule, { maxLength: 5 }) });

  it("the order of the rules changes nothing", () => {
    fc.assert(
      fc.property(anything, ({ rules, ...given }) => {
        const one = gate(request({ ...given, rules }));
        const other = gate(request({ ...given, rules: rules.toReversed() }));
        expect(other).toEqual(one);
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
      fc.property(anything, someWarning, someTier, ({ facts, ...given }, warning, floor) => {
        const before = gate(request({ ...given, facts }));
        const after = gate(request({ ...given, facts: { ...facts, warnings: [...facts.warnings, warning] } }));
        expect(order(after.friction)).toBeGreaterThanOrEqual(order(before.friction));
        const raised = gate(request({ ...given, facts, action: { name: "gmail.reply", tier: floor } }));
        expect(raised.tier).toBe(higherTier(floor, given.raisedTier));
        expect(moreFriction(before.friction, "nothing")).toBe(before.friction);
      }),
    );
  });

  it("nothing that an ask says of itself reaches the verdict", () => {
    const claims = fc.record({
      tier: fc.constantFrom(...tiers),
      risk: fc.constant("none"),
      friction: fc.constant("nothing"),
      approved: fc.boolean(),
      approval: fc.anything(),
    });
    fc.assert(
      fc.property(anything, claims, ({ rules, ...given }, input) => {
        const plain = request({ ...given, rules });
        expect(gate({ ...plain, content: { ...plain.content, input } })).toEqual(gate(plain));
      }),
    );
  });

  it("what has several warnings of a kind keeps each, at the level that counts", () => {
    fc.assert(
      fc.property(anything, ({ rules, ...given }) => {
        const { warnings } = gate(request({ ...given, rules }));
        const keys = warnings.map(({ code, about, text }) => `${code} ${about} ${about === "" ? text : ""}`);
        expect(new Set(keys).size).toBe(keys.length);
        const codes = new Set(warnings.map(({ code }) => code));
        for (const { code } of given.facts.warnings) expect(codes.has(code)).toBe(true);
      }),
    );
  });
});
