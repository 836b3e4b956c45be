import { z } from "zod";
import { listActions } from "../../store/action-list.ts";
import type { Tool } from "../tool.ts";
import { found, refused } from "./tool-result.ts";

const input = z.strictObject({ names: z.array(z.string().max(80)).min(1).max(5) });

/** What can be proposed, and what each asks for. */
export const actionsTool: Tool<typeof input> = {
  name: "actions",
  description: "What actions ask for, before proposing them. The names are in the list you were given.",
  input,
  effect: "read",
  run: async ({ names }, { store }) => {
    const listed = await listActions(store);
    const known = listed.filter(({ name }) => names.includes(name));
    if (known.length === 0) return refused(`There is no such action. There are: ${nameList(listed)}.`);
    const unknown = names.filter((name) => !known.some((one) => one.name === name)).length;
    const actions = known.map(({ askSchema, ...rest }) => ({ ...rest, ask: withoutDialect(askSchema) }));
    return found({ actions }, { note: unknown === 0 ? "" : `${unknown} of the names are of no action.` });
  },
};

/** Every name there is, for a refusal. */
export function nameList(actions: readonly { name: string }[]): string {
  return actions.length === 0
    ? "none, because the acting side has never run (steward start)"
    : actions.map(({ name }) => name).join(", ");
}

function withoutDialect(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$schema"));
}
