import { z } from "zod";
import { StewardError } from "../core/errors.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

export const attemptStates = ["prepared", "committing", "done", "failed", "not_done", "unknown"] as const;
export type AttemptState = (typeof attemptStates)[number];

/** One request that left, by what it was, never what was in it. */
export const sentRequestSchema = z.strictObject({
  method: z.string(),
  path: z.string(),
  sha256: z.string(),
  status: z.number().nullable(),
  answerSha256: z.string().nullable(),
});
export type SentRequest = z.output<typeof sentRequestSchema>;

const attemptRow = z
  .object({
    id: z.string(),
    card_id: z.string(),
    revision: z.number(),
    number: z.number(),
    decision_id: z.string(),
    idempotency_key: z.string(),
    state: z.enum(attemptStates),
    handle: jsonText.nullable(),
    result: jsonText.nullable(),
    error: z.string(),
    requests: jsonText.pipe(z.array(sentRequestSchema)),
    ask_again_at: z.string().nullable(),
    checks: z.number(),
    started_at: z.string(),
    committed_at: z.string().nullable(),
    ended_at: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    cardId: row.card_id,
    revision: row.revision,
    number: row.number,
    decisionId: row.decision_id,
    idempotencyKey: row.idempotency_key,
    state: row.state,
    handle: row.handle,
    result: row.result,
    error: row.error,
    requests: row.requests,
    /** When the service is asked again what became of it. */
    askAgainAt: row.ask_again_at,
    /** How often it was asked. */
    checks: row.checks,
    startedAt: row.started_at,
    committedAt: row.committed_at,
    endedAt: row.ended_at,
  }));
export type Attempt = z.output<typeof attemptRow>;

const columns = `id, card_id, revision, number, decision_id, idempotency_key, state, handle, result, error, requests, ask_again_at,
  checks, started_at, committed_at, ended_at`;

export interface NewAttempt {
  id: string;
  cardId: string;
  revision: number;
  decisionId: string;
  idempotencyKey: string;
  handle: unknown;
}

/** Begins an attempt in state `prepared`, and returns its number. Contract: throws while another one of the card is under way. */
export async function insertAttempt(tx: Tx, attempt: NewAttempt): Promise<number> {
  const last = tx.sql.number(
    "SELECT max(number) FROM attempts WHERE card_id = ? AND revision = ?",
    attempt.cardId,
    attempt.revision,
  );
  const number = (last ?? 0) + 1;
  tx.sql.run(
    `INSERT INTO attempts (id, card_id, revision, number, decision_id, idempotency_key, state, handle, started_at)
     VALUES (?, ?, ?, ?, ?, ?, 'prepared', ?, ?)`,
    attempt.id,
    attempt.cardId,
    attempt.revision,
    number,
    attempt.decisionId,
    attempt.idempotencyKey,
    attempt.handle === null ? null : JSON.stringify(attempt.handle),
    tx.nowAt,
  );
  return number;
}

export interface AttemptChange {
  state?: AttemptState;
  result?: unknown;
  error?: string;
  requests?: readonly SentRequest[];
  askAgainAt?: string | null;
  checks?: number;
}

/** Changes an attempt that is in state `from`; throws `moved` when it is in another one. */
export async function changeAttempt(
  tx: Tx,
  id: string,
  from: readonly AttemptState[],
  change: AttemptChange,
): Promise<void> {
  const before = await getAttempt(tx, id);
  if (before === null || !from.includes(before.state)) {
    throw new StewardError("moved", `The attempt is ${before?.state ?? "not there"} by now.`);
  }
  const state = change.state ?? before.state;
  const result = change.result === undefined ? before.result : change.result;
  const ended = ["done", "failed", "not_done", "unknown"].includes(state);
  tx.sql.run(
    `UPDATE attempts SET state = ?, result = ?, error = ?, requests = ?, ask_again_at = ?, checks = ?, committed_at = ?, ended_at = ?
     WHERE id = ?`,
    state,
    result === null ? null : JSON.stringify(result),
    change.error ?? before.error,
    JSON.stringify(change.requests ?? before.requests),
    change.askAgainAt === undefined ? before.askAgainAt : change.askAgainAt,
    change.checks ?? before.checks,
    state === "committing" && before.committedAt === null ? tx.nowAt : before.committedAt,
    ended ? tx.nowAt : null,
    id,
  );
}

export async function getAttempt(reading: Reading, id: string): Promise<Attempt | null> {
  return sqlOf(reading).get(attemptRow, `SELECT ${columns} FROM attempts WHERE id = ?`, id);
}

/** The attempts of a card's revision, oldest first. */
export async function listAttempts(reading: Reading, cardId: string, revision: number): Promise<Attempt[]> {
  return sqlOf(reading).all(
    attemptRow,
    `SELECT ${columns} FROM attempts WHERE card_id = ? AND revision = ? ORDER BY number`,
    cardId,
    revision,
  );
}

/** Those whose end is not known: a crash left them, or the service could not say yet. Oldest first. */
export async function listUnsettledAttempts(reading: Reading): Promise<Attempt[]> {
  return sqlOf(reading).all(
    attemptRow,
    `SELECT ${columns} FROM attempts WHERE state = 'committing' ORDER BY started_at, id`,
  );
}
