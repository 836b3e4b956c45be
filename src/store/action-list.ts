import { z } from "zod";
import { type Tier, tiers } from "../core/action.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const actionRow = z
  .object({ name: z.string(), tier: z.enum(tiers), description: z.string(), ask_schema: jsonText })
  .transform(({ ask_schema, ...row }) => ({ ...row, askSchema: ask_schema }));
/** What may be proposed, as the door says it: the other side builds its list of tools from these. */
export interface ListedAction {
  name: string;
  tier: Tier;
  description: string;
  /** JSON Schema of what is asked for. */
  askSchema: unknown;
}

/** Replaces the list by what this door can do. */
export async function saveActionList(tx: Tx, actions: readonly ListedAction[]): Promise<void> {
  tx.sql.run("DELETE FROM actions");
  for (const { name, tier, description, askSchema } of actions) {
    tx.sql.run("INSERT INTO actions VALUES (?, ?, ?, ?)", name, tier, description, JSON.stringify(askSchema));
  }
}

export async function listActions(reading: Reading): Promise<ListedAction[]> {
  return sqlOf(reading).all(actionRow, "SELECT name, tier, description, ask_schema FROM actions ORDER BY name");
}
