import type { BundleView, CardView, Door } from "../../../approvals/door.ts";
import { StewardError } from "../../core/errors.ts";

/** The card a person named by its number: `3`, `card3`, `#3`. Errors: `usage`, `not_found`. */
export async function findCard(door: Door, reference: string): Promise<CardView> {
  const digits = /^(?:card|#)?\s*(\d{1,9})$/i.exec(reference.trim())?.[1];
  if (digits === undefined) {
    throw new StewardError("usage", `"${reference}" is no card.`, { cure: "Cards have numbers: steward cards" });
  }
  const view = await door.cardByNumber(Number(digits));
  if (view !== null) return view;
  throw new StewardError("not_found", `There is no card ${digits}.`, { cure: "What waits: steward cards" });
}

/** The request a card belongs to: cards of one request are decided together. */
export async function findBundle(door: Door, reference: string): Promise<BundleView> {
  const { card } = await findCard(door, reference);
  const bundle = await door.bundle(card.bundleId);
  if (bundle === null) throw new StewardError("not_found", `There is no card ${reference}.`);
  return bundle;
}

/** The number in `card 3` or `card3`; null for everything else that can be named. */
export function cardNamed(what: readonly string[]): string | null {
  return /^card ?(\d+)$/i.exec(what.join(" "))?.[1] ?? null;
}
