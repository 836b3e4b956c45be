import type { ModelCaps, ModelPurpose, ModelRole, ModelStop, ModelUsage } from "./model.ts";

/** A call before it is made. Money is whole micro-dollars: a call on a small model costs less than a cent. */
export interface NewModelCall {
  id: string;
  runId: string | null;
  role: ModelRole;
  purpose: ModelPurpose;
  model: string;
  /** SHA-256 of the whole request, and of its tools and system text. */
  requestSha256: string;
  prefixSha256: string;
  /** What was asked, for the trace: JSON, without the bytes of images. */
  request: string;
  /** The most it can cost. */
  reservedMicros: number;
}

/** How a call ended. */
export interface ModelCallEnd {
  /** Null where the service did not say: then what was reserved counts. */
  usage: ModelUsage | null;
  /** What counts against the budget; null leaves what was reserved. */
  countedMicros: number | null;
  /** What it cost by a known price; null where there is none. */
  costMicros: number | null;
  stop: ModelStop | null;
  ms: number;
  /** Code and words of a failure, ours; null when there was an answer. */
  error: string | null;
  /** The answer, as JSON, for the trace. */
  reply: string | null;
}

/** What the owner allows, and when the day and the month of it began (UTC instants of the owner's midnights). */
export interface BudgetLimits {
  dayMicros: number;
  monthMicros: number;
  runMicros: number;
  dayBeganAt: string;
  monthBeganAt: string;
}

export const budgetSpans = ["day", "month", "run"] as const;
export type BudgetSpan = (typeof budgetSpans)[number];

/** Which limit a call would break: what is spent or reserved in that span, and what is allowed with everything granted. */
export interface BudgetRefusal {
  span: BudgetSpan;
  spentMicros: number;
  allowedMicros: number;
}

/**
 * What model access keeps, as functions of the store. Contract: `reserve` looks and writes in one transaction, so that two
 * processes cannot spend the same dollar; it writes nothing when it refuses. `settle` is called once for each reservation; one
 * that never is (a crash) counts as if spent until it is old.
 */
export interface ModelBooks {
  reserve(call: NewModelCall, limits: BudgetLimits): Promise<BudgetRefusal | null>;
  settle(id: string, end: ModelCallEnd): Promise<void>;
  /** What was found out about a model on a server; null when nobody looked. */
  caps(baseUrl: string, model: string): Promise<ModelCaps | null>;
}
