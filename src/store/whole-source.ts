import { z } from "zod";
import type { Store } from "./open-store.ts";

const idRow = z.object({ external_id: z.string() });
const lastCharacter = "\u{10FFFF}";

/**
 * What a source sighted whose id begins with `of`, and which of it is not in the full list that the source now gives.
 * Contract: reads only; `of` "" is everything.
 */
export async function compareWhole(
  store: Store,
  sourceId: string,
  whole: { of: string; externalIds: readonly string[] },
): Promise<{ sighted: number; missing: string[] }> {
  const rows = store.read.all(
    idRow,
    "SELECT external_id FROM sightings WHERE source_id = ? AND external_id >= ? AND external_id < ?",
    sourceId,
    whole.of,
    `${whole.of}${lastCharacter}`,
  );
  const held = new Set(whole.externalIds);
  const missing = rows.map((row) => row.external_id).filter((id) => !held.has(id));
  return { sighted: rows.length, missing };
}
