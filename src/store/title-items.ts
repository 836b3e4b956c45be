import { z } from "zod";
import type { Store } from "./open-store.ts";

const row = z.object({ thread_id: z.number(), id: z.number() });

/**
 * The items that a thread's title may have come from: those whose subject has it in it (the three oldest), and its oldest item. What
 * is told of a thread by its title was read from these.
 */
export async function listTitleItems(store: Store, threadIds: readonly number[]): Promise<Map<number, number[]>> {
  const rows = store.read.all(
    row,
    `SELECT thread_id, id FROM (
       SELECT i.thread_id, i.id, t.title <> '' AND instr(i.subject, t.title) > 0 AS has_it,
              row_number() OVER (PARTITION BY i.thread_id ORDER BY i.id) AS place,
              row_number() OVER (PARTITION BY i.thread_id, t.title <> '' AND instr(i.subject, t.title) > 0 ORDER BY i.id) AS alike
       FROM items i JOIN threads t ON t.id = i.thread_id WHERE i.thread_id IN (SELECT value FROM json_each(?)))
     WHERE place = 1 OR (has_it AND alike <= 3) ORDER BY thread_id, id`,
    JSON.stringify(threadIds),
  );
  return new Map(
    [...Map.groupBy(rows, ({ thread_id }) => thread_id)].map(([threadId, found]) => [
      threadId,
      found.map(({ id }) => id),
    ]),
  );
}
