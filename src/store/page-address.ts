import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const addressRow = z
  .object({ url: z.string(), since_at: z.string() })
  .transform((row) => ({ url: row.url, sinceAt: row.since_at }));

/** The page answers there now: for the terminal, which makes links to it. */
export async function setPageAddress(tx: Tx, url: string): Promise<void> {
  tx.sql.run("INSERT OR REPLACE INTO page_address (id, url, since_at) VALUES (1, ?, ?)", url, tx.nowAt);
}

/** The page closed, if it still is the one that was there. */
export async function clearPageAddress(tx: Tx, url: string): Promise<void> {
  tx.sql.run("DELETE FROM page_address WHERE url = ?", url);
}

/** Where the page answers, without a slash at the end; null when no door has it open. One that was killed leaves its own. */
export async function readPageAddress(reading: Reading): Promise<{ url: string; sinceAt: string } | null> {
  return sqlOf(reading).get(addressRow, "SELECT url, since_at FROM page_address WHERE id = 1");
}
