import { z } from "zod";
import { toInstant } from "../core/clock.ts";
import { StewardError } from "../core/errors.ts";
import { boundaryOf, fence } from "../core/fence.ts";
import { requestLimits } from "../core/run.ts";
import { appendRunEvent } from "../store/run-events.ts";
import { claimRun, keepRun, listRuns, queueRun } from "../store/runs.ts";
import { type Journal, openJournal } from "./runs/journal.ts";
import { proposeBundle } from "./runs/propose-bundle.ts";
import type { RunDeps } from "./runs/run-deps.ts";
import type { AnyTool, ToolContext, ToolResult } from "./tool.ts";
import { allTools } from "./tools/all-tools.ts";

/** What a session of another agent works with. */
export type SessionDeps = Pick<
  RunDeps,
  "store" | "clock" | "owner" | "surroundings" | "door" | "lease" | "signal" | "log"
>;

/** What is said of a call: the fenced data with our own sentence after it, and pictures by their kept bytes. */
export interface SessionAnswer {
  text: string;
  images: { mediaType: string; sha256: string }[];
  isError: boolean;
}

/** Asking the owner and sub-jobs belong to a run with a model of ours. */
const withoutThem: ReadonlySet<string> = new Set(["ask_owner", "sub_job"]);

/** The tools of a session: they read and propose, and none decides or sends. */
export const sessionTools: readonly AnyTool[] = allTools.filter(({ name }) => !withoutThem.has(name));

/**
 * Tools for an agent that is not ours. What it reads and proposes is written down as a run, so that its cards say what it had read. It
 * has no words of the owner: whatever it says they said was said by it.
 */
export class ToolSession {
  readonly #deps: SessionDeps;
  readonly #journal: Journal;
  #calls = 0;
  #proposals: Promise<unknown> = Promise.resolve();

  private constructor(deps: SessionDeps, journal: Journal) {
    this.#deps = deps;
    this.#journal = journal;
  }

  static async open(deps: SessionDeps, runId: string, who: string): Promise<ToolSession> {
    await endLeftSessions(deps);
    const untilAt = toInstant(deps.clock.now() + sessionMs);
    await deps.store.write(async (tx) => {
      const given = { id: runId, kind: "request", parentId: null, surface: "terminal", limits: requestLimits } as const;
      await queueRun(tx, { ...given, job: { session: who }, text: who });
      await claimRun(tx, runId, { ...deps.lease, untilAt });
    });
    const journal = await openJournal(deps, runId);
    const body = { system: "", first: [], prefixSha256: "", itemIds: [], threadIds: [] };
    await journal.append({ kind: "begun", body });
    return new ToolSession(deps, journal);
  }

  /** Runs one tool. Contract: never throws for what its caller got wrong; proposals come one after the other, in order. */
  async call(name: string, input: unknown, signal: AbortSignal): Promise<SessionAnswer> {
    const tool = sessionTools.find((one) => one.name === name);
    if (tool === undefined) return { text: "There is no such tool.", images: [], isError: true };
    if (tool.effect === "read") return await this.#run(tool, input, signal);
    const turn = this.#proposals.then(() => this.#run(tool, input, signal));
    this.#proposals = turn.catch(() => undefined);
    return await turn;
  }

  /** The other agent has gone. */
  async end(): Promise<void> {
    const state = this.#journal.view.proposed.length > 0 ? "waiting" : "done";
    await this.#journal.append({ kind: "ended", body: { state, ...nothingSaid } });
  }

  async #run(tool: AnyTool, input: unknown, signal: AbortSignal): Promise<SessionAnswer> {
    const key = `${this.#calls}.0`;
    this.#calls += 1;
    const { lease, clock } = this.#deps;
    const untilAt = toInstant(clock.now() + sessionMs);
    await this.#journal.append(
      { kind: "tool_begun", body: { key, name: tool.name, input: input ?? {} } },
      async (tx) => {
        await keepRun(tx, this.#journal.runId, lease.owner, untilAt);
      },
    );
    const result = await this.#resultOf(tool, input, this.#contextOf(signal), key);
    const body = fence(result.data, boundaryOf(this.#journal.runId));
    const text = result.note === "" ? body : `${body}\n${result.note}`;
    const { isError, itemIds, threadIds, images = [] } = result;
    const chars = text.length;
    await this.#journal.append({ kind: "tool_ended", body: { key, text, chars, isError, itemIds, threadIds, images } });
    return { text, images, isError };
  }

  async #resultOf(tool: AnyTool, input: unknown, context: ToolContext, key: string): Promise<ToolResult> {
    const parsed = tool.input.safeParse(input ?? {});
    if (!parsed.success) return wrong(`That input does not fit. ${z.prettifyError(parsed.error).slice(0, 600)}`);
    try {
      return await tool.run(parsed.data, context, key);
    } catch (error) {
      if (error instanceof StewardError && error.code !== "internal")
        return wrong(`${error.message}${error.cure === null ? "" : ` ${error.cure}`}`);
      this.#deps.log(`the tool ${tool.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : "?"}`);
      return wrong("Something unexpected happened in this tool. Go on without it.");
    }
  }

  #contextOf(signal: AbortSignal): ToolContext {
    const { store, owner, clock, surroundings } = this.#deps;
    const journal = this.#journal;
    const notes = ["it was drafted by an agent that is not part of steward, and what else that had read is not known."];
    const asker = { surface: "terminal" as const, utterance: null, wordsId: null, notes };
    return {
      ...surroundings,
      store,
      owner,
      clock,
      signal: AbortSignal.any([signal, this.#deps.signal]),
      utterance: "",
      taint: () => ({ items: journal.view.items, threads: journal.view.threads }),
      propose: (steps, named) => proposeBundle(this.#deps, journal, { steps, key: named, asker, signal }),
      ask: null,
      subJob: null,
    };
  }
}

const sessionMs = 12 * 3_600_000;
const nothingSaid = { text: "", limitedBy: null, error: null, unread: [] };
const sessionJob = z.strictObject({ session: z.string() });

/** Sessions whose process is no more ended with it. */
async function endLeftSessions({ store, clock, lease }: SessionDeps): Promise<void> {
  const running = await listRuns(store, { limit: 50, states: ["running"], kinds: ["request"] });
  const left = running.filter(({ job, owner, untilAt }) => {
    const isHeld = owner !== null && (untilAt ?? "") > toInstant(clock.now()) && !lease.isGone(owner);
    return !isHeld && sessionJob.safeParse(job).success;
  });
  for (const { id } of left)
    await store.write((tx) => appendRunEvent(tx, id, { kind: "ended", body: { state: "cancelled", ...nothingSaid } }));
}

function wrong(error: string): ToolResult {
  return { data: { error }, note: "", itemIds: [], threadIds: [], isError: true };
}
