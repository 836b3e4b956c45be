import { z } from "zod";
import type { Store, Tx } from "./open-store.ts";
import { jsonText } from "./row-types.ts";

const shownEntry = z.strictObject({ number: z.number(), threadId: z.number() });
export type ShownEntry = z.output<typeof shownEntry>;

const digestRow = z
  .object({
    id: z.number(),
    since_at: z.string(),
    until_at: z.string(),
    looked: z.number(),
    entries: jsonText.pipe(z.array(shownEntry)),
    shown_at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    sinceAt: row.since_at,
    untilAt: row.until_at,
    looked: row.looked === 1,
    entries: row.entries,
    shownAt: row.shown_at,
  }));
export type ShownDigest = z.output<typeof digestRow>;

/** Keeps what was shown under which number. `looked` is true only when a person saw it: then "last read" moves. */
export async function saveDigest(
  tx: Tx,
  digest: { sinceAt: string; untilAt: string; looked: boolean; entries: readonly ShownEntry[] },
): Promise<number> {
  return tx.sql.run(
    "INSERT INTO digests (since_at, until_at, looked, entries, shown_at) VALUES (?, ?, ?, ?, ?)",
    digest.sinceAt,
    digest.untilAt,
    Number(digest.looked),
    JSON.stringify(digest.entries.map(({ number, threadId }) => ({ number, threadId }))),
    tx.nowAt,
  ).lastId;
}

/** Until when the owner has read, UTC ISO-8601; null before the first look. */
export async function lastReadAt(store: Store): Promise<string | null> {
  const row = store.read.get(
    z.object({ at: z.string().nullable() }),
    "SELECT max(until_at) AS at FROM digests WHERE looked = 1",
  );
  return row?.at ?? null;
}

/** The digest whose numbers the owner means: the one shown last. */
export async function latestDigest(store: Store): Promise<ShownDigest | null> {
  return store.read.get(digestRow, "SELECT * FROM digests ORDER BY id DESC LIMIT 1");
}

const shownRow = z.object({ thread_id: z.number(), until_at: z.string() });

/** Threads that were among the entries of a digest a person looked at, with until when the last such digest reached. */
export async function listShownThreads(store: Store): Promise<Map<number, string>> {
  const rows = store.read.all(
    shownRow,
    `SELECT json_extract(e.value, '$.threadId') AS thread_id, max(d.until_at) AS until_at
     FROM digests d, json_each(d.entries) e WHERE d.looked = 1 GROUP BY 1`,
  );
  return new Map(rows.map((row) => [row.thread_id, row.until_at]));
}
