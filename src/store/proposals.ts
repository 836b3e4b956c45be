import { z } from "zod";
import { type Origin, originSchema } from "../core/card.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const proposalRow = z
  .object({
    id: z.string(),
    bundle_id: z.string(),
    position: z.number(),
    after_id: z.string().nullable(),
    action: z.string(),
    account: z.string().nullable(),
    ask: jsonText,
    origin: jsonText.pipe(originSchema),
    state: z.enum(["waiting", "taken", "refused"]),
    refusal: z.string().nullable(),
    card_id: z.string().nullable(),
    redraft_of: z.string().nullable(),
    proposed_at: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    bundleId: row.bundle_id,
    position: row.position,
    /** The proposal of the same bundle whose receipt this one waits for. */
    afterId: row.after_id,
    action: row.action,
    /** The account that should act; null lets code choose. */
    account: row.account,
    ask: row.ask,
    origin: row.origin,
    state: row.state,
    /** Why it became no card, in a sentence for whoever proposed it. */
    refusal: row.refusal,
    cardId: row.card_id,
    redraftOf: row.redraft_of,
    proposedAt: row.proposed_at,
  }));
export type Proposal = z.output<typeof proposalRow>;

const columns =
  "id, bundle_id, position, after_id, action, account, ask, origin, state, refusal, card_id, redraft_of, proposed_at";

export interface NewProposal {
  id: string;
  bundleId: string;
  position: number;
  afterId: string | null;
  action: string;
  account: string | null;
  /** What the action's `ask` takes; the door parses it. */
  ask: unknown;
  origin: Origin;
  redraftOf?: string | null;
}

/** Proposes: the door makes a card of it, or says why not. The same id twice is one proposal. */
export async function insertProposal(tx: Tx, proposal: NewProposal): Promise<void> {
  tx.sql.run(
    `INSERT OR IGNORE INTO proposals (id, bundle_id, position, after_id, action, account, ask, origin, redraft_of, proposed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    proposal.id,
    proposal.bundleId,
    proposal.position,
    proposal.afterId,
    proposal.action,
    proposal.account,
    JSON.stringify(proposal.ask),
    JSON.stringify(proposal.origin),
    proposal.redraftOf ?? null,
    tx.nowAt,
  );
}

/** Characters of what may be asked: more is no proposal. */
const longestAsk = 1_000_000;
const looseRow = z.looseObject({ id: z.string() });

/** Those no card was made of yet, oldest first, bundles in order; without those that cannot be read. */
export async function listWaitingProposals(reading: Reading, limit = 100): Promise<Proposal[]> {
  return readWaiting(reading, limit).flatMap(({ proposal }) => proposal ?? []);
}

/** The ids of waiting rows that are no proposals: the other process wrote what it liked. */
export async function listUnreadableProposals(reading: Reading, limit = 100): Promise<string[]> {
  return readWaiting(reading, limit).flatMap(({ id, proposal }) => (proposal === null ? [id] : []));
}

function readWaiting(reading: Reading, limit: number): { id: string; proposal: Proposal | null }[] {
  const shortened = columns
    .replace("ask,", `iif(length(ask) > ${longestAsk}, '', ask) AS ask,`)
    .replace("origin,", `iif(length(origin) > ${longestAsk}, '', origin) AS origin,`);
  const rows = sqlOf(reading).all(
    looseRow,
    `SELECT ${shortened} FROM proposals WHERE state = 'waiting' ORDER BY proposed_at, bundle_id, position, id LIMIT ?`,
    limit,
  );
  return rows.map((row) => ({ id: row.id, proposal: decode(row) }));
}

function decode(row: unknown): Proposal | null {
  try {
    return proposalRow.parse(row);
  } catch {
    return null;
  }
}

export async function getProposal(reading: Reading, id: string): Promise<Proposal | null> {
  return sqlOf(reading).get(proposalRow, `SELECT ${columns} FROM proposals WHERE id = ?`, id);
}

/** The proposal a card was made of. */
export async function getProposalOfCard(reading: Reading, cardId: string): Promise<Proposal | null> {
  return sqlOf(reading).get(proposalRow, `SELECT ${columns} FROM proposals WHERE card_id = ?`, cardId);
}

/** How many steps a bundle has, whatever became of them. */
export async function countOfBundle(reading: Reading, bundleId: string): Promise<number> {
  return sqlOf(reading).number("SELECT count(*) FROM proposals WHERE bundle_id = ?", bundleId) ?? 0;
}

/** What was drawn up in place of a card: the cards that came of it, and whether one is still being drawn up. */
export async function findRedrafts(
  reading: Reading,
  cardId: string,
): Promise<{ cardIds: string[]; isWaiting: boolean }> {
  const rows = sqlOf(reading).all(
    z.object({ card_id: z.string().nullable(), state: z.string() }),
    "SELECT card_id, state FROM proposals WHERE redraft_of = ?",
    cardId,
  );
  return {
    cardIds: rows.flatMap(({ card_id }) => card_id ?? []),
    isWaiting: rows.some(({ state }) => state === "waiting"),
  };
}

/** Notes what became of a waiting proposal. Returns false when somebody else did already. */
export async function settleProposal(
  tx: Tx,
  id: string,
  outcome: { cardId: string } | { refusal: string },
): Promise<boolean> {
  const { changes } = tx.sql.run(
    "UPDATE proposals SET state = ?, card_id = ?, refusal = ? WHERE id = ? AND state = 'waiting'",
    "cardId" in outcome ? "taken" : "refused",
    "cardId" in outcome ? outcome.cardId : null,
    "refusal" in outcome ? outcome.refusal : null,
    id,
  );
  return changes > 0;
}
