import { toInstant } from "../core/clock.ts";
import type { BudgetLimits, BudgetRefusal, BudgetSpan } from "../core/model-books.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

/** A reservation whose call never said how it ended counts for so long: no call lasts longer. */
const reservationMs = 3_600_000;

/** What was spent on models since then, open reservations included. Micro-dollars. What a clock set back left ahead counts, too. */
export async function spentMicrosSince(reading: Reading, sinceAt: string, nowAt: string): Promise<number> {
  const sum =
    "SELECT sum(counted_micros) FROM model_calls WHERE at >= ?1 AND (state = 'settled' OR at >= ?2) AND counted_micros > 0";
  return sqlOf(reading).number(sum, sinceAt, oldestReservation(nowAt)) ?? 0;
}

/** The same for one run, since it began: a job beneath it and the others there are one request with it. */
export async function spentMicrosOfRun(reading: Reading, runId: string, nowAt: string): Promise<number> {
  const sum = `SELECT sum(counted_micros) FROM model_calls
    WHERE (run_id = ?1 OR run_id IN (SELECT id FROM runs WHERE coalesce(parent_id, id) =
      (SELECT coalesce(parent_id, id) FROM runs WHERE id = ?1))) AND (state = 'settled' OR at >= ?2)`;
  return sqlOf(reading).number(sum, runId, oldestReservation(nowAt)) ?? 0;
}

/** The owner allows so much more, for this day and its month. */
export async function grantBudget(tx: Tx, micros: number): Promise<void> {
  tx.sql.run("INSERT INTO budget_grants (micros, granted_at) VALUES (?, ?)", micros, tx.nowAt);
}

/** What was granted since then and up to now: a clock that was ahead allows nothing. Micro-dollars. */
export async function grantedMicrosSince(reading: Reading, sinceAt: string, nowAt: string): Promise<number> {
  const sum = "SELECT sum(micros) FROM budget_grants WHERE granted_at >= ? AND granted_at <= ?";
  return sqlOf(reading).number(sum, sinceAt, nowAt) ?? 0;
}

/** Where the budget stands: of the day, and of the month. Micro-dollars; `allowed` has what was granted in it. */
export interface BudgetStanding {
  day: { spent: number; allowed: number };
  month: { spent: number; allowed: number };
}

export async function readBudget(reading: Reading, limits: BudgetLimits, nowAt: string): Promise<BudgetStanding> {
  const span = async (sinceAt: string, cap: number): Promise<{ spent: number; allowed: number }> => ({
    spent: await spentMicrosSince(reading, sinceAt, nowAt),
    allowed: cap + (await grantedMicrosSince(reading, sinceAt, nowAt)),
  });
  return {
    day: await span(limits.dayBeganAt, limits.dayMicros),
    month: await span(limits.monthBeganAt, limits.monthMicros),
  };
}

/** Which limit so much more would break; null when there is room. Inside the transaction that reserves it. */
export async function findBudgetRefusal(
  tx: Tx,
  call: { runId: string | null; micros: number },
  limits: BudgetLimits,
): Promise<BudgetRefusal | null> {
  // A call that costs nothing breaks no limit, whatever was spent before.
  if (call.micros === 0) return null;
  const { day, month } = await readBudget(tx, limits, tx.nowAt);
  const runSpent = call.runId === null ? 0 : await spentMicrosOfRun(tx, call.runId, tx.nowAt);
  const spans: [BudgetSpan, { spent: number; allowed: number }][] = [
    ["day", day],
    ["month", month],
    ["run", { spent: runSpent, allowed: limits.runMicros }],
  ];
  const broken = spans.find(([, { spent, allowed }]) => spent + call.micros > allowed);
  if (broken === undefined) return null;
  const [span, { spent, allowed }] = broken;
  return { span, spentMicros: spent, allowedMicros: allowed };
}

function oldestReservation(nowAt: string): string {
  return toInstant(Date.parse(nowAt) - reservationMs);
}
