import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const proposalRow = z
  .object({
    number: z.number(),
    made_key: z.string(),
    text: z.string(),
    quote: z.string(),
    item_ids: jsonText.pipe(z.array(z.number().int())),
    why: z.string(),
    state: z.enum(["waiting", "accepted", "rejected"]),
    made_at: z.string(),
  })
  .transform((row) => ({
    /** What the owner types. */
    number: row.number,
    madeKey: row.made_key,
    /** A model's words, maybe made of words of others. */
    text: row.text,
    quote: row.quote,
    itemIds: row.item_ids,
    /** Why it was not kept at once, a sentence of ours. */
    why: row.why,
    state: row.state,
    madeAt: row.made_at,
  }));
/** Something to remember that waits for the owner's yes. */
export type MemoryProposal = z.output<typeof proposalRow>;

/** Leaves a proposal. The same key twice is one. */
export async function insertMemoryProposal(
  tx: Tx,
  proposal: Pick<MemoryProposal, "madeKey" | "text" | "quote" | "itemIds" | "why">,
): Promise<void> {
  tx.sql.run(
    `INSERT OR IGNORE INTO memory_proposals (made_key, text, quote, item_ids, why, state, made_at)
     VALUES (?, ?, ?, ?, ?, 'waiting', ?)`,
    proposal.madeKey,
    proposal.text,
    proposal.quote,
    JSON.stringify(proposal.itemIds),
    proposal.why,
    tx.nowAt,
  );
}

export async function getMemoryProposal(reading: Reading, number: number): Promise<MemoryProposal | null> {
  return sqlOf(reading).get(proposalRow, "SELECT * FROM memory_proposals WHERE number = ?", number);
}

/** Those that wait, oldest first. */
export async function listMemoryProposals(reading: Reading): Promise<MemoryProposal[]> {
  return sqlOf(reading).all(proposalRow, "SELECT * FROM memory_proposals WHERE state = 'waiting' ORDER BY number");
}

/** False when it does not wait any more. */
export async function decideMemoryProposal(tx: Tx, number: number, state: "accepted" | "rejected"): Promise<boolean> {
  const { changes } = tx.sql.run(
    "UPDATE memory_proposals SET state = ?, decided_at = ? WHERE number = ? AND state = 'waiting'",
    state,
    tx.nowAt,
    number,
  );
  return changes > 0;
}

export const candidateSchema = z.strictObject({
  notes: z.array(z.strictObject({ name: z.string(), text: z.string() })),
  dropped: z.array(z.string()),
});
/** What a consolidation would make of the notes: those that are new or changed, whole, and those that go. */
export type Candidate = z.output<typeof candidateSchema>;

const consolidationRow = z
  .object({
    id: z.string(),
    state: z.enum(["same", "failed", "waiting", "accepted", "rejected"]),
    base_sha256: z.string(),
    candidate: jsonText.pipe(candidateSchema),
    made_at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    state: row.state,
    /** Of the notes it was made from: when they differ now, it is void. */
    baseSha256: row.base_sha256,
    candidate: row.candidate,
    madeAt: row.made_at,
  }));
export type Consolidation = z.output<typeof consolidationRow>;

/** Keeps what a consolidation came to; one that still waited is replaced by it. */
export async function insertConsolidation(tx: Tx, made: Omit<Consolidation, "madeAt">): Promise<void> {
  tx.sql.run("UPDATE consolidations SET state = 'rejected', decided_at = ? WHERE state = 'waiting'", tx.nowAt);
  tx.sql.run(
    "INSERT INTO consolidations (id, state, base_sha256, candidate, made_at) VALUES (?, ?, ?, ?, ?)",
    made.id,
    made.state,
    made.baseSha256,
    JSON.stringify(made.candidate),
    tx.nowAt,
  );
}

export async function getLastConsolidation(reading: Reading): Promise<Consolidation | null> {
  return sqlOf(reading).get(consolidationRow, "SELECT * FROM consolidations ORDER BY made_at DESC, id DESC LIMIT 1");
}

/** False when it does not wait any more. */
export async function decideConsolidation(tx: Tx, id: string, state: "accepted" | "rejected"): Promise<boolean> {
  const { changes } = tx.sql.run(
    "UPDATE consolidations SET state = ?, decided_at = ? WHERE id = ? AND state = 'waiting'",
    state,
    tx.nowAt,
    id,
  );
  return changes > 0;
}
