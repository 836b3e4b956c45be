import { z } from "zod";
import { untrustedSchema } from "../core/item.ts";
import type { Store } from "./open-store.ts";
import { flag } from "./row-types.ts";

const row = z
  .object({ value: z.string(), name: untrustedSchema, known: flag, is_owner: flag, item_id: z.number() })
  .transform(({ is_owner, item_id, ...rest }) => ({ ...rest, isOwner: is_owner, itemId: item_id }));
/** Somebody in these items: `name` as it stands in `itemId`, the newest of them that has one. */
export type ThreadPerson = z.output<typeof row>;

/** Everybody who is in these items, who wrote most first, sixty at most. `known`: in contacts.csv, or written to. */
export async function listPeopleOfItems(store: Store, itemIds: readonly number[]): Promise<ThreadPerson[]> {
  return store.read.all(
    row,
    `SELECT n.value, p.name, n.in_contacts OR n.written_count > 0 AS known, n.is_owner,
       max(CASE WHEN p.name <> '' THEN p.item_id ELSE 0 END) AS newest, p.item_id
     FROM item_parties p JOIN identities n ON n.id = p.identity_id
     WHERE p.item_id IN (SELECT value FROM json_each(?))
     GROUP BY n.id ORDER BY sum(p.role = 'from') DESC, count(*) DESC, n.id LIMIT 60`,
    JSON.stringify(itemIds),
  );
}
