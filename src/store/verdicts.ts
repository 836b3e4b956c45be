import { z } from "zod";
import { ignoredKinds, signalSchema, type Verdict, type VerdictClass, verdictClasses } from "../core/verdict.ts";
import type { Store, Tx } from "./open-store.ts";
import { jsonText } from "./row-types.ts";

const verdictRow = z
  .object({
    thread_id: z.number(),
    class: z.enum(verdictClasses),
    score: z.number(),
    line: z.string(),
    line_item_id: z.number().nullable(),
    ignored_as: z.enum(ignoredKinds).nullable(),
    signals: jsonText.pipe(z.array(signalSchema)),
    last_item_id: z.number().nullable(),
    item_count: z.number(),
    rules_version: z.string(),
    judged_at: z.string(),
  })
  .transform((row) => ({
    verdict: {
      threadId: row.thread_id,
      class: row.class,
      score: row.score,
      line: row.line,
      lineItemId: row.line_item_id,
      ignoredAs: row.ignored_as,
      signals: row.signals,
    } satisfies Verdict,
    /** What the thread looked like when it was judged: a verdict on another state of it is out of date. */
    lastItemId: row.last_item_id,
    itemCount: row.item_count,
    rulesVersion: row.rules_version,
    judgedAt: row.judged_at,
  }));
export type StoredVerdict = z.output<typeof verdictRow>;

export interface VerdictToSave {
  verdict: Verdict;
  lastItemId: number | null;
  itemCount: number;
}

/** Stores verdicts in place of the ones their threads had. `rulesVersion` says by which rules they were made. */
export async function saveVerdicts(tx: Tx, verdicts: readonly VerdictToSave[], rulesVersion: string): Promise<void> {
  for (const { verdict, lastItemId, itemCount } of verdicts) {
    tx.sql.run(
      `INSERT OR REPLACE INTO verdicts
         (thread_id, class, score, line, line_item_id, ignored_as, signals, last_item_id, item_count, rules_version, judged_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      verdict.threadId,
      verdict.class,
      verdict.score,
      verdict.line,
      verdict.lineItemId,
      verdict.ignoredAs,
      JSON.stringify(verdict.signals),
      lastItemId,
      itemCount,
      rulesVersion,
      tx.nowAt,
    );
  }
}

/** Stored verdicts of the given threads, by thread id. */
export async function loadVerdicts(store: Store, threadIds: readonly number[]): Promise<Map<number, StoredVerdict>> {
  const rows = store.read.all(
    verdictRow,
    "SELECT * FROM verdicts WHERE thread_id IN (SELECT value FROM json_each(?))",
    JSON.stringify(threadIds),
  );
  return new Map(rows.map((row) => [row.verdict.threadId, row]));
}

export interface Correction {
  threadId: number;
  was: VerdictClass;
  is: VerdictClass;
  score: number;
  signals: Verdict["signals"];
  itemIds: number[];
}

/** Keeps the owner's word that a verdict was wrong, with the signals of that moment. */
export async function addCorrection(tx: Tx, correction: Correction): Promise<void> {
  tx.sql.run(
    "INSERT INTO corrections (thread_id, was, is_class, score, signals, item_ids, corrected_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    correction.threadId,
    correction.was,
    correction.is,
    correction.score,
    JSON.stringify(correction.signals),
    JSON.stringify(correction.itemIds),
    tx.nowAt,
  );
}

const correctionRow = z
  .object({
    thread_id: z.number(),
    is_class: z.enum(verdictClasses),
    item_ids: jsonText.pipe(z.array(z.number())),
    corrected_at: z.string(),
  })
  .transform((row) => ({
    threadId: row.thread_id,
    is: row.is_class,
    itemIds: row.item_ids,
    correctedAt: row.corrected_at,
  }));
export type StoredCorrection = z.output<typeof correctionRow>;

/** The newest correction of each thread: it holds until something new arrives in the thread. */
export async function latestCorrections(store: Store): Promise<Map<number, StoredCorrection>> {
  const rows = store.read.all(
    correctionRow,
    "SELECT thread_id, is_class, item_ids, corrected_at FROM corrections ORDER BY id",
  );
  return new Map(rows.map((row) => [row.threadId, row]));
}
