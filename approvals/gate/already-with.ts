import type { GateItem } from "../../src/store/gate-facts.ts";
import type { RecipientFact } from "./facts.ts";
import { type GateWorld, normalAddress } from "./gate-world.ts";

/**
 * Whether everybody who would be reached has an item already: they wrote it, got it, or were invited by it. What stands in it
 * is no news to them. Contract: pure; false where nobody is named.
 */
export function hasItemAlready(world: GateWorld, recipients: readonly RecipientFact[], item: GateItem): boolean {
  const others = recipients.filter(({ standing }) => standing !== "own");
  const region = world.request.owner.region;
  const parties = new Set(item.parties.map(({ address }) => address));
  return others.length > 0 && others.every(({ address }) => parties.has(normalAddress(address, region)));
}
