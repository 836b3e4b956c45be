import { z } from "zod";
import { type RunKind, type RunLimits, type RunState, runKinds, runLimits, runStates } from "../core/run.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const limitsSchema = z.strictObject({ turns: z.number(), tokens: z.number(), usd: z.number(), ms: z.number() });
const questionSchema = z.strictObject({ question: z.string(), choices: z.array(z.string()) });

const runRow = z
  .object({
    id: z.string(),
    kind: z.enum(runKinds),
    parent_id: z.string().nullable(),
    job: jsonText,
    state: z.enum(runStates),
    text: z.string(),
    surface: z.string(),
    limits: jsonText.pipe(limitsSchema),
    prefix_sha256: z.string().nullable(),
    outcome: z.string(),
    question: jsonText.pipe(questionSchema).nullable(),
    limited_by: z.enum(runLimits).nullable(),
    error: z.string().nullable(),
    calls: z.number(),
    input_tokens: z.number(),
    cache_write_tokens: z.number(),
    cache_read_tokens: z.number(),
    output_tokens: z.number(),
    cost_usd: z.number(),
    owner: z.string().nullable(),
    until_at: z.string().nullable(),
    cancel_asked_at: z.string().nullable(),
    made_at: z.string(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    kind: row.kind,
    /** The run it works for; null for one of its own. */
    parentId: row.parent_id,
    /** What it was given, as `askJobSchema` for a request. */
    job: row.job,
    state: row.state,
    /** The owner's words, or the task of a job beneath. */
    text: row.text,
    surface: row.surface,
    limits: row.limits,
    prefixSha256: row.prefix_sha256,
    /** The answer; empty when there is none. Text of others as far as screens are concerned. */
    outcome: row.outcome,
    question: row.question,
    limitedBy: row.limited_by,
    /** Why it failed, in a sentence with its cure. */
    error: row.error,
    /** Model calls, with those of the runs beneath. */
    calls: row.calls,
    usage: {
      input: row.input_tokens,
      cacheWrite: row.cache_write_tokens,
      cacheRead: row.cache_read_tokens,
      output: row.output_tokens,
    },
    costUsd: row.cost_usd,
    /** The process that works on it, as `makeLeaseOwner` names it. */
    owner: row.owner,
    untilAt: row.until_at,
    cancelAskedAt: row.cancel_asked_at,
    madeAt: row.made_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }));
export type Run = z.output<typeof runRow>;

const columns = `id, kind, parent_id, job, state, text, surface, limits, prefix_sha256, outcome, question, limited_by, error, calls,
  input_tokens, cache_write_tokens, cache_read_tokens, output_tokens, cost_usd, owner, until_at, cancel_asked_at, made_at, started_at, ended_at`;

export interface NewRun {
  id: string;
  kind: RunKind;
  parentId: string | null;
  /** JSON. */
  job: unknown;
  text: string;
  surface: string;
  limits: RunLimits;
}

/** Makes a run that waits for somebody to work on it. The same id twice is one run. */
export async function queueRun(tx: Tx, run: NewRun): Promise<void> {
  tx.sql.run(
    `INSERT OR IGNORE INTO runs (id, kind, parent_id, job, state, text, surface, limits, made_at)
     VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?)`,
    run.id,
    run.kind,
    run.parentId,
    JSON.stringify(run.job),
    run.text,
    run.surface,
    JSON.stringify(run.limits),
    tx.nowAt,
  );
}

/**
 * Takes a run that is queued, or that a process worked on which is no more. False when it ended, or somebody works on it: unless
 * `isGone` knows better, until their lease is over.
 */
export async function claimRun(
  tx: Tx,
  id: string,
  lease: { owner: string; untilAt: string; isGone(owner: string): boolean },
): Promise<boolean> {
  const run = await getRun(tx, id);
  if (run === null || (run.state !== "queued" && run.state !== "running")) return false;
  const isHeld = run.owner !== null && run.owner !== lease.owner && (run.untilAt ?? "") > tx.nowAt;
  if (run.owner !== null && isHeld && !lease.isGone(run.owner)) return false;
  tx.sql.run(
    "UPDATE runs SET state = 'running', owner = ?, until_at = ?, started_at = coalesce(started_at, ?) WHERE id = ?",
    lease.owner,
    lease.untilAt,
    tx.nowAt,
    id,
  );
  return true;
}

/** Says that the process still works on it. False when somebody else took it, or it ended. */
export async function keepRun(tx: Tx, id: string, owner: string, untilAt: string): Promise<boolean> {
  const { changes } = tx.sql.run(
    "UPDATE runs SET until_at = ? WHERE id = ? AND owner = ? AND state = 'running'",
    untilAt,
    id,
    owner,
  );
  return changes > 0;
}

/** Gives it back unfinished, for whoever comes next. */
export async function leaveRun(tx: Tx, id: string, owner: string): Promise<void> {
  tx.sql.run("UPDATE runs SET owner = NULL, until_at = NULL WHERE id = ? AND owner = ?", id, owner);
}

/** Asks whoever works on it to stop. False when there is nothing to stop. A queued one ends at once. */
export async function cancelRun(tx: Tx, id: string): Promise<boolean> {
  const { changes } = tx.sql.run(
    "UPDATE runs SET cancel_asked_at = coalesce(cancel_asked_at, ?) WHERE id = ? AND state IN ('queued', 'running')",
    tx.nowAt,
    id,
  );
  tx.sql.run("UPDATE runs SET state = 'cancelled', ended_at = ? WHERE id = ? AND state = 'queued'", tx.nowAt, id);
  return changes > 0;
}

export async function getRun(reading: Reading, id: string): Promise<Run | null> {
  return sqlOf(reading).get(runRow, `SELECT ${columns} FROM runs WHERE id = ?`, id);
}

/** Newest first, without those beneath another. */
export async function listRuns(
  reading: Reading,
  options: { limit: number; states?: readonly RunState[]; kinds?: readonly RunKind[] },
): Promise<Run[]> {
  return sqlOf(reading).all(
    runRow,
    `SELECT ${columns} FROM runs WHERE parent_id IS NULL AND state IN (SELECT value FROM json_each(?))
       AND kind IN (SELECT value FROM json_each(?)) ORDER BY made_at DESC, id DESC LIMIT ?`,
    JSON.stringify(options.states ?? runStates),
    JSON.stringify(options.kinds ?? runKinds),
    options.limit,
  );
}

/** Runs beneath this one, in the order they began. */
export async function listRunsBeneath(reading: Reading, parentId: string): Promise<Run[]> {
  return sqlOf(reading).all(runRow, `SELECT ${columns} FROM runs WHERE parent_id = ? ORDER BY made_at, id`, parentId);
}
