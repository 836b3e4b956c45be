import { z } from "zod";
import { type Judgement, judgementSchema } from "../core/judgement.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { flag } from "./row-types.ts";

const judgementRow = z
  .object({
    thread_id: z.number(),
    fingerprint: z.string(),
    class: judgementSchema.shape.class,
    urgency: judgementSchema.shape.urgency,
    line: z.string().nullable(),
    alone: flag,
    model: z.string(),
    call_id: z.string(),
    judged_at: z.string(),
  })
  .transform((row) => ({
    threadId: row.thread_id,
    /** Of what was judged: it says nothing about a thread that has another one now. */
    fingerprint: row.fingerprint,
    judgement: { class: row.class, urgency: row.urgency, line: row.line, alone: row.alone } satisfies Judgement,
    model: row.model,
    callId: row.call_id,
    judgedAt: row.judged_at,
  }));
export type StoredJudgement = z.output<typeof judgementRow>;

export type JudgementToSave = Omit<StoredJudgement, "judgedAt">;

/** Keeps what a model said of threads, in place of what one said of them before. */
export async function saveJudgements(tx: Tx, judgements: readonly JudgementToSave[]): Promise<void> {
  for (const { threadId, fingerprint, judgement, model, callId } of judgements) {
    tx.sql.run(
      `INSERT OR REPLACE INTO judgements (thread_id, fingerprint, class, urgency, line, alone, model, call_id, judged_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      threadId,
      fingerprint,
      judgement.class,
      judgement.urgency,
      judgement.line,
      Number(judgement.alone),
      model,
      callId,
      tx.nowAt,
    );
  }
}

/** What a model said of the given threads, by thread. */
export async function loadJudgements(
  reading: Reading,
  threadIds: readonly number[],
): Promise<Map<number, StoredJudgement>> {
  const rows = sqlOf(reading).all(
    judgementRow,
    "SELECT * FROM judgements WHERE thread_id IN (SELECT value FROM json_each(?))",
    JSON.stringify(threadIds),
  );
  return new Map(rows.map((row) => [row.threadId, row]));
}

const stateRow = z.object({ problem: z.string().nullable(), ended_at: z.string() }).transform((row) => ({
  /** Why the last pass did not come to its end, in words for the owner; null when it did. */
  problem: row.problem,
  endedAt: row.ended_at,
}));
export type JudgingState = z.output<typeof stateRow>;

/** How the last pass of a model over the news went; null before the first. */
export async function getJudgingState(reading: Reading): Promise<JudgingState | null> {
  return sqlOf(reading).get(stateRow, "SELECT problem, ended_at FROM judging_state WHERE id = 1");
}

export async function saveJudgingState(tx: Tx, problem: string | null): Promise<void> {
  tx.sql.run(
    `INSERT INTO judging_state (id, problem, ended_at) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET problem = excluded.problem, ended_at = excluded.ended_at`,
    problem,
    tx.nowAt,
  );
}
