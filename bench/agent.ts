import { join } from "node:path";
import { makeKnowledge } from "../src/agent/memory/make-knowledge.ts";
import { requestSystem } from "../src/agent/runs/request-system.ts";
import type { RunDeps } from "../src/agent/runs/run-deps.ts";
import { runRequest } from "../src/agent/runs/run-request.ts";
import { wireTools } from "../src/agent/runs/wire-tools.ts";
import { allTools } from "../src/agent/tools/all-tools.ts";
import { makeToolParts } from "../src/cli/operator/tool-parts.ts";
import { defaultConfig, toOwner } from "../src/core/config.ts";
import type { Model, ModelReply, ModelRequest } from "../src/core/model.ts";
import { requestLimits } from "../src/core/run.ts";
import { leaveAsk } from "../src/store/leave-ask.ts";
import { openStore } from "../src/store/open-store.ts";
import type { BenchRow } from "./bench-row.ts";

const rounds = 60;
const clock = { now: () => Date.now(), sleep: async () => undefined };
const usage = { input: 100, cacheWrite: 0, cacheRead: 0, output: 10 };

/** A model that needs no time: it searches once, then answers. */
const instant: Model = {
  caps: () => ({
    auth: true,
    countTokens: true,
    jsonFormat: true,
    toolCall: true,
    cacheUsage: true,
    images: true,
    contextTokens: 200_000,
  }),
  call: async ({ messages }: ModelRequest): Promise<ModelReply> => {
    const isFirst = messages.length === 1;
    const content = isFirst
      ? [{ kind: "tool_use" as const, id: "t1", name: "search", input: { words: "keys", limit: 5 } }]
      : [{ kind: "text" as const, text: "Nothing was found." }];
    return { callId: "c", model: "instant", content, stop: isFirst ? "tool_use" : "end_turn", usage, costUsd: 0 };
  },
};

/** What the harness itself costs: request accepted to answer stored with one tool and no model's time, and the first request's size. */
export async function benchAgent(folder: string): Promise<BenchRow[]> {
  const store = await openStore(join(folder, "agent.db"), { clock });
  const owner = toOwner(defaultConfig());
  const checkout = join(import.meta.dirname, "..");
  const parts = await makeToolParts({ store, owner, clock, home: folder }, checkout);
  const knowledge = makeKnowledge(
    { store, clock, homePath: folder, shippedSkillsPath: parts.shippedSkillsPath },
    "bench",
  );
  const files = { rules: "", skillsIndex: "", memoryIndex: "" };
  const deps: RunDeps = {
    model: instant,
    tools: allTools,
    store,
    clock,
    owner,
    surroundings: { ...parts, knowledge },
    promptFiles: async () => files,
    givenItems: async () => [],
    door: { waitMs: 0 },
    lease: { owner: "bench", isGone: () => false },
    limits: requestLimits,
    signal: new AbortController().signal,
    log: () => undefined,
  };
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const runId = `bench-${round}`;
    const text = "Where are the keys?";
    const begun = performance.now();
    const job = { runId, wordsId: "w", text, surface: "terminal" as const, files: [], threads: [], answers: null };
    await store.write((tx) => leaveAsk(tx, job));
    const { state } = await runRequest(deps, job);
    took.push(performance.now() - begun);
    if (state !== "done") throw new Error(`The request ended as ${state}.`);
  }
  await store.close();
  const sorted = took.toSorted((a, b) => a - b);
  const system = Buffer.byteLength(requestSystem(files));
  const tools = Buffer.byteLength(JSON.stringify(wireTools(allTools)));
  return [
    {
      name: "one-tool request, instant model",
      value: sorted[rounds / 2] ?? 0,
      unit: "ms",
      note: `median of ${rounds}`,
    },
    { name: "the same, slowest of twenty", value: sorted[Math.floor(rounds * 0.95)] ?? 0, unit: "ms", note: "p95" },
    {
      name: "system and tools of the first request",
      value: system + tools,
      unit: "bytes",
      note: `${system} + ${tools}`,
    },
  ];
}
