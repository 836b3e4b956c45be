import { z } from "zod";
import { type Tier, tiers } from "../core/action.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

/**
 * Counts an effect against the caps: one row for each address it reached, or one without. Written when it begins, so that
 * one whose end is not known counts.
 */
export async function countEffect(
  tx: Tx,
  effect: { cardId: string; tier: Tier; addresses: readonly string[] },
): Promise<void> {
  if (tx.sql.number("SELECT 1 FROM effects WHERE card_id = ?", effect.cardId) !== null) return;
  for (const address of effect.addresses.length === 0 ? [null] : effect.addresses) {
    tx.sql.run(
      "INSERT INTO effects (card_id, tier, address, at) VALUES (?, ?, ?, ?)",
      effect.cardId,
      effect.tier,
      address,
      tx.nowAt,
    );
  }
}

const tierCount = z.object({ tier: z.enum(tiers), count: z.number() });

/** How many cards of each tier took effect since then. What a clock set back left in the future counts, too. */
export async function countEffectsSince(reading: Reading, sinceAt: string): Promise<Map<Tier, number>> {
  const rows = sqlOf(reading).all(
    tierCount,
    "SELECT tier, count(DISTINCT card_id) AS count FROM effects WHERE at >= ? GROUP BY tier",
    sinceAt,
  );
  return new Map(rows.map(({ tier, count }) => [tier, count]));
}

/** How many cards reached one of these addresses since then. */
export async function countEffectsTo(reading: Reading, addresses: readonly string[], sinceAt: string): Promise<number> {
  return (
    sqlOf(reading).number(
      "SELECT count(DISTINCT card_id) FROM effects WHERE address IN (SELECT value FROM json_each(?)) AND at >= ?",
      JSON.stringify(addresses),
      sinceAt,
    ) ?? 0
  );
}

/** The owner allows so many more under a cap. */
export async function grantMore(tx: Tx, cap: string, more: number): Promise<void> {
  tx.sql.run("INSERT INTO cap_grants (cap, more, granted_at) VALUES (?, ?, ?)", cap, more, tx.nowAt);
}

/** What was allowed beyond a cap since then and up to now: a clock that was ahead allows nothing. */
export async function grantedSince(reading: Reading, cap: string, sinceAt: string, nowAt: string): Promise<number> {
  const sum = "SELECT sum(more) FROM cap_grants WHERE cap = ? AND granted_at >= ? AND granted_at <= ?";
  return sqlOf(reading).number(sum, cap, sinceAt, nowAt) ?? 0;
}
