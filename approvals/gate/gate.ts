import { domainToASCII } from "node:url";
import { higherTier, type Preview, type Tier } from "../../src/core/action.ts";
import {
  type CardContent,
  type Friction,
  type GateVerdict,
  moreFriction,
  type Origin,
  type Warning,
} from "../../src/core/card.ts";
import type { Policy } from "../../src/core/policy.ts";
import { applyPolicy } from "./apply-policy.ts";
import { bccWarnings } from "./bcc-warnings.ts";
import type { Facts, RecipientFact } from "./facts.ts";
import { frictionOf, standingFloors, tierFloors } from "./friction-floors.ts";
import { matchesRule } from "./match-rule.ts";
import { mergeWarnings } from "./merge-warnings.ts";
import { refusalOf } from "./refusal-of.ts";

/** Everything the gate goes by. */
export interface GateRequest {
  action: { name: string; tier: Tier };
  /** The action's tier as raised by what it would touch. */
  raisedTier: Tier;
  /** Of its `input` nothing is read: what it would do is in the preview, and what it says of itself counts for nothing. */
  content: CardContent;
  preview: Preview;
  origin: Origin;
  facts: Facts;
  policy: Policy;
}

/**
 * What a card needs before it happens: nothing, one tap, a hold, the page, or it never does. Contract: pure; deny beats ask beats
 * allow, whatever the order of the rules; a rule that is added never enlarges what another one forbids; what is critical, red or
 * has no answer is lowered by nothing; a message to others takes at least one tap; only a look-up may go without any rule of the owner's.
 */
export function gate(request: GateRequest): GateVerdict {
  const { facts, preview, policy, origin, content } = request;
  const tier = [request.action.tier, request.raisedTier, content.tier].reduce(higherTier);
  const unanswered = [...facts.unanswered, ...unknownReach(preview, facts, tier)];
  const warnings = [...facts.warnings, ...unanswered.map(asWarning), ...bccWarnings(preview, origin)];
  const needed = [
    tierFloors[tier],
    ...warnings.map(frictionOf),
    ...facts.recipients.map(({ standing }) => standingFloors[standing]),
  ].reduce(moreFriction, "green");
  const rules = policy.rules.filter((rule) => matchesRule(rule, request, tier));
  const isSure = warnings.every(({ code }) => code !== "unknown_fact");
  // Only a look-up that code has found to give nothing away is asked about by nobody; the owner's rules may still.
  const isFree = tier === "read" && isSure && needed === "green" && facts.freeSearch !== undefined;
  const ruled = applyPolicy(rules, { needed: isFree ? "nothing" : needed, tier, isSure });
  const refusal = ruled.refusal ?? refusalOf(request);
  const friction = refusal === null ? ruled.friction : "never";
  return {
    tier,
    friction,
    warnings: mergeWarnings(ruled.warning === null ? warnings : [...warnings, ruled.warning]),
    rule: ruled.rule ?? (isFree ? (facts.freeSearch ?? null) : null),
    refusal,
    typeToApprove: friction === "red" ? mostDoubtful(facts) : null,
  };
}

/** One request, one decision: as much as the card that needs most. Nothing is what a bundle without cards needs. */
export function gateBundle(verdicts: readonly GateVerdict[]): Friction {
  return verdicts.map(({ friction }) => friction).reduce(moreFriction, "nothing");
}

/** Whom a card reaches and nothing was found out about, and a message that says of nobody that it reaches them. */
function unknownReach({ recipients, handOff }: Preview, facts: Facts, tier: Tier): string[] {
  const looked = new Set(facts.recipients.map(({ address }) => address));
  const unknown = recipients.filter(({ address }) => !looked.has(address)).map(({ address }) => `Who ${address} is.`);
  const reachesNobody = recipients.length === 0 && handOff === null && tier === "send";
  return reachesNobody ? [...unknown, "Whom it reaches."] : unknown;
}

/** What no code could find out is asked. */
function asWarning(question: string): Warning {
  const text = `Not known: ${question.replace(/\.+$/, "")}.`;
  return { code: "unknown_fact", level: "amber", text, about: "", itemIds: [] };
}

const doubt: readonly RecipientFact["standing"][] = ["lookalike", "unknown", "first_time", "known", "own", "invalid"];

/** What the owner has to read closely enough to type: the domain of the recipient there is most doubt about, in ASCII. */
function mostDoubtful(facts: Facts): string | null {
  const [first] = facts.recipients.toSorted((a, b) => doubt.indexOf(a.standing) - doubt.indexOf(b.standing));
  if (first === undefined) return null;
  const at = first.address.lastIndexOf("@");
  if (at < 0) return first.address;
  const domain = first.address.slice(at + 1).toLowerCase();
  return domainToASCII(domain) || domain;
}
