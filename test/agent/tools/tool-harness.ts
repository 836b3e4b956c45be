import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type {
  AnyTool,
  Knowledge,
  ProposedOutcome,
  ProposedStep,
  ToolContext,
  ToolResult,
} from "../../../src/agent/tool.ts";
import { loadTriageSetting } from "../../../src/cli/triage-setting.ts";
import type { Owner } from "../../../src/core/thread.ts";
import type { Store } from "../../../src/store/open-store.ts";

export const checkout = join(import.meta.dirname, "..", "..", "..");

export const noKnowledge: Knowledge = {
  skill: async () => null,
  notes: async () => [],
  remember: async () => ({ kind: "refused", text: "No." }),
};

/** A context over a store, and what was proposed through it. */
export async function makeContext(
  store: Store,
  owner: Owner,
  nowAt: string,
  given: Partial<ToolContext> = {},
): Promise<{ context: ToolContext; proposed: { steps: readonly ProposedStep[]; key: string }[] }> {
  const proposed: { steps: readonly ProposedStep[]; key: string }[] = [];
  const waiting: ProposedOutcome = { kind: "waiting" };
  const context: ToolContext = {
    store,
    owner,
    clock: { now: () => Date.parse(nowAt), sleep: async () => void (await turn()) },
    signal: new AbortController().signal,
    homePath: "/nowhere",
    shippedSkillsPath: join(checkout, "skills"),
    triage: await loadTriageSetting(checkout, owner),
    contactColumns: async () => new Map(),
    knowledge: noKnowledge,
    utterance: "",
    taint: () => ({ items: new Set(), threads: new Set() }),
    propose: async (steps, key) => {
      proposed.push({ steps, key });
      return waiting;
    },
    ask: null,
    subJob: null,
    ...given,
  };
  return { context, proposed };
}

/** Runs a tool as every caller does: its input goes through the strict schema. */
export async function runTool(
  tool: AnyTool,
  input: unknown,
  context: ToolContext,
  key = "call.0",
): Promise<ToolResult> {
  return await tool.run(tool.input.parse(input), context, key);
}
