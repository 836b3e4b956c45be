import type { Tier } from "../../src/core/action.ts";
import { canonicalJson } from "../../src/core/canonical.ts";
import { type Friction, moreFriction, type Warning } from "../../src/core/card.ts";
import type { PolicyRule } from "../../src/core/policy.ts";

/** What the owner's rules make of what a card needs by itself. */
export interface Ruled {
  friction: Friction;
  /** The rule that decided, in the owner's words; null when none changed anything. */
  rule: string | null;
  refusal: string | null;
  /** Says on the card that a rule asks; null when none does. */
  warning: Warning | null;
}

/**
 * Applies the rules that speak of a card: deny beats ask beats allow. Contract: pure; the order of the rules changes nothing, not
 * even which of several is named; `ask` only raises; `allow` lowers green and amber only, `change` to nothing and `send` to one
 * tap, and never what has no answer (`isSure` false).
 */
export function applyPolicy(
  matching: readonly PolicyRule[],
  given: { needed: Friction; tier: Tier; isSure: boolean },
): Ruled {
  const { needed, tier, isSure } = given;
  const unruled: Ruled = { friction: needed, rule: null, refusal: null, warning: null };
  const rules = matching.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  const deny = rules.find((rule) => rule.do === "deny");
  if (deny !== undefined) {
    return { ...unruled, friction: "never", rule: deny.why, refusal: `Your policy forbids it: ${deny.why}` };
  }
  const asks = rules.filter((rule) => rule.do === "ask");
  if (asks.length > 0) return { ...unruled, ...ask(asks, needed) };
  const allow = rules.find((rule) => rule.do === "allow");
  const floor = isSure ? lowest(tier) : null;
  if (allow === undefined || floor === null || moreFriction(needed, "red") === needed) return unruled;
  return { ...unruled, friction: floor, rule: allow.why };
}

function ask(asks: readonly Extract<PolicyRule, { do: "ask" }>[], needed: Friction): Omit<Ruled, "refusal"> {
  const most = asks.map(({ needs }) => needs).reduce(moreFriction, "green");
  const rule = asks.find(({ needs }) => needs === most)?.why ?? "";
  const level = most === "amber" || most === "red" ? most : "note";
  const warning: Warning = { code: "policy", level, text: `Your policy asks: ${rule}`, about: "", itemIds: [] };
  return { friction: moreFriction(most, needed), rule, warning };
}

/** What `allow` may bring a tier down to; null where nothing lowers it. */
function lowest(tier: Tier): Friction | null {
  switch (tier) {
    case "change":
      return "nothing";
    case "send":
      return "green";
    case "read":
    case "draft":
    case "critical":
      return null;
  }
}
