import { afterEach } from "vitest";
import { z } from "zod";
import type { RunDeps } from "../../../src/agent/runs/run-deps.ts";
import { type RunOutcome, runRequest } from "../../../src/agent/runs/run-request.ts";
import type { AnyTool, Tool, ToolResult } from "../../../src/agent/tool.ts";
import { askOwnerTool } from "../../../src/agent/tools/ask-owner.ts";
import { subJobTool } from "../../../src/agent/tools/sub-job.ts";
import { loadTriageSetting } from "../../../src/cli/triage-setting.ts";
import type { Model, ModelContent, ModelReply, ModelRequest, ModelStop } from "../../../src/core/model.ts";
import { type AskJob, requestLimits } from "../../../src/core/run.ts";
import type { Owner } from "../../../src/core/thread.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { DoorHarness } from "../../support/door-harness.ts";
import { checkout, noKnowledge } from "../tools/tool-harness.ts";

/** What a scripted model says when asked: its parts and why it stopped, by what it is shown. */
export type Script = (request: ModelRequest, turn: number) => Partial<ModelReply> | Promise<Partial<ModelReply>>;

export const say = (text: string, stop: ModelStop = "end_turn"): Partial<ModelReply> => ({
  content: [{ kind: "text", text }],
  stop,
});

export const use = (...calls: [name: string, input: unknown][]): Partial<ModelReply> => ({
  content: calls.map(
    ([name, input], index): ModelContent => ({ kind: "tool_use", id: `use-${name}-${index}`, name, input }),
  ),
  stop: "tool_use",
});

/** A model that plays a script by how many answers it has given in this conversation, and keeps what it was asked. */
export class ScriptedModel implements Model {
  readonly asked: Omit<ModelRequest, "signal" | "onText">[] = [];
  images = true;
  contextTokens = 200_000;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  caps(): ReturnType<Model["caps"]> {
    const { images, contextTokens } = this;
    return { auth: true, countTokens: true, jsonFormat: true, toolCall: true, cacheUsage: true, images, contextTokens };
  }

  async call(request: ModelRequest): Promise<ModelReply> {
    const { signal: _signal, onText: _onText, ...asked } = request;
    this.asked.push(structuredClone(asked));
    const turn = request.messages.filter(({ role }) => role === "assistant").length;
    const usage = { input: 100, cacheWrite: 0, cacheRead: 0, output: 10 };
    const plain = { callId: `call-${this.asked.length}`, model: "scripted", usage, costUsd: 0.01 };
    return { ...plain, content: [], stop: "end_turn", ...(await this.#script(request, turn)) };
  }
}

export const result = (data: unknown, itemIds: number[] = [], threadIds: number[] = []): ToolResult => ({
  data,
  note: "",
  itemIds,
  threadIds,
  isError: false,
});

const readInput = z.strictObject({ id: z.number() });
/** Reads item `id`, which says so. */
export const readTool: Tool<typeof readInput> = {
  name: "read",
  description: "Reads.",
  input: readInput,
  effect: "read",
  run: async ({ id }) => result({ item: id, text: `Item ${id} <says> this.` }, [id], [id * 10]),
};

const sendInput = z.strictObject({ to: z.string(), text: z.string() });
/** Proposes a letter. */
export const sendTool: Tool<typeof sendInput> = {
  name: "send",
  description: "Proposes.",
  input: sendInput,
  effect: "propose",
  run: async ({ to, text }, { propose }, key) =>
    result(await propose([{ action: "post.send_letter", account: null, ask: { to: [to], text }, after: null }], key)),
};

export const tools: readonly AnyTool[] = [sendTool, readTool, askOwnerTool, subJobTool];

export const job = (given: Partial<AskJob> = {}): AskJob => ({
  runId: "run-1",
  wordsId: "words-1",
  text: "What is in item 7?",
  surface: "terminal",
  files: [],
  threads: [],
  answers: null,
  ...given,
});

const owner: Owner = {
  names: ["Clara"],
  identities: ["clara@weiss.example"],
  zone: "Europe/Berlin",
  region: "DE",
  languages: ["en"],
};

/** Everything a run works with, over a real store and a real door; all is closed and removed after each test. */
export async function openRuns(script: Script, given: Partial<RunDeps> = {}) {
  const harness = await new DoorHarness().start();
  open.push(harness);
  const model = new ScriptedModel(script);
  const logged: string[] = [];
  const deps: RunDeps = {
    model,
    tools,
    store: harness.store,
    clock: { now: () => harness.clock.now(), sleep: async () => undefined },
    owner,
    surroundings: {
      homePath: harness.home,
      shippedSkillsPath: harness.home,
      triage: await loadTriageSetting(checkout, owner),
      contactColumns: async () => new Map(),
      knowledge: noKnowledge,
    },
    promptFiles: async () => ({ rules: "", skillsIndex: "", memoryIndex: "" }),
    givenItems: async (files) => files.map((_file, index) => 900 + index),
    door: { waitMs: 0, takeIn: async () => void (await harness.door.takeIn(new AbortController().signal)) },
    lease: { owner: "here", isGone: () => true },
    limits: requestLimits,
    signal: new AbortController().signal,
    log: (line) => void logged.push(line),
    ...given,
  };
  const run = (words: Partial<AskJob> = {}): Promise<RunOutcome> => runRequest(deps, job(words));
  return { harness, model, deps, logged, run, store: harness.store };
}

const open: DoorHarness[] = [];
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.stopHere();
});

/** A store whose process dies after so many writes: nothing is written after that. */
export function dyingStore(store: Store, writes: number): Store {
  let left = writes;
  return {
    ...store,
    write: async (work) => {
      if (left <= 0) throw new Error("killed");
      left -= 1;
      return await store.write(work);
    },
  };
}
