import type { Tier } from "../src/core/action.ts";
import type { Policy } from "../src/core/policy.ts";

const hourMs = 3_600_000;

/** How long a card of this tier can be decided, milliseconds. */
export function expiryOf(tier: Tier, policy: Policy): number {
  return policy.expiry_hours[tier === "critical" ? "critical" : "send"] * hourMs;
}
