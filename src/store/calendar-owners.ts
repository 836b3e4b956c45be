import { z } from "zod";
import type { Store } from "./open-store.ts";

const row = z.object({ item_id: z.number(), calendar: z.string() });

/**
 * In whose calendars these events stand, by address in lower case, where a calendar is named after its owner. Source: Google's
 * primary calendars have the address of their owner for an id.
 */
export async function listCalendarOwners(store: Store, itemIds: readonly number[]): Promise<Map<number, string[]>> {
  const rows = store.read.all(
    row,
    `SELECT g.item_id, lower(substr(g.external_id, 1, instr(g.external_id, '/') - 1)) AS calendar
     FROM sightings g JOIN sources s ON s.id = g.source_id
     WHERE g.item_id IN (SELECT value FROM json_each(?)) AND s.connector = 'calendar' AND instr(g.external_id, '/') > 0
       AND instr(substr(g.external_id, 1, instr(g.external_id, '/')), '@') > 0`,
    JSON.stringify(itemIds),
  );
  return new Map(
    [...Map.groupBy(rows, ({ item_id }) => item_id)].map(([id, found]) => [id, found.map(({ calendar }) => calendar)]),
  );
}
