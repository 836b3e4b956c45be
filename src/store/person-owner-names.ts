import { z } from "zod";
import type { Store, Tx } from "./open-store.ts";

const nameRow = z.object({ name: z.string() });

/** The owner's names as last applied, the one they are called by first. */
export async function readOwnerNames(store: Store): Promise<string[]> {
  return store.read.all(nameRow, "SELECT name FROM owner_names ORDER BY place").map((row) => row.name);
}

/** Replaces the owner's names. */
export async function saveOwnerNames(tx: Tx, names: readonly string[]): Promise<void> {
  tx.sql.run("DELETE FROM owner_names");
  for (const [place, name] of names.entries())
    tx.sql.run("INSERT INTO owner_names (place, name) VALUES (?, ?)", place, name);
}
