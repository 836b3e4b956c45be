import { z } from "zod";
import { type Reading, sqlOf } from "./reading.ts";

const sightingRow = z.object({ external_id: z.string(), item_id: z.number() });

/** The items that a source's external ids stand for, in the order asked for; those it has not are left out. */
export async function findSighted(
  reading: Reading,
  sourceId: string,
  externalIds: readonly string[],
): Promise<number[]> {
  const rows = sqlOf(reading).all(
    sightingRow,
    "SELECT external_id, item_id FROM sightings WHERE source_id = ? AND external_id IN (SELECT value FROM json_each(?))",
    sourceId,
    JSON.stringify(externalIds),
  );
  const found = new Map(rows.map((row) => [row.external_id, row.item_id]));
  return externalIds.flatMap((id) => found.get(id) ?? []);
}
