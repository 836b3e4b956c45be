import type { Preview, Tier } from "../../src/core/action.ts";
import { type CardContent, type GateVerdict, moreFriction, type Origin } from "../../src/core/card.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Facts } from "./facts.ts";

/** What the gate goes by. */
export interface GateRequest {
  action: { name: string; tier: Tier };
  raisedTier: Tier;
  content: CardContent;
  preview: Preview;
  origin: Origin;
  facts: Facts;
  policy: Policy;
}

/** What a card needs. Contract: pure. */
export function gate({ raisedTier, facts }: GateRequest): GateVerdict {
  const levels = facts.warnings.map(({ level }) => (level === "note" ? "green" : level) as "green" | "amber" | "red");
  return {
    tier: raisedTier,
    friction: levels.reduce(moreFriction, "green"),
    warnings: facts.warnings,
    rule: null,
    refusal: null,
    typeToApprove: null,
  };
}
