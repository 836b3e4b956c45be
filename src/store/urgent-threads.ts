import { z } from "zod";
import { channels, untrustedSchema } from "../core/item.ts";
import { type Reading, sqlOf } from "./reading.ts";

const urgentRow = z
  .object({
    thread_id: z.number(),
    item_id: z.number(),
    line: z.string(),
    channel: z.enum(channels),
    title: untrustedSchema,
    who: z.string(),
    sent_at: z.string(),
  })
  .transform((row) => ({
    threadId: row.thread_id,
    itemId: row.item_id,
    line: row.line,
    channel: row.channel,
    title: row.title,
    who: row.who,
    sentAt: row.sent_at,
  }));
/** A thread that is urgent for the owner, by its newest item from others. */
export type UrgentThread = z.output<typeof urgentRow>;

/** Threads judged urgent whose newest item came since then, and which the owner has not put away. Oldest first. */
export async function listUrgentSince(reading: Reading, sinceAt: string): Promise<UrgentThread[]> {
  return sqlOf(reading).all(
    urgentRow,
    `SELECT v.thread_id, i.id AS item_id, v.line, t.channel, t.title, coalesce(p.name, '') AS who, i.sent_at
     FROM verdicts v JOIN threads t ON t.id = v.thread_id JOIN items i ON i.id = v.last_item_id
     LEFT JOIN identities n ON n.id = i.sender_id LEFT JOIN people p ON p.id = n.person_id
     WHERE v.class = 'urgent' AND t.state IN ('new', 'open') AND i.from_owner = 0 AND i.sent_at >= ? ORDER BY i.sent_at`,
    sinceAt,
  );
}
