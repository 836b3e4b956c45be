import type { BudgetLimits } from "./model-books.ts";
import type { ModelConfig } from "./model-config.ts";

/** Micro-dollars of dollars, to the next whole one. */
export function toMicros(usd: number): number {
  return Math.round(usd * 1e6);
}

/** The owner's limits with the instants at which their day and month began. Contract: pure. `zone` is IANA. */
export function budgetLimits(budget: ModelConfig["budget"], zone: string, nowMs: number): BudgetLimits {
  const midnight = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).startOfDay();
  const first = midnight.with({ day: 1 }).startOfDay();
  return {
    dayMicros: toMicros(budget.dayUsd),
    monthMicros: toMicros(budget.monthUsd),
    runMicros: toMicros(budget.runUsd),
    dayBeganAt: new Date(midnight.epochMilliseconds).toISOString(),
    monthBeganAt: new Date(first.epochMilliseconds).toISOString(),
  };
}
