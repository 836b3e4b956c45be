import { sha256Hex } from "../../core/canonical.ts";
import { type Clock, toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import type { Model, ModelReply, ModelRequest } from "../../core/model.ts";
import type { RunKind } from "../../core/run.ts";
import type { KeptContent } from "../../core/run-event.ts";
import type { Store } from "../../store/open-store.ts";
import { appendRunEvent } from "../../store/run-events.ts";
import { claimRun, listRuns, queueRun } from "../../store/runs.ts";

export interface DraftRunDeps {
  store: Store;
  clock: Clock;
  model: Model;
  newId(): string;
  signal: AbortSignal;
}

/** A request but for what the run itself says. */
export type DraftRequest = Omit<ModelRequest, "runId" | "signal" | "tools">;

/** One piece of work of a few calls, with its trace. */
export interface DraftRun {
  runId: string;
  call(request: DraftRequest): Promise<ModelReply>;
}

const leaseMs = 15 * 60_000;
const limits = { turns: 3, tokens: 200_000, usd: 1, ms: leaseMs };

/**
 * Does work that makes a few calls without tools, as a run that `steward runs` shows. `text` says in words of ours what it is.
 * Contract: the run ends, with what `work` says of it or as failed; errors of `work` go on.
 */
export async function asRun<T>(
  deps: DraftRunDeps,
  about: { kind: RunKind; text: string; itemIds: readonly number[]; threadIds: readonly number[] },
  work: (run: DraftRun) => Promise<{ value: T; outcome: string }>,
): Promise<T> {
  const runId = deps.newId();
  const owner = `${about.kind} ${runId}`;
  const { kind, text } = about;
  await deps.store.write(async (tx) => {
    await queueRun(tx, { id: runId, kind, parentId: null, job: {}, text, surface: "schedule", limits });
    await claimRun(tx, runId, { owner, untilAt: toInstant(deps.clock.now() + leaseMs), isGone: () => false });
  });
  let turn = 0;
  const call = async (request: DraftRequest): Promise<ModelReply> => {
    turn += 1;
    await noteAsked(deps.store, runId, { request, turn, ...about });
    const reply = await deps.model.call({ ...request, tools: [], runId, signal: deps.signal });
    await noteAnswered(deps.store, runId, reply);
    return reply;
  };
  try {
    const { value, outcome } = await work({ runId, call });
    await endRun(deps.store, runId, { state: "done", text: outcome, error: null });
    return value;
  } catch (error) {
    const words =
      error instanceof StewardError ? `${error.message} ${error.cure ?? ""}`.trim() : "Something unexpected happened.";
    await endRun(deps.store, runId, { state: deps.signal.aborted ? "cancelled" : "failed", text: "", error: words });
    throw error;
  }
}

/** Ends what a process that was killed left running. */
export async function endLostRuns({ store, clock }: Pick<DraftRunDeps, "store" | "clock">): Promise<void> {
  const nowAt = toInstant(clock.now());
  for (const run of await listRuns(store, { limit: 100, states: ["running"], kinds: ["draft", "style"] })) {
    if ((run.untilAt ?? "") > nowAt) continue;
    await endRun(store, run.id, { state: "failed", text: "", error: "It was interrupted." });
  }
}

async function noteAsked(
  store: Store,
  runId: string,
  given: { request: DraftRequest; turn: number; itemIds: readonly number[]; threadIds: readonly number[] },
): Promise<void> {
  const { request, turn, itemIds, threadIds } = given;
  await store.write(async (tx) => {
    if (turn === 1) {
      const first = (request.messages[0]?.content ?? []).flatMap((part): KeptContent[] =>
        part.kind === "text" ? [part] : [],
      );
      const body = {
        system: request.system,
        first,
        prefixSha256: sha256Hex(request.system),
        itemIds: [...itemIds],
        threadIds: [...threadIds],
      };
      await appendRunEvent(tx, runId, { kind: "begun", body });
    }
    await appendRunEvent(tx, runId, { kind: "asked", body: { turn } });
  });
}

async function noteAnswered(store: Store, runId: string, reply: ModelReply): Promise<void> {
  const content = reply.content.flatMap((part): KeptContent[] =>
    part.kind === "text" || part.kind === "opaque" ? [part] : [],
  );
  const { callId, model, stop, usage, costUsd } = reply;
  const body = { callId, model, content, stop, usage, costUsd };
  await store.write(async (tx) => {
    await appendRunEvent(tx, runId, { kind: "answered", body });
  });
}

async function endRun(
  store: Store,
  runId: string,
  { state, text, error }: { state: "done" | "failed" | "cancelled"; text: string; error: string | null },
): Promise<void> {
  await store.write(async (tx) => {
    await appendRunEvent(tx, runId, { kind: "ended", body: { state, text, limitedBy: null, error, unread: [] } });
  });
}
