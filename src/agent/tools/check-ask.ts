import { z } from "zod";
import type { ListedAction } from "../../store/action-list.ts";

const mostSaid = 4;
const longest = 160;

/**
 * What is wrong with an ask, in words that a model can mend; empty when nothing is. Contract: never throws; a schema that cannot be
 * followed here finds nothing wrong, because the door parses every ask itself.
 */
export function checkAsk({ name, askSchema }: ListedAction, ask: unknown): string[] {
  const schema = readSchema(askSchema);
  const parsed = schema?.safeParse(ask);
  if (parsed === undefined || parsed.success) return [];
  const said = parsed.error.issues.map(({ path, message }) => {
    const place = path.length === 0 ? "ask" : `ask.${path.join(".")}`;
    return `${name}: ${place}: ${message}`.slice(0, longest);
  });
  return [...new Set(said)].slice(0, mostSaid);
}

function readSchema(schema: unknown): z.ZodType | null {
  try {
    return z.fromJSONSchema(z.record(z.string(), z.unknown()).parse(schema));
  } catch {
    return null;
  }
}
