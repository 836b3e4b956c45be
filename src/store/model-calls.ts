import { z } from "zod";
import { toInstant } from "../core/clock.ts";
import { type ModelCaps, modelPurposes, modelRoles, modelStops } from "../core/model.ts";
import type { BudgetLimits, BudgetRefusal, ModelBooks, ModelCallEnd, NewModelCall } from "../core/model-books.ts";
import { findBudgetRefusal } from "./budget.ts";
import type { Store, Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

/** The books of one store, for `openModel`. */
export function modelBooks(store: Store): ModelBooks {
  return {
    reserve: (call, limits) => store.write((tx) => reserveModelCall(tx, call, limits)),
    settle: (id, end) => store.write((tx) => settleModelCall(tx, id, end)),
    caps: (baseUrl, model) => getModelCaps(store, baseUrl, model),
  };
}

/** Writes the row of a call with what it can cost at most, unless a limit of the budget would break: then says which. */
export async function reserveModelCall(
  tx: Tx,
  call: NewModelCall,
  limits: BudgetLimits,
): Promise<BudgetRefusal | null> {
  const refusal = await findBudgetRefusal(tx, { runId: call.runId, micros: call.reservedMicros }, limits);
  if (refusal !== null) return refusal;
  tx.sql.run(
    `INSERT INTO model_calls
       (id, run_id, at, role, purpose, model, request_sha256, prefix_sha256, state, counted_micros, request)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'reserved', ?, ?)`,
    call.id,
    call.runId,
    tx.nowAt,
    call.role,
    call.purpose,
    call.model,
    call.requestSha256,
    call.prefixSha256,
    call.reservedMicros,
    call.request,
  );
  return null;
}

/** Writes how a call ended; what it really cost takes the place of what was reserved. */
export async function settleModelCall(tx: Tx, id: string, end: ModelCallEnd): Promise<void> {
  tx.sql.run(
    `UPDATE model_calls SET state = 'settled', counted_micros = coalesce(?, counted_micros), cost_micros = ?,
       input_tokens = ?, cache_write_tokens = ?, cache_read_tokens = ?, output_tokens = ?, stop = ?, ms = ?, error = ?, reply = ?
     WHERE id = ? AND state = 'reserved'`,
    end.countedMicros,
    end.costMicros,
    end.usage?.input ?? null,
    end.usage?.cacheWrite ?? null,
    end.usage?.cacheRead ?? null,
    end.usage?.output ?? null,
    end.stop,
    end.ms,
    end.error,
    end.reply,
    id,
  );
}

const callRow = z
  .object({
    id: z.string(),
    run_id: z.string().nullable(),
    at: z.string(),
    role: z.enum(modelRoles),
    purpose: z.enum(modelPurposes),
    model: z.string(),
    request_sha256: z.string(),
    prefix_sha256: z.string(),
    state: z.enum(["reserved", "settled"]),
    counted_micros: z.number(),
    cost_micros: z.number().nullable(),
    input_tokens: z.number().nullable(),
    cache_write_tokens: z.number().nullable(),
    cache_read_tokens: z.number().nullable(),
    output_tokens: z.number().nullable(),
    stop: z.enum(modelStops).nullable(),
    ms: z.number().nullable(),
    error: z.string().nullable(),
    request: z.string().nullable(),
    reply: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    runId: row.run_id,
    at: row.at,
    role: row.role,
    purpose: row.purpose,
    model: row.model,
    requestSha256: row.request_sha256,
    prefixSha256: row.prefix_sha256,
    /** `reserved`: under way, or the process died in it. */
    state: row.state,
    /** Against the budget. */
    countedMicros: row.counted_micros,
    /** By a known price; null where there is none. */
    costMicros: row.cost_micros,
    /** Tokens; null where the service did not say. */
    input: row.input_tokens,
    cacheWrite: row.cache_write_tokens,
    cacheRead: row.cache_read_tokens,
    output: row.output_tokens,
    stop: row.stop,
    ms: row.ms,
    error: row.error,
    /** JSON as it went out and as it came; null after 30 days. */
    request: row.request,
    reply: row.reply,
  }));
export type ModelCallRow = z.output<typeof callRow>;

const columns = `id, run_id, at, role, purpose, model, request_sha256, prefix_sha256, state, counted_micros, cost_micros,
  input_tokens, cache_write_tokens, cache_read_tokens, output_tokens, stop, ms, error, request, reply`;

/** Every call of a run, in the order they were made. */
export async function listModelCalls(reading: Reading, runId: string): Promise<ModelCallRow[]> {
  return sqlOf(reading).all(callRow, `SELECT ${columns} FROM model_calls WHERE run_id = ? ORDER BY rowid`, runId);
}

export async function getModelCall(reading: Reading, id: string): Promise<ModelCallRow | null> {
  return sqlOf(reading).get(callRow, `SELECT ${columns} FROM model_calls WHERE id = ?`, id);
}

