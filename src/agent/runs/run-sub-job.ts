import { toInstant } from "../../core/clock.ts";
import type { RunLimits } from "../../core/run.ts";
import { claimRun, queueRun } from "../../store/runs.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { subJobMessage } from "./first-message.ts";
import { type Journal, openJournal } from "./journal.ts";
import { stableId } from "./propose-bundle.ts";
import { subJobSystem } from "./request-system.ts";
import type { RunDeps } from "./run-deps.ts";
import { runLoop } from "./run-loop.ts";
import type { RunView } from "./run-view.ts";
import { leaseMs, type RunWatch } from "./watch-run.ts";
import { prefixHash, wireTools } from "./wire-tools.ts";

export interface SubJob {
  key: string;
  task: string;
  items: readonly number[];
}

const summaryCharacters = 4000;
const mostTurns = 12;

/**
 * Runs a reading job in a context of its own. Contract: the same key of the same run is one job, which goes on where it was; only the
 * summary comes back, with every item the job has read. Threads it opened do not count as opened by the request: nobody has seen them
 * whole there.
 */
export async function runSubJob(
  deps: RunDeps,
  parent: Journal,
  given: { job: SubJob; watch: RunWatch; limits: RunLimits; contextOf(key: string, journal: Journal): ToolContext },
): Promise<ToolResult> {
  const { job, watch } = given;
  const runId = stableId(parent.runId, "sub", job.key);
  const limits = leftOf(parent.view, given.limits);
  await deps.store.write(async (tx) => {
    const { task: text } = job;
    await queueRun(tx, { id: runId, kind: "sub", parentId: parent.runId, job, text, surface: "", limits });
    await claimRun(tx, runId, { ...deps.lease, untilAt: toInstant(deps.clock.now() + leaseMs) });
  });
  const tools = deps.tools.filter(({ effect, name }) => effect === "read" && name !== "sub_job");
  const journal = await openJournal(deps, runId);
  const wire = wireTools(tools);
  if (journal.view.begun === null) await begin(deps, journal, job, wire);
  else if (journal.view.ended === null) await journal.append({ kind: "resumed", body: {} });
  await runLoop(deps, journal, {
    purpose: "sub-job",
    tools,
    wire,
    limits,
    contextOf: (key) => ({ context: given.contextOf(key, journal), question: () => null }),
    signal: watch.signal,
    reason: watch.reason,
  });
  if (!parent.view.paid.has(runId) && journal.view.ended !== null) {
    const { usage, costUsd } = journal.view;
    await parent.append({ kind: "paid", body: { runId, usage, costUsd } });
  }
  return resultOf(journal.view);
}

async function begin(deps: RunDeps, journal: Journal, job: SubJob, wire: ReturnType<typeof wireTools>): Promise<void> {
  const system = subJobSystem(await deps.promptFiles());
  const { content, ...read } = subJobMessage(deps, { ...job, runId: journal.runId });
  await journal.append({
    kind: "begun",
    body: { system, first: content, prefixSha256: prefixHash(system, wire), ...read },
  });
}

/** What the request may still use up is all a job beneath it may. */
function leftOf(view: RunView, limits: RunLimits): RunLimits {
  const { input, cacheWrite, cacheRead, output } = view.usage;
  return {
    turns: mostTurns,
    tokens: Math.max(0, limits.tokens - input - cacheWrite - cacheRead - output),
    usd: Math.max(0, limits.usd - view.costUsd),
    ms: Math.max(0, limits.ms - view.activeMs),
  };
}

function resultOf({ ended, items }: RunView): ToolResult {
  const itemIds = [...items].sort((a, b) => a - b);
  const text = ended?.text ?? "";
  const summary = text.length > summaryCharacters ? `${text.slice(0, summaryCharacters).toWellFormed()} [cut]` : text;
  const isWhole = ended?.state === "done";
  return {
    data: { summary },
    note: isWhole
      ? ""
      : `The job came to no whole end: ${ended?.error ?? ended?.limitedBy ?? ended?.state ?? "stopped"}.`,
    itemIds,
    threadIds: [],
    isError: summary === "",
  };
}
