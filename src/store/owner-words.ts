import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { flag } from "./row-types.ts";

const wordsRow = z
  .object({
    id: z.string(),
    surface: z.string(),
    text: z.string(),
    forwarded: flag,
    run_id: z.string().nullable(),
    dictated: z.enum(["sent", "asked"]).nullable(),
    card_id: z.string().nullable(),
    heard_at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    surface: row.surface,
    text: row.text,
    /** What somebody else wrote and the owner passed on: kept, and never their own words. */
    forwarded: row.forwarded,
    /** The one run they were said to; null until one has used them. */
    runId: row.run_id,
    /** Whether they were a decision: `sent`, or `asked` where nothing but the policy stood against it. Null when neither. */
    dictated: row.dictated,
    /** The card of which `dictated` speaks. */
    cardId: row.card_id,
    heardAt: row.heard_at,
  }));
/** What the owner said at one of the door's own surfaces, character for character. */
export type OwnerWords = z.output<typeof wordsRow>;

const columns = "id, surface, text, forwarded, run_id, dictated, card_id, heard_at";

/** Keeps what the owner said. Contract: written by the door alone. */
export async function insertWords(
  tx: Tx,
  words: Pick<OwnerWords, "id" | "surface" | "text" | "forwarded" | "runId">,
): Promise<void> {
  tx.sql.run(
    "INSERT INTO owner_words (id, surface, text, forwarded, run_id, heard_at) VALUES (?, ?, ?, ?, ?, ?)",
    words.id,
    words.surface,
    words.text,
    Number(words.forwarded),
    words.runId,
    tx.nowAt,
  );
}

export async function getWords(reading: Reading, id: string): Promise<OwnerWords | null> {
  return sqlOf(reading).get(wordsRow, `SELECT ${columns} FROM owner_words WHERE id = ?`, id);
}

/** Makes them the words of one run, for good. Returns false when they are another run's. */
export async function bindWords(tx: Tx, id: string, runId: string): Promise<boolean> {
  const { changes } = tx.sql.run(
    "UPDATE owner_words SET run_id = ?2 WHERE id = ?1 AND (run_id IS NULL OR run_id = ?2)",
    id,
    runId,
  );
  return changes > 0;
}

/** Notes that they were, or could have been, the decision about a card. Returns false when they were about another one. */
export async function useWords(tx: Tx, id: string, dictated: "sent" | "asked", cardId: string): Promise<boolean> {
  const { changes } = tx.sql.run(
    "UPDATE owner_words SET dictated = ?, card_id = ? WHERE id = ? AND card_id IS NULL",
    dictated,
    cardId,
    id,
  );
  return changes > 0;
}

/** How many cards asked although nothing but the policy stood against sending them by the owner's words alone. */
export async function countAsked(reading: Reading): Promise<number> {
  return sqlOf(reading).number("SELECT count(*) FROM owner_words WHERE dictated = 'asked'") ?? 0;
}

/** Forgets words that were said before this instant. Returns how many. */
export async function forgetWords(tx: Tx, beforeAt: string): Promise<number> {
  return tx.sql.run("DELETE FROM owner_words WHERE heard_at < ?", beforeAt).changes;
}
