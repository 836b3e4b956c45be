import { z } from "zod";
import type { Store } from "./open-store.ts";

const row = z.object({ value: z.string(), item_id: z.number() });

/**
 * For each identity value the items its display names were read from: of each name the oldest item that has it, ten a value at most.
 * A name is text of whoever wrote it.
 */
export async function listNameItems(store: Store, values: readonly string[]): Promise<Map<string, number[]>> {
  const rows = store.read.all(
    row,
    `SELECT value, item_id FROM (
       SELECT n.value, min(p.item_id) AS item_id,
              row_number() OVER (PARTITION BY n.value ORDER BY min(p.item_id)) AS place
       FROM identities n JOIN item_parties p ON p.identity_id = n.id
       WHERE n.value IN (SELECT value FROM json_each(?)) GROUP BY n.value, p.name)
     WHERE place <= 10 ORDER BY value, item_id`,
    JSON.stringify(values),
  );
  return new Map(
    [...Map.groupBy(rows, ({ value }) => value)].map(([value, found]) => [value, found.map(({ item_id }) => item_id)]),
  );
}

/** The item that a name was read from by which a thread shows somebody; null when contacts.csv or no item gave it. */
export async function findNameItem(store: Store, threadId: number, name: string): Promise<number | null> {
  return store.read.number(
    `SELECT min(named.item_id) FROM item_parties named JOIN identities n ON n.id = named.identity_id
     WHERE named.name = ?2 AND n.person_id IN (
       SELECT m.person_id FROM items i JOIN item_parties p ON p.item_id = i.id JOIN identities m ON m.id = p.identity_id
       WHERE i.thread_id = ?1)`,
    threadId,
    name,
  );
}

const senderRow = z.object({ item_id: z.number(), value: z.string(), name: z.string() });

/** Who wrote each item, by the name and address that stand in that very item. */
export async function listSenders(
  store: Store,
  itemIds: readonly number[],
): Promise<Map<number, { name: string; value: string }>> {
  const rows = store.read.all(
    senderRow,
    `SELECT p.item_id, n.value, p.name FROM item_parties p JOIN identities n ON n.id = p.identity_id
     WHERE p.item_id IN (SELECT value FROM json_each(?)) AND p.role IN ('from', 'organizer') ORDER BY p.item_id, p.role DESC`,
    JSON.stringify(itemIds),
  );
  return new Map(rows.map(({ item_id, value, name }) => [item_id, { value, name }]));
}
