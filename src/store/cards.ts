import { z } from "zod";
import { type CardState, cardStates, type Origin, originSchema } from "../core/card.ts";
import { StewardError } from "../core/errors.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const cardRow = z
  .object({
    id: z.string(),
    number: z.number(),
    bundle_id: z.string(),
    position: z.number(),
    after_card_id: z.string().nullable(),
    action: z.string(),
    account: z.string(),
    source_id: z.string().nullable(),
    state: z.enum(cardStates),
    reason: z.string(),
    revision: z.number(),
    origin: jsonText.pipe(originSchema),
    target: z.string(),
    thread_id: z.number().nullable(),
    thread_mark: z.number().nullable(),
    created_at: z.string(),
    changed_at: z.string(),
    expires_at: z.string(),
    later_until: z.string().nullable(),
    send_at: z.string().nullable(),
    undone_at: z.string().nullable(),
    marked_done_at: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    /** The short number the owner types. */
    number: row.number,
    bundleId: row.bundle_id,
    position: row.position,
    /** Runs only on the receipt of this one. */
    afterCardId: row.after_card_id,
    action: row.action,
    account: row.account,
    /** The source whose account acts; null where the action needs none. */
    sourceId: row.source_id,
    state: row.state,
    /** Why it is in this state, in a sentence; empty when that needs no words. */
    reason: row.reason,
    revision: row.revision,
    origin: row.origin,
    /** Equal for cards that would do the same to the same: what a rejected one is recognised by. */
    target: row.target,
    threadId: row.thread_id,
    /** The newest item of the thread when it was drawn up; null without a thread. */
    threadMark: row.thread_mark,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    expiresAt: row.expires_at,
    /** Put off until then. */
    laterUntil: row.later_until,
    /**
     * The end of the undo window, or of a wait (quiet hours, a service that asks for time); of a card that is done, until when
     * an undo may be under way. Null when nothing is waited for.
     */
    sendAt: row.send_at,
    undoneAt: row.undone_at,
    markedDoneAt: row.marked_done_at,
  }));
export type Card = z.output<typeof cardRow>;

const columns = `id, number, bundle_id, position, after_card_id, action, account, source_id, state, reason, revision, origin, target,
  thread_id, thread_mark, created_at, changed_at, expires_at, later_until, send_at, undone_at, marked_done_at`;

export interface NewCard {
  id: string;
  bundleId: string;
  position: number;
  afterCardId: string | null;
  action: string;
  account: string;
  sourceId: string | null;
  origin: Origin;
  target: string;
  threadId: number | null;
  threadMark: number | null;
  expiresAt: string;
}

/** Makes a card in state `proposed` whose first revision the caller saves in the same transaction. Returns its number. */
export async function insertCard(tx: Tx, card: NewCard): Promise<number> {
  const number = (tx.sql.number("SELECT max(number) FROM cards") ?? 0) + 1;
  tx.sql.run(
    `INSERT INTO cards (id, number, bundle_id, position, after_card_id, action, account, source_id, state, revision, origin, target,
       thread_id, thread_mark, created_at, changed_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'proposed', 1, ?, ?, ?, ?, ?, ?, ?)`,
    card.id,
    number,
    card.bundleId,
    card.position,
    card.afterCardId,
    card.action,
    card.account,
    card.sourceId,
    JSON.stringify(card.origin),
    card.target,
    card.threadId,
    card.threadMark,
    tx.nowAt,
    tx.nowAt,
    card.expiresAt,
  );
  return number;
}

/** The card with that id, null when there is none. */
export async function getCard(reading: Reading, id: string): Promise<Card | null> {
  return sqlOf(reading).get(cardRow, `SELECT ${columns} FROM cards WHERE id = ?`, id);
}

/** The card with the number the owner typed. */
export async function getCardByNumber(reading: Reading, number: number): Promise<Card | null> {
  return sqlOf(reading).get(cardRow, `SELECT ${columns} FROM cards WHERE number = ?`, number);
}

/** Cards in these states, oldest first; bundles stay together in their order. */
export async function listCards(reading: Reading, states: readonly CardState[], limit = 500): Promise<Card[]> {
  return sqlOf(reading).all(
    cardRow,
    `SELECT ${columns} FROM cards WHERE state IN (SELECT value FROM json_each(?))
     ORDER BY (SELECT min(b.number) FROM cards b WHERE b.bundle_id = cards.bundle_id), position, number LIMIT ?`,
    JSON.stringify(states),
    limit,
  );
}

/** Cards in these states, changed last first: the history. */
export async function listRecentCards(reading: Reading, states: readonly CardState[], limit: number): Promise<Card[]> {
  return sqlOf(reading).all(
    cardRow,
    `SELECT ${columns} FROM cards WHERE state IN (SELECT value FROM json_each(?)) ORDER BY changed_at DESC, number DESC LIMIT ?`,
    JSON.stringify(states),
    limit,
  );
}

/** Every card of a bundle in order. */
export async function listBundle(reading: Reading, bundleId: string): Promise<Card[]> {
  return sqlOf(reading).all(cardRow, `SELECT ${columns} FROM cards WHERE bundle_id = ? ORDER BY position`, bundleId);
}

/** The newest card in that state that would do the same to the same, of those before a number where one is given. */
export async function findCardByTarget(
  reading: Reading,
  target: string,
  state: CardState,
  beforeNumber: number | null = null,
): Promise<Card | null> {
  return sqlOf(reading).get(
    cardRow,
    `SELECT ${columns} FROM cards WHERE target = ? AND state = ? AND number < ? ORDER BY number DESC LIMIT 1`,
    target,
    state,
    beforeNumber ?? Number.MAX_SAFE_INTEGER,
  );
}

