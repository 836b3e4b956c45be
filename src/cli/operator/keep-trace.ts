import { toInstant } from "../../core/clock.ts";
import type { RunKind } from "../../core/run.ts";
import { requestLimits } from "../../core/run.ts";
import { listModelCalls } from "../../store/model-calls.ts";
import { appendRunEvent } from "../../store/run-events.ts";
import { claimRun, queueRun } from "../../store/runs.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";

/** Work that asks a model by itself and has ended: what it was, what came of it, and what went wrong. */
export interface EndedWork {
  runId: string;
  kind: RunKind;
  /** In words of ours. */
  text: string;
  outcome: string;
  error: string | null;
}

const leaseMs = 60_000;

/** Keeps the trace of work that ended, with each call and its cost. Contract: none where no model was asked. */
export async function keepTrace(
  context: Pick<CommandContext, "clock">,
  { store }: Pick<OpenHome, "store">,
  work: EndedWork,
): Promise<void> {
  const calls = await listModelCalls(store, work.runId);
  if (calls.length === 0) return;
  const { runId, kind, text } = work;
  const untilAt = toInstant(context.clock.now() + leaseMs);
  await store.write(async (tx) => {
    await queueRun(tx, { id: runId, kind, parentId: null, job: {}, text, surface: "schedule", limits: requestLimits });
    await claimRun(tx, runId, { owner: `trace ${runId}`, untilAt, isGone: () => false });
    for (const call of calls) {
      const { id: callId, model, input, cacheWrite, cacheRead, output, costMicros, stop } = call;
      const usage = {
        ...{ input: input ?? 0, cacheWrite: cacheWrite ?? 0 },
        ...{ cacheRead: cacheRead ?? 0, output: output ?? 0 },
      };
      const costUsd = costMicros === null ? null : costMicros / 1_000_000;
      await appendRunEvent(tx, runId, {
        kind: "answered",
        body: { callId, model, content: [], stop: stop ?? "garbage", usage, costUsd },
      });
    }
    const state = work.error === null ? "done" : "failed";
    await appendRunEvent(tx, runId, {
      kind: "ended",
      body: { state, text: work.outcome, limitedBy: null, error: work.error, unread: [] },
    });
  });
}
