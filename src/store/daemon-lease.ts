import { z } from "zod";
import type { Store, Tx } from "./open-store.ts";

const leaseRow = z
  .object({ owner: z.string(), started_at: z.string(), until_at: z.string() })
  .transform((row) => ({ owner: row.owner, startedAt: row.started_at, untilAt: row.until_at }));
export type DaemonLease = z.output<typeof leaseRow>;

/**
 * Takes or renews the one lease on running `steward start` on this home. False when somebody else holds it, unless `isGone`
 * knows that this somebody is no more or the lease is over.
 */
export async function leaseDaemon(
  tx: Tx,
  owner: string,
  untilAt: string,
  isGone: (owner: string) => boolean,
): Promise<boolean> {
  const held = tx.sql.get(leaseRow, "SELECT owner, started_at, until_at FROM daemon_lease WHERE id = 1");
  const mine = held?.owner === owner;
  if (held !== null && !mine && held.untilAt > tx.nowAt && !isGone(held.owner)) return false;
  const startedAt = mine ? held.startedAt : tx.nowAt;
  tx.sql.run(
    "INSERT OR REPLACE INTO daemon_lease (id, owner, started_at, until_at) VALUES (1, ?, ?, ?)",
    owner,
    startedAt,
    untilAt,
  );
  return true;
}

/** Gives the lease back; nothing happens when somebody else holds it by now. */
export async function releaseDaemon(tx: Tx, owner: string): Promise<void> {
  tx.sql.run("DELETE FROM daemon_lease WHERE owner = ?", owner);
}

/** Who holds the lease; null when nobody does. Whether they still live is the caller's to judge. */
export async function readDaemonLease(store: Store): Promise<DaemonLease | null> {
  return store.read.get(leaseRow, "SELECT owner, started_at, until_at FROM daemon_lease WHERE id = 1");
}
