import type { ModelUsage } from "../../core/model.ts";
import type { KeptRunEvent } from "../../core/run-event.ts";
import { cardsOfRun, type RunCard } from "../../store/cards-of-run.ts";
import type { Store } from "../../store/open-store.ts";
import { readRunEvents } from "../../store/run-events.ts";
import { getRun, listRunsBeneath, type Run } from "../../store/runs.ts";

/** One question to the model. */
export interface TraceCall {
  begunAt: string;
  at: string;
  callId: string;
  model: string;
  stop: string;
  usage: ModelUsage;
  costUsd: number | null;
}

/** One call of a tool; what it said stands in the store under `result`. */
export interface TraceTool {
  at: string;
  key: string;
  name: string;
  input: unknown;
  /** Null while it runs, and where it never ended. */
  ended: { chars: number; isError: boolean; itemIds: number[]; result: string; ms: number } | null;
}

/** Everything about a run: what it was asked, what it did and what that cost. */
export interface RunTrace {
  run: Run;
  calls: TraceCall[];
  tools: TraceTool[];
  /** Items it read and threads it opened. */
  itemIds: number[];
  threadIds: number[];
  unread: number[];
  cards: RunCard[];
  beneath: RunTrace[];
}

/** Reads the trace of a run; null when there is none. Contract: reads only; what was long is named, not repeated. */
export async function readTrace(store: Store, runId: string): Promise<RunTrace | null> {
  const run = await getRun(store, runId);
  if (run === null) return null;
  const events = await readRunEvents(store, runId);
  const beneath = await Promise.all((await listRunsBeneath(store, runId)).map(({ id }) => readTrace(store, id)));
  return {
    run,
    calls: toCalls(events),
    tools: toTools(events),
    ...readOf(events),
    unread: events.flatMap((event) => (event.kind === "ended" ? event.body.unread : [])),
    cards: await cardsOfRun(store, runId),
    beneath: beneath.filter((trace) => trace !== null),
  };
}

function toCalls(events: readonly KeptRunEvent[]): TraceCall[] {
  return events.flatMap((event, index): TraceCall[] => {
    if (event.kind !== "answered") return [];
    const { callId, model, stop, usage, costUsd } = event.body;
    const begunAt = events.slice(0, index).findLast(({ kind }) => kind === "asked")?.at ?? event.at;
    return [{ begunAt, at: event.at, callId, model, stop, usage, costUsd }];
  });
}

function toTools(events: readonly KeptRunEvent[]): TraceTool[] {
  return events.flatMap((event): TraceTool[] => {
    if (event.kind !== "tool_begun") return [];
    const { key, name, input } = event.body;
    const end = events.find((one) => one.kind === "tool_ended" && one.body.key === key);
    const plain = { at: event.at, key, name, input };
    if (end?.kind !== "tool_ended") return [{ ...plain, ended: null }];
    const { chars, isError, itemIds } = end.body;
    const ms = Math.max(0, Date.parse(end.at) - Date.parse(event.at));
    return [{ ...plain, ended: { chars, isError, itemIds, result: `result:${key}@0`, ms } }];
  });
}

function readOf(events: readonly KeptRunEvent[]): { itemIds: number[]; threadIds: number[] } {
  const reads = events.flatMap((event) => (event.kind === "begun" || event.kind === "tool_ended" ? [event.body] : []));
  const sorted = (ids: readonly number[]): number[] => [...new Set(ids)].sort((a, b) => a - b);
  return {
    itemIds: sorted(reads.flatMap(({ itemIds }) => itemIds)),
    threadIds: sorted(reads.flatMap(({ threadIds }) => threadIds)),
  };
}
