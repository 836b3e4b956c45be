import { z } from "zod";
import { StewardError } from "../../core/errors.ts";
import { boundaryOf, fence } from "../../core/fence.ts";
import type { RunEvent } from "../../core/run-event.ts";
import { keepRunResult, readRunEvents, readRunResult } from "../../store/run-events.ts";
import type { AnyTool, OwnerQuestion, ToolContext, ToolResult } from "../tool.ts";
import type { Journal } from "./journal.ts";
import type { RunDeps } from "./run-deps.ts";
import type { PendingTool } from "./run-view.ts";

/** Characters of one result; the rest is read by reference. */
export const resultCharacters = 12_000;
const readsAtOnce = 6;
const mostTools = 40;

/** What a tool's call gets; `key` is its place in the run. `question` is what the tool had the run ask the owner. */
export type ContextOf = (key: string) => { context: ToolContext; question(): OwnerQuestion | null };

/**
 * Runs what the model asked for: reads side by side, proposals one after the other and in order. Contract: each call is written down
 * before and after; what a killed process had begun is begun again under the same key.
 */
export async function callTools(
  deps: RunDeps,
  journal: Journal,
  tools: readonly AnyTool[],
  contextOf: ContextOf,
): Promise<void> {
  const waiting = journal.view.pending.filter(({ result }) => result === null);
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  let reads: PendingTool[] = [];
  const flush = async (): Promise<void> => {
    const batch = reads;
    reads = [];
    for (let at = 0; at < batch.length; at += readsAtOnce) {
      await allSettledOrThrow(
        batch.slice(at, at + readsAtOnce).map((call) => callOne(deps, journal, byName, call, contextOf)),
      );
    }
  };
  for (const call of waiting) {
    if (deps.signal.aborted) return;
    if (byName.get(call.name)?.effect !== "propose") {
      reads.push(call);
      continue;
    }
    await flush();
    await callOne(deps, journal, byName, call, contextOf);
  }
  await flush();
}

/** Nobody is left running behind the back of one that failed. */
async function allSettledOrThrow(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === "rejected") throw outcome.reason;
}

async function callOne(
  deps: RunDeps,
  journal: Journal,
  byName: ReadonlyMap<string, AnyTool>,
  call: PendingTool,
  contextOf: ContextOf,
): Promise<void> {
  const { key, name, input } = call;
  if (!call.hasBegun) await journal.append({ kind: "tool_begun", body: { key, name, input } });
  const { context, question } = contextOf(key);
  const tool = byName.get(name) ?? null;
  const result = await runTool(deps, journal, { call, tool, context, names: [...byName.keys()] });
  if (context.signal.aborted) throw new StewardError("interrupted", "The run was stopped.");
  const asked = question();
  // Before the call counts as done, so that no crash makes the run forget that it asks.
  if (asked !== null && journal.view.question === null) await journal.append({ kind: "question", body: asked });
  await end(journal, call, result);
}

interface Calling {
  call: PendingTool;
  tool: AnyTool | null;
  context: ToolContext;
  names: readonly string[];
}

async function runTool(deps: RunDeps, journal: Journal, { call, tool, context, names }: Calling): Promise<ToolResult> {
  if (Number(call.key.split(".")[1]) >= mostTools) return wrong(`No more than ${mostTools} tools at once. Ask again.`);
  if (tool === null) return wrong(`There is no tool of that name. There are: ${names.join(", ")}.`);
  const rest = restOf(call);
  if (rest !== null) return await readRest(deps, journal.runId, rest);
  const input = tool.input.safeParse(call.input ?? {});
  if (!input.success) return wrong(`That input does not fit. ${z.prettifyError(input.error).slice(0, 600)}`);
  try {
    return await tool.run(input.data, context, call.key);
  } catch (error) {
    if (context.signal.aborted) throw error;
    if (error instanceof StewardError && error.code !== "internal") {
      return wrong(`${error.message}${error.cure === null ? "" : ` ${error.cure}`}`);
    }
    deps.log(
      `run ${journal.runId}: the tool ${tool.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : "?"}`,
    );
    return wrong("Something unexpected happened in this tool. Go on without it.");
  }
}

/** Words of ours, but with what the model or a service said in them: fenced like everything else. */
function wrong(error: string): ToolResult {
  return { data: { error }, note: "", itemIds: [], threadIds: [], isError: true };
}

interface Rest {
  key: string;
  offset: number;
}

function restOf({ name, input }: PendingTool): Rest | null {
  const rest = name === "item" ? z.looseObject({ rest: z.string() }).safeParse(input).data?.rest : undefined;
  const [, key, offset] = /^result:(\d+\.\d+)@(\d{1,9})$/.exec(rest ?? "") ?? [];
  return key === undefined ? null : { key, offset: Number(offset) };
}

/** What was read was noted when it was read. */
async function readRest({ store }: RunDeps, runId: string, { key, offset }: Rest): Promise<ToolResult> {
  const whole = (await readRunResult(store, runId, key)) ?? (await resultText(store, runId, key));
  if (whole === null) return wrong("This run has no such result.");
  return { data: cut(whole, key, offset), note: "", itemIds: [], threadIds: [], isError: false };
}

async function resultText(store: RunDeps["store"], runId: string, key: string): Promise<string | null> {
  const events = await readRunEvents(store, runId);
  const ended = events.find((event) => event.kind === "tool_ended" && event.body.key === key);
  return ended?.kind === "tool_ended" ? ended.body.text : null;
}

function cut(whole: string, key: string, offset: number): { part: string; rest?: string } {
  const end = offset + resultCharacters;
  const part = whole.slice(offset, end).toWellFormed();
  return whole.length <= end ? { part } : { part, rest: `result:${key}@${end}` };
}

async function end(journal: Journal, call: PendingTool, result: ToolResult): Promise<void> {
  const whole = JSON.stringify(result.data) ?? "null";
  const isLong = whole.length > resultCharacters;
  // A piece of an earlier result is as long as a result may be, and named already.
  const isPiece = restOf(call) !== null;
  const data = isLong && !isPiece ? cut(whole, call.key, 0) : result.data;
  const body = fence(data, boundaryOf(journal.runId));
  const event: RunEvent = {
    kind: "tool_ended",
    body: {
      key: call.key,
      text: result.note === "" ? body : `${body}\n${result.note}`,
      chars: whole.length,
      isError: result.isError,
      itemIds: result.itemIds,
      threadIds: result.threadIds,
      images: result.images ?? [],
    },
  };
  await journal.append(event, async (tx) => {
    if (isLong && !isPiece) await keepRunResult(tx, journal.runId, call.key, whole);
  });
}
