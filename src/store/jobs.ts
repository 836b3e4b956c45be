import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const jobRow = z
  .object({
    id: z.string(),
    kind: z.string(),
    body: jsonText,
    state: z.enum(["waiting", "taken", "done", "failed"]),
    answer: jsonText.nullable(),
    made_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .transform(({ made_at, ended_at, ...row }) => ({ ...row, madeAt: made_at, endedAt: ended_at }));
/** Work that one side leaves for the other: a button of the page for the reading side. */
export type Job = z.output<typeof jobRow>;

const columns = "id, kind, body, state, answer, made_at, ended_at";

/** Leaves a job; the same id twice is one. */
export async function addJob(tx: Tx, job: { id: string; kind: string; body: unknown }): Promise<void> {
  tx.sql.run(
    "INSERT OR IGNORE INTO jobs (id, kind, body, made_at) VALUES (?, ?, ?, ?)",
    job.id,
    job.kind,
    JSON.stringify(job.body),
    tx.nowAt,
  );
}

/** Whether a job of one of these kinds waits: a look that keeps no writer waiting. */
export async function isJobWaiting(reading: Reading, kinds: readonly string[]): Promise<boolean> {
  const sql = "SELECT 1 FROM jobs WHERE state = 'waiting' AND kind IN (SELECT value FROM json_each(?)) LIMIT 1";
  return sqlOf(reading).number(sql, JSON.stringify(kinds)) !== null;
}

/** Takes the oldest waiting job of one of these kinds; null when there is none. */
export async function takeJob(tx: Tx, kinds: readonly string[]): Promise<Job | null> {
  const job = tx.sql.get(
    jobRow,
    `SELECT ${columns} FROM jobs WHERE state = 'waiting' AND kind IN (SELECT value FROM json_each(?)) ORDER BY made_at, id LIMIT 1`,
    JSON.stringify(kinds),
  );
  if (job !== null) tx.sql.run("UPDATE jobs SET state = 'taken' WHERE id = ?", job.id);
  return job;
}

export async function endJob(tx: Tx, id: string, state: "done" | "failed", answer: unknown): Promise<void> {
  tx.sql.run(
    "UPDATE jobs SET state = ?, answer = ?, ended_at = ? WHERE id = ?",
    state,
    JSON.stringify(answer),
    tx.nowAt,
    id,
  );
}

export async function getJob(reading: Reading, id: string): Promise<Job | null> {
  return sqlOf(reading).get(jobRow, `SELECT ${columns} FROM jobs WHERE id = ?`, id);
}
