import { z } from "zod";
import type { ModelUsage } from "../core/model.ts";
import { type KeptRunEvent, type RunEvent, runEventSchema } from "../core/run-event.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const eventRow = z
  .object({ seq: z.number(), kind: z.string(), body: jsonText, at: z.string() })
  .transform(({ seq, kind, body, at }): KeptRunEvent => ({ ...runEventSchema.parse({ kind, body }), seq, at }));

/**
 * Writes down what happens next in a run, and brings its row in step: sums of tokens and money, the question, how it ended. Returns
 * the event with its place. Contract: the caller does what it announces after the commit.
 */
export async function appendRunEvent(tx: Tx, runId: string, event: RunEvent): Promise<KeptRunEvent> {
  const seq = (tx.sql.number("SELECT max(seq) FROM run_events WHERE run_id = ?", runId) ?? 0) + 1;
  tx.sql.run(
    "INSERT INTO run_events (run_id, seq, kind, body, at) VALUES (?, ?, ?, ?, ?)",
    runId,
    seq,
    event.kind,
    JSON.stringify(event.body),
    tx.nowAt,
  );
  followEvent(tx, runId, event);
  return { ...event, seq, at: tx.nowAt };
}

function followEvent(tx: Tx, runId: string, event: RunEvent): void {
  if (event.kind === "answered") addUsage(tx, runId, event.body.usage, event.body.costUsd, 1);
  if (event.kind === "paid") {
    const calls = tx.sql.number("SELECT calls FROM runs WHERE id = ?", event.body.runId) ?? 0;
    addUsage(tx, runId, event.body.usage, event.body.costUsd, calls);
  }
  if (event.kind === "begun") {
    tx.sql.run("UPDATE runs SET prefix_sha256 = ? WHERE id = ?", event.body.prefixSha256, runId);
  }
  if (event.kind === "question") {
    tx.sql.run("UPDATE runs SET question = ? WHERE id = ?", JSON.stringify(event.body), runId);
  }
  if (event.kind === "ended") {
    const { state, text, limitedBy, error } = event.body;
    tx.sql.run(
      "UPDATE runs SET state = ?, outcome = ?, limited_by = ?, error = ?, owner = NULL, until_at = NULL, ended_at = ? WHERE id = ?",
      state,
      text,
      limitedBy,
      error,
      tx.nowAt,
      runId,
    );
  }
}

function addUsage(tx: Tx, runId: string, usage: ModelUsage, costUsd: number | null, calls: number): void {
  tx.sql.run(
    `UPDATE runs SET calls = calls + ?, input_tokens = input_tokens + ?, cache_write_tokens = cache_write_tokens + ?,
       cache_read_tokens = cache_read_tokens + ?, output_tokens = output_tokens + ?, cost_usd = cost_usd + ? WHERE id = ?`,
    calls,
    usage.input,
    usage.cacheWrite,
    usage.cacheRead,
    usage.output,
    costUsd ?? 0,
    runId,
  );
}

/** What happened in a run after an event, in order. */
export async function readRunEvents(reading: Reading, runId: string, afterSeq = 0): Promise<KeptRunEvent[]> {
  return sqlOf(reading).all(
    eventRow,
    "SELECT seq, kind, body, at FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq",
    runId,
    afterSeq,
  );
}

/** Keeps the whole of what a tool said, where the model gets a part of it. The same key twice is one. */
export async function keepRunResult(tx: Tx, runId: string, key: string, text: string): Promise<void> {
  tx.sql.run("INSERT OR IGNORE INTO run_results (run_id, key, text) VALUES (?, ?, ?)", runId, key, text);
}

const resultRow = z.object({ text: z.string() });

export async function readRunResult(reading: Reading, runId: string, key: string): Promise<string | null> {
  return (
    sqlOf(reading).get(resultRow, "SELECT text FROM run_results WHERE run_id = ? AND key = ?", runId, key)?.text ?? null
  );
}
