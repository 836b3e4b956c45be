import type { Preview } from "../../src/core/action.ts";
import type { Origin } from "../../src/core/card.ts";
import type { Facts } from "./facts.ts";

/**
 * The lines of a bulk card that nobody but the owner may put there: what is not to be buried (somebody known, a deadline, a notice
 * of security). A card that still has one is refused; the owner's own choice is not. Contract: pure.
 */
export function linesToKeepOut(given: {
  preview: Preview;
  facts: Facts;
  origin: Origin;
}): { lineId: string; why: string }[] {
  if (given.origin.by === "owner" && given.origin.callId === null) return [];
  const there = new Set(given.preview.lines.map(({ id }) => id));
  return (given.facts.neverBury ?? []).filter(({ lineId }) => there.has(lineId));
}
