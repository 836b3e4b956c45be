import { z } from "zod";
import { type Briefing, briefingSchema } from "../core/briefing.ts";
import { saveDigest } from "./digests.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const briefingRow = z
  .object({
    number: z.number(),
    document: z.string().transform((text) => {
      try {
        return briefingSchema.safeParse(JSON.parse(text)).data ?? null;
      } catch {
        return null;
      }
    }),
    made_at: z.string(),
    read_at: z.string().nullable(),
  })
  .transform((row) => ({
    /** Grows whenever other entries are shown than before. */
    number: row.number,
    /** Null when an older or newer steward wrote it: the next reading writes another. */
    briefing: row.document,
    madeAt: row.made_at,
    /** When the owner said that they read it. */
    readAt: row.read_at,
  }));
export type StoredBriefing = z.output<typeof briefingRow>;

/** Puts the briefing in place of the one before; there is one. What a person read of the same entries stays read. */
export async function saveBriefing(tx: Tx, briefing: Briefing): Promise<void> {
  const before = await readBriefing(tx);
  const isSame = before?.briefing != null && entriesOf(before.briefing) === entriesOf(briefing);
  tx.sql.run(
    "INSERT OR REPLACE INTO briefings (id, number, document, made_at, read_at) VALUES (1, ?, ?, ?, ?)",
    (before?.number ?? 0) + (isSame ? 0 : 1),
    JSON.stringify(briefing),
    tx.nowAt,
    isSame ? before.readAt : null,
  );
}

function entriesOf({ digest }: Briefing): string {
  const shown = [...digest.newEntries, ...digest.openEntries];
  return JSON.stringify(shown.map(({ threadId, class: kind, line, itemId }) => [threadId, kind, line, itemId]));
}

/** The briefing as the reading side left it; null before the first. */
export async function readBriefing(reading: Reading): Promise<StoredBriefing | null> {
  return sqlOf(reading).get(briefingRow, "SELECT number, document, made_at, read_at FROM briefings WHERE id = 1");
}

/**
 * A person looked at this briefing and said so: "last read" moves to where it ends. Returns false when another one has taken
 * its place; then nothing moves.
 */
export async function markBriefingRead(tx: Tx, number: number): Promise<boolean> {
  const stored = await readBriefing(tx);
  if (stored === null || stored.number !== number || stored.briefing === null) return false;
  if (stored.readAt !== null) return true;
  const { digest } = stored.briefing;
  const entries = [...digest.newEntries, ...digest.openEntries].flatMap((entry) =>
    [entry.threadId, ...entry.alsoThreadIds].map((threadId) => ({ number: entry.number, threadId })),
  );
  await saveDigest(tx, { sinceAt: digest.since, untilAt: digest.until, looked: true, entries });
  tx.sql.run("UPDATE briefings SET read_at = ? WHERE id = 1", tx.nowAt);
  return true;
}
