import { z } from "zod";
import { channels, untrustedSchema } from "../core/item.ts";
import type { Store } from "./open-store.ts";

const row = z
  .object({ id: z.number(), channel: z.enum(channels), title: untrustedSchema, last_at: z.string().nullable() })
  .transform(({ last_at, ...rest }) => ({ ...rest, lastAt: last_at }));

/** Conversations that somebody is in, the newest first. */
export async function listThreadsWithPerson(
  store: Store,
  personId: number,
  limit: number,
): Promise<z.output<typeof row>[]> {
  return store.read.all(
    row,
    `SELECT t.id, t.channel, t.title, t.last_at FROM threads t WHERE t.id IN (
       SELECT i.thread_id FROM identities n JOIN item_parties p ON p.identity_id = n.id JOIN items i ON i.id = p.item_id
       WHERE n.person_id = ? AND i.superseded_by IS NULL)
     ORDER BY t.last_at DESC, t.id DESC LIMIT ?`,
    personId,
    limit,
  );
}
