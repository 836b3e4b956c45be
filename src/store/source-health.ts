import { z } from "zod";
import { pushedConnectors } from "../core/connector.ts";
import { type HealthState, healthStates } from "../core/health-state.ts";
import type { Store, Tx } from "./open-store.ts";

export { type HealthState, healthStates };

/**
 * How a source is, as it is stored. `detail` is the command that cures a `needs_reauth`, the sentence that explains a
 * `degraded`, empty else.
 */
export interface NewHealth {
  state: HealthState;
  detail: string;
  /** Ask it not before this instant, UTC ISO-8601; null when nothing forbids it. */
  retryAt: string | null;
}

const progressSchema = z.strictObject({
  done: z.number(),
  total: z.number(),
  unit: z.enum(["bytes", "records"]),
  /** Of `unit`, over the last minutes. */
  perMinute: z.number(),
  /** Null while nothing can be said. */
  secondsLeft: z.number().nullable(),
  /** UTC ISO-8601. */
  measuredAt: z.string(),
});
export type SourceProgress = z.output<typeof progressSchema>;

const usageSchema = z.record(z.string(), z.strictObject({ requests: z.number(), units: z.number() }));
/** Requests and quota units by service, since the process that counts was started. */
export type SourceUsage = z.output<typeof usageSchema>;

/** JSON of a foreign hand reads as nothing known. */
function readJson<Value>(schema: z.ZodType<Value>, empty: Value) {
  return (text: string | null): Value => {
    if (text === null) return empty;
    try {
      return schema.safeParse(JSON.parse(text)).data ?? empty;
    } catch {
      return empty;
    }
  };
}

const healthRow = z
  .object({
    source_id: z.string(),
    state: z.enum(healthStates),
    detail: z.string(),
    since_at: z.string(),
    retry_at: z.string().nullable(),
    failure_count: z.number(),
    progress: z.string().nullable().transform(readJson<SourceProgress | null>(progressSchema, null)),
    polled_at: z.string().nullable(),
    next_poll_at: z.string().nullable(),
    usage: z.string().transform(readJson<SourceUsage>(usageSchema, {})),
  })
  .transform((row) => ({
    sourceId: row.source_id,
    state: row.state,
    detail: row.detail,
    /** Since when it is in this state. */
    sinceAt: row.since_at,
    retryAt: row.retry_at,
    /** Failed readings in a row. */
    failureCount: row.failure_count,
    /** Of a long read; null when none was ever measured. */
    progress: row.progress,
    /** When it was last asked and answered. */
    polledAt: row.polled_at,
    nextPollAt: row.next_poll_at,
    usage: row.usage,
  }));
export type SourceHealth = z.output<typeof healthRow>;

const columns = "source_id, state, detail, since_at, retry_at, failure_count, progress, polled_at, next_poll_at, usage";

/** What is stored about a source; null for one that was never polled or is not registered. */
export async function getHealth(store: Store, sourceId: string): Promise<SourceHealth | null> {
  return store.read.get(healthRow, `SELECT ${columns} FROM source_health WHERE source_id = ?`, sourceId);
}

/** What is stored about every source, by its id. */
export async function listHealth(store: Store): Promise<Map<string, SourceHealth>> {
  const rows = store.read.all(healthRow, `SELECT ${columns} FROM source_health`);
  return new Map(rows.map((row) => [row.sourceId, row]));
}

/**
 * Stores how a source is. `since` stays while the state does. Contract: a source that was removed meanwhile gets no row;
 * failures in a row are counted up by `degraded` and `needs_reauth` and forgotten by the others.
 */
export async function saveHealth(tx: Tx, sourceId: string, health: NewHealth): Promise<void> {
  ensureRow(tx, sourceId);
  const failed = health.state === "degraded" || health.state === "needs_reauth";
  tx.sql.run(
    `UPDATE source_health SET since_at = iif(state = ?2, since_at, ?5), state = ?2, detail = ?3, retry_at = ?4,
       failure_count = iif(?6, failure_count + 1, 0) WHERE source_id = ?1`,
    sourceId,
    health.state,
    health.detail,
    health.retryAt,
    tx.nowAt,
    Number(failed),
  );
}

/**
 * Signed in again: the sources may be asked at once. Call it in the transaction that stores what `steward connect` granted.
 */
export async function markReconnected(tx: Tx, sourceIds: readonly string[]): Promise<void> {
  for (const id of sourceIds) await saveHealth(tx, id, { state: "ok", detail: "", retryAt: null });
}

/** Stores how far a read is. */
export async function saveProgress(tx: Tx, sourceId: string, progress: SourceProgress): Promise<void> {
  ensureRow(tx, sourceId);
  tx.sql.run("UPDATE source_health SET progress = ? WHERE source_id = ?", JSON.stringify(progress), sourceId);
}

/** Notes that a source was asked and answered just now. */
export async function savePolled(tx: Tx, sourceId: string): Promise<void> {
  ensureRow(tx, sourceId);
  tx.sql.run("UPDATE source_health SET polled_at = ? WHERE source_id = ?", tx.nowAt, sourceId);
}

/** Notes when a source will be asked next, null when it will not be; `usage` is what its account has cost so far. */
export async function saveSchedule(
  tx: Tx,
  sourceId: string,
  schedule: { nextPollAt: string | null; usage?: SourceUsage },
): Promise<void> {
  ensureRow(tx, sourceId);
  tx.sql.run(
    "UPDATE source_health SET next_poll_at = ?, usage = coalesce(?, usage) WHERE source_id = ?",
    schedule.nextPollAt,
    schedule.usage === undefined ? null : JSON.stringify(schedule.usage),
    sourceId,
  );
}

const pollRow = z
  .object({
    id: z.string(),
    connector: z.string(),
    label: z.string(),
    account: z.unknown(),
    state: z.enum(healthStates).nullable(),
    retry_at: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    connector: row.connector,
    label: row.label,
    account: typeof row.account === "string" ? row.account : null,
    state: row.state ?? ("ok" as const),
    retryAt: row.retry_at,
  }));
export type PolledSource = z.output<typeof pollRow>;

/** What the poll loop asks every second: which sources there are, of which account, and whether they may be asked. */
export async function listPolledSources(store: Store): Promise<PolledSource[]> {
  const all = store.read.all(
    pollRow,
    `SELECT s.id, s.connector, s.label, iif(json_valid(s.config), json_extract(s.config, '$.account'), NULL) AS account,
       h.state, h.retry_at
     FROM sources s LEFT JOIN source_health h ON h.source_id = s.id ORDER BY s.registered_at, s.id`,
  );
  return all.filter(({ connector }) => !pushedConnectors.includes(connector));
}

function ensureRow(tx: Tx, sourceId: string): void {
  tx.sql.run(
    "INSERT OR IGNORE INTO source_health (source_id, since_at) SELECT id, ? FROM sources WHERE id = ?",
    tx.nowAt,
    sourceId,
  );
}
