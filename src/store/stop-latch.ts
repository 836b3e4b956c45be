import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const latchRow = z
  .object({ stopped_at: z.string(), surface: z.string(), why: z.string() })
  .transform((row) => ({ stoppedAt: row.stopped_at, surface: row.surface, why: row.why }));
/** Since when everything stands still, who said so, and why. */
export type StopLatch = z.output<typeof latchRow>;

/** The latch; null when things may happen. */
export async function readStop(reading: Reading): Promise<StopLatch | null> {
  return sqlOf(reading).get(latchRow, "SELECT stopped_at, surface, why FROM stop_latch WHERE id = 1");
}

/** Latches; a second one changes nothing. Returns whether it was this one. */
export async function setStop(tx: Tx, surface: string, why: string): Promise<boolean> {
  const { changes } = tx.sql.run(
    "INSERT OR IGNORE INTO stop_latch (id, stopped_at, surface, why) VALUES (1, ?, ?, ?)",
    tx.nowAt,
    surface,
    why,
  );
  return changes > 0;
}

/** Lifts the latch. Returns whether there was one. */
export async function liftStop(tx: Tx): Promise<boolean> {
  return tx.sql.run("DELETE FROM stop_latch").changes > 0;
}
