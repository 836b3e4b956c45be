import { higherTier, type Preview, type Tier } from "../../src/core/action.ts";
import {
  type CardContent,
  type Friction,
  type GateVerdict,
  moreFriction,
  type Origin,
  type Warning,
} from "../../src/core/card.ts";
import type { Policy, PolicyRule } from "../../src/core/policy.ts";
import type { Facts, RecipientFact } from "./facts.ts";
import { matchesRule } from "./match-rule.ts";

/** Everything the gate goes by. */
export interface GateRequest {
  action: { name: string; tier: Tier };
  /** The action's tier as raised by what it would touch. */
  raisedTier: Tier;
  content: CardContent;
  preview: Preview;
  origin: Origin;
  facts: Facts;
  policy: Policy;
}

/**
 * What a card needs before it happens: nothing, one tap, a hold, the page, or it never does. Contract: pure; deny beats ask beats
 * allow, whatever the order of the rules; a rule that is added never enlarges what another one forbids; what is critical, red or
 * has no answer is lowered by nothing; a message to others takes at least one tap.
 */
export function gate(request: GateRequest): GateVerdict {
  const { facts, preview, policy } = request;
  const tier = higherTier(request.action.tier, request.raisedTier);
  const warnings = [...facts.warnings, ...facts.unanswered.map(asWarning)];
  const floor = [floorOfTier(tier), ...warnings.map(frictionOf), ...facts.recipients.map(floorOfRecipient)];
  const needed = floor.reduce(moreFriction, "green");
  const matching = policy.rules.filter((rule) => matchesRule(rule, request));
  const ruled = applyRules(matching, needed, tier);
  const refusal = ruled.refusal ?? refusalOf(facts, preview);
  const friction = refusal === null ? ruled.friction : "never";
  return {
    tier,
    friction,
    warnings: ruled.raisedBy === null ? warnings : [...warnings, ruled.raisedBy],
    rule: ruled.rule,
    refusal,
    typeToApprove: friction === "red" ? mostDoubtful(facts) : null,
  };
}

/** One request, one decision: as much as the card that needs most. */
export function gateBundle(verdicts: readonly GateVerdict[]): Friction {
  return verdicts.map(({ friction }) => friction).reduce(moreFriction, "nothing");
}

/** What nothing lowers, by tier. */
export const tierFloors: Record<Tier, Friction> = {
  read: "green",
  draft: "green",
  change: "green",
  send: "green",
  critical: "red",
};

function floorOfTier(tier: Tier): Friction {
  return tierFloors[tier];
}

/** What nothing lowers, by how well somebody is known. */
export const standingFloors: Record<RecipientFact["standing"], Friction> = {
  own: "green",
  known: "green",
  first_time: "amber",
  unknown: "red",
  lookalike: "red",
  invalid: "never",
};

function floorOfRecipient({ standing }: RecipientFact): Friction {
  return standingFloors[standing];
}

function frictionOf({ level }: Warning): Friction {
  return level === "note" ? "green" : level;
}

/** What no code could find out is asked. */
function asWarning(question: string): Warning {
  return { code: "unknown_fact", level: "amber", text: `Not known: ${question}.`, about: "", itemIds: [] };
}

interface Ruled {
  friction: Friction;
  rule: string | null;
  refusal: string | null;
  raisedBy: Warning | null;
}

function applyRules(rules: readonly PolicyRule[], needed: Friction, tier: Tier): Ruled {
  const unruled: Ruled = { friction: needed, rule: null, refusal: null, raisedBy: null };
  const deny = rules.find((rule) => rule.do === "deny");
  if (deny !== undefined) return { ...unruled, rule: deny.why, refusal: `Your policy forbids it: ${deny.why}` };
  const asks = rules.filter((rule) => rule.do === "ask");
  const asked = asks.map(({ needs }) => needs).reduce(moreFriction, needed);
  const [ask] = asks.filter(({ needs }) => needs === asked);
  if (asks.length > 0) {
    const why = (ask ?? asks[0])?.why ?? "";
    const level = asked === "amber" || asked === "red" ? asked : "note";
    const text = `Your policy asks: ${why}`;
    return {
      ...unruled,
      friction: asked,
      rule: why,
      raisedBy: { code: "policy", level, text, about: "", itemIds: [] },
    };
  }
  const allow = rules.find((rule) => rule.do === "allow");
  if (allow === undefined || !isLowerable(needed, tier)) return unruled;
  return { ...unruled, friction: tier === "send" ? "green" : "nothing", rule: allow.why };
}

function isLowerable(needed: Friction, tier: Tier): boolean {
  return tier !== "critical" && (needed === "green" || needed === "amber");
}

/** What steward does not do at all, whoever asks. */
function refusalOf(facts: Facts, preview: Preview): string | null {
  const invalid = facts.recipients.find(({ standing }) => standing === "invalid");
  if (invalid !== undefined) return "Somebody it would reach has no address that can be read as one.";
  const isHandedOver = preview.handOff !== null;
  const forbidden = facts.warnings.find(({ code }) => ["pay", "sign", "permission"].includes(code));
  const byItself = forbidden !== undefined && !isHandedOver && forbidden.level === "red" && forbidden.about === "";
  return byItself ? "Steward never pays, signs or shares by itself." : null;
}

const doubt: readonly RecipientFact["standing"][] = ["lookalike", "unknown", "first_time", "known", "own", "invalid"];

/** What the owner has to read closely enough to type: the domain of the recipient there is most doubt about. */
function mostDoubtful(facts: Facts): string | null {
  const [first] = facts.recipients.toSorted((a, b) => doubt.indexOf(a.standing) - doubt.indexOf(b.standing));
  if (first === undefined) return null;
  const at = first.address.lastIndexOf("@");
  return at < 0 ? first.address : first.address.slice(at + 1);
}