/** What calls came to: tokens by kind, micro-dollars, and how many there were. */
export interface ModelTotals {
  calls: number;
  failed: number;
  input: number;
  cacheWrite: number;
  cacheRead: number;
  output: number;
  /** By known prices. */
  costMicros: number;
  /** Calls without a known price. */
  unpriced: number;
}

const totalsRow = z.object({
  calls: z.number(),
  failed: z.number(),
  input: z.number(),
  cacheWrite: z.number(),
  cacheRead: z.number(),
  output: z.number(),
  costMicros: z.number(),
  unpriced: z.number(),
});

const sums = `count(*) AS calls, count(error) AS failed, coalesce(sum(input_tokens), 0) AS input,
  coalesce(sum(cache_write_tokens), 0) AS cacheWrite, coalesce(sum(cache_read_tokens), 0) AS cacheRead,
  coalesce(sum(output_tokens), 0) AS output, coalesce(sum(cost_micros), 0) AS costMicros,
  count(*) FILTER (WHERE cost_micros IS NULL AND input_tokens IS NOT NULL) AS unpriced`;
const nothing: ModelTotals = {
  calls: 0,
  failed: 0,
  input: 0,
  cacheWrite: 0,
  cacheRead: 0,
  output: 0,
  costMicros: 0,
  unpriced: 0,
};

/** What the calls of a run came to. */
export async function sumModelCallsOfRun(reading: Reading, runId: string): Promise<ModelTotals> {
  return sqlOf(reading).get(totalsRow, `SELECT ${sums} FROM model_calls WHERE run_id = ?`, runId) ?? nothing;
}

/** What all calls since then came to. */
export async function sumModelCallsSince(reading: Reading, sinceAt: string): Promise<ModelTotals> {
  return sqlOf(reading).get(totalsRow, `SELECT ${sums} FROM model_calls WHERE at >= ?`, sinceAt) ?? nothing;
}

const purposeRow = totalsRow.extend({ purpose: z.enum(modelPurposes), model: z.string() });
export type ModelTotalsOfPurpose = z.output<typeof purposeRow>;

/** The same, apart by what they were for and by model; the dearest first. */
export async function sumModelCallsByPurpose(reading: Reading, sinceAt: string): Promise<ModelTotalsOfPurpose[]> {
  const sql = `SELECT purpose, model, ${sums} FROM model_calls WHERE at >= ? GROUP BY purpose, model ORDER BY costMicros DESC, calls DESC`;
  return sqlOf(reading).all(purposeRow, sql, sinceAt);
}

/** How long what was asked and answered is kept for traces; the sums stay. */
const keptMs = 30 * 86_400_000;

/** Forgets the texts of calls of more than 30 days ago. Returns how many. */
export async function pruneModelCalls(tx: Tx): Promise<number> {
  const beforeAt = toInstant(Date.parse(tx.nowAt) - keptMs);
  return tx.sql.run(
    "UPDATE model_calls SET request = NULL, reply = NULL WHERE at < ? AND (request IS NOT NULL OR reply IS NOT NULL)",
    beforeAt,
  ).changes;
}

const capsSchema: z.ZodType<ModelCaps> = z.strictObject({
  auth: z.boolean(),
  countTokens: z.boolean(),
  jsonFormat: z.boolean(),
  toolCall: z.boolean(),
  cacheUsage: z.boolean(),
  images: z.boolean(),
  contextTokens: z.number().int().positive(),
});
const capsRow = z.object({ caps: jsonText.pipe(capsSchema), probed_at: z.string() });

/** What a probe found out about a model on a server; null when there was none. */
export async function getModelCaps(reading: Reading, baseUrl: string, model: string): Promise<ModelCaps | null> {
  return (await getProbe(reading, baseUrl, model))?.caps ?? null;
}

/** The same with the moment it was found out. */
export async function getProbe(
  reading: Reading,
  baseUrl: string,
  model: string,
): Promise<{ caps: ModelCaps; probedAt: string } | null> {
  const sql = "SELECT caps, probed_at FROM model_caps WHERE base_url = ? AND model = ?";
  const row = sqlOf(reading).get(capsRow, sql, baseUrl, model);
  return row === null ? null : { caps: row.caps, probedAt: row.probed_at };
}

/** Keeps what a probe found out, in place of what an earlier one did. */
export async function saveModelCaps(tx: Tx, baseUrl: string, model: string, caps: ModelCaps): Promise<void> {
  tx.sql.run(
    `INSERT INTO model_caps (base_url, model, caps, probed_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (base_url, model) DO UPDATE SET caps = excluded.caps, probed_at = excluded.probed_at`,
    baseUrl,
    model,
    JSON.stringify(capsSchema.parse(caps)),
    tx.nowAt,
  );
}