/** Open and moving cards about a thread. */
export async function listCardsOfThread(
  reading: Reading,
  threadId: number,
  states: readonly CardState[],
): Promise<Card[]> {
  return sqlOf(reading).all(
    cardRow,
    `SELECT ${columns} FROM cards WHERE thread_id = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY number`,
    threadId,
    JSON.stringify(states),
  );
}

/** How many cards about a thread were made since then. */
export async function countCardsSince(reading: Reading, threadId: number, sinceAt: string): Promise<number> {
  return (
    sqlOf(reading).number("SELECT count(*) FROM cards WHERE thread_id = ? AND created_at >= ?", threadId, sinceAt) ?? 0
  );
}

/** Cards that wait, for the owner or for their turn, and whose time is over. */
export async function listExpired(reading: Reading, nowAt: string): Promise<Card[]> {
  return sqlOf(reading).all(
    cardRow,
    `SELECT ${columns} FROM cards WHERE state IN ('proposed', 'approved', 'prepared') AND expires_at <= ? ORDER BY number`,
    nowAt,
  );
}

/** Steps that wait for one that will never be done, or was undone. */
export async function listOrphans(reading: Reading): Promise<Card[]> {
  return sqlOf(reading).all(
    cardRow,
    `SELECT ${columns} FROM cards WHERE state IN ('proposed', 'approved', 'prepared') AND after_card_id IN
       (SELECT b.id FROM cards b WHERE b.undone_at IS NOT NULL
          OR b.state IN ('failed', 'unknown', 'rejected', 'expired', 'superseded', 'stopped'))
     ORDER BY number`,
  );
}

/** What a step waits for: done, not undone, and done by the owner where it was handed to them. */
const isReceived = `EXISTS (SELECT 1 FROM cards b JOIN card_revisions r ON r.card_id = b.id AND r.revision = b.revision
  WHERE b.id = cards.after_card_id AND b.state = 'done' AND b.undone_at IS NULL
    AND (b.marked_done_at IS NOT NULL OR json_extract(r.preview, '$.handOff') IS NULL))`;

/** Cards whose yes was given and whose turn has come, in order; steps of a bundle after the step they wait for; of these actions, or of all. */
export async function listReady(
  reading: Reading,
  nowAt: string,
  limit: number,
  actions: readonly string[] | null = null,
): Promise<Card[]> {
  return sqlOf(reading).all(
    cardRow,
    `SELECT ${columns} FROM cards WHERE state IN ('approved', 'prepared') AND (send_at IS NULL OR send_at <= ?1)
       AND (after_card_id IS NULL OR ${isReceived}) AND (?3 IS NULL OR action IN (SELECT value FROM json_each(?3)))
     ORDER BY changed_at, number LIMIT ?2`,
    nowAt,
    limit,
    actions === null ? null : JSON.stringify(actions),
  );
}

/** A card is in another state by now than whoever wants to change it believes. */
export class CardMoved extends StewardError {
  readonly cardId: string;

  constructor(cardId: string, text: string) {
    super("moved", text);
    this.cardId = cardId;
  }
}

export interface CardChange {
  state?: CardState;
  reason?: string;
  revision?: number;
  expiresAt?: string;
  laterUntil?: string | null;
  sendAt?: string | null;
  undoneAt?: string | null;
  markedDoneAt?: string | null;
  position?: number;
  afterCardId?: string | null;
}

/**
 * Changes a card that is in one of the states `from`. Contract: compare and set; throws `moved` when it is in another one, so
 * that two hands can never both move it.
 */
export async function changeCard(tx: Tx, id: string, from: readonly CardState[], change: CardChange): Promise<void> {
  const before = await getCard(tx, id);
  if (before === null || !from.includes(before.state)) {
    throw new CardMoved(
      id,
      before === null ? "The card is not there." : `Card ${before.number} is ${before.state} by now.`,
    );
  }
  const after = { ...before, ...change };
  tx.sql.run(
    `UPDATE cards SET state = ?, reason = ?, revision = ?, expires_at = ?, later_until = ?, send_at = ?, undone_at = ?,
       marked_done_at = ?, position = ?, after_card_id = ?, changed_at = ? WHERE id = ?`,
    after.state,
    after.reason,
    after.revision,
    after.expiresAt,
    after.laterUntil,
    after.sendAt,
    after.undoneAt,
    after.markedDoneAt,
    after.position,
    after.afterCardId,
    tx.nowAt,
    id,
  );
}

/** How many cards are in each state. */
export async function countCards(reading: Reading): Promise<Map<CardState, number>> {
  const rows = sqlOf(reading).all(
    z.object({ state: z.enum(cardStates), count: z.number() }),
    "SELECT state, count(*) AS count FROM cards GROUP BY state",
  );
  return new Map(rows.map(({ state, count }) => [state, count]));
}

/** How many cards of an action were made in the name of the same words of the owner, whatever became of them. */
export async function countCardsOfWords(reading: Reading, action: string, wordsId: string): Promise<number> {
  return (
    sqlOf(reading).number(
      "SELECT count(*) FROM cards WHERE action = ? AND json_extract(origin, '$.wordsId') = ?",
      action,
      wordsId,
    ) ?? 0
  );
}
