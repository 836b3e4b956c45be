import { join } from "node:path";
import { loadTriageSetting } from "../src/cli/triage-setting.ts";
import { fence } from "../src/core/fence.ts";
import { uuidv7 } from "../src/core/ids.ts";
import { modelConfigSchema } from "../src/core/model-config.ts";
import { createModelWorld, type ModelWorld } from "../src/emulators/model/model-world.ts";
import { say } from "../src/emulators/model/policy.ts";
import { scenario } from "../src/emulators/model/scenario/scenario.ts";
import { openModel } from "../src/model/open-model.ts";
import { listModelCalls, modelBooks } from "../src/store/model-calls.ts";
import { openStore, type Store } from "../src/store/open-store.ts";
import { runPass } from "../src/triage/judge-with-model/run-pass.ts";
import type { BenchRow } from "./bench-row.ts";
import { makeDay, owner } from "./model-day.ts";

const nowMs = Date.parse("2026-11-20T18:00:00Z");
const clock = { now: () => nowMs, sleep: async () => undefined };
const { signal } = new AbortController();
const items = 500;
const perTurn = 10;

/**
 * A day of 500 items judged with a model, beside an agent that reads all bodies in one growing conversation: both against the same
 * emulated server, which counts tokens, keeps prefixes as the service does, and prices what was used.
 */
export async function benchTriageModel(path: string): Promise<BenchRow[]> {
  const store = await openStore(path, { clock });
  const day = await makeDay(store, { nowMs, items });
  const ours = await judgeDay(store);
  const naive = await readAll(day.bodies);
  await store.close();
  const rows: BenchRow[] = [
    { name: "items of the day", value: items, unit: "items", note: day.mix },
    {
      name: "threads asked about",
      value: ours.asked,
      unit: "threads",
      note: `of ${day.threads}; rules decide the others`,
    },
    {
      name: "input tokens for each new item",
      value: ours.input / items,
      unit: "tokens",
      note: "at most 120 are allowed",
    },
    { name: "calls", value: ours.calls, unit: "calls", note: `at most 10; by purpose ${ours.byPurpose}` },
    { name: "prefixes of the calls, by purpose", value: ours.prefixes, unit: "hashes", note: "one for each purpose" },
    { name: "longest request", value: ours.longest, unit: "tokens", note: "at most 100,000" },
    { name: "calls when nothing is new", value: ours.again, unit: "calls", note: "0 are allowed" },
    { name: "input of the day", value: ours.input, unit: "tokens", note: `${ours.cached} of them from the cache` },
    { name: "cost of the day", value: ours.usd, unit: "USD", note: "prices of November 2026" },
  ];
  const naiveRows = naive.map(({ name, calls, input, longest, usd }) => ({
    name,
    value: usd,
    unit: "USD",
    note: `${calls} calls, ${input} input tokens, longest ${longest}; ${Math.round(usd / ours.usd)} times ours`,
  }));
  return [...rows, ...naiveRows];
}

async function judgeDay(store: Store) {
  const world = createModelWorld({ policy: scenario(), now: clock.now });
  const model = await openModel(
    { config: modelConfigSchema.parse({}), key: "bench", zone: "UTC" },
    { fetch: world.fetch, clock, newId: () => uuidv7(nowMs), books: modelBooks(store), cassettes: null },
  );
  const reading = { setting: await loadTriageSetting(join(import.meta.dirname, ".."), owner), nowMs };
  const runId = uuidv7(nowMs);
  const report = await runPass(store, reading, { model, runId, signal });
  if (report.problem !== null) throw new Error(report.problem);
  const calls = await listModelCalls(store, runId);
  const asked = world.requests().length;
  await runPass(store, reading, { model, runId: uuidv7(nowMs + 1), signal });
  const sizes = world
    .requests()
    .map(({ usage }) => (usage === null ? 0 : usage.input + usage.cacheRead + usage.cacheWrite5m));
  const prefixes = new Set(calls.map(({ purpose, prefixSha256 }) => `${purpose} ${prefixSha256}`));
  const purposes = new Set(calls.map(({ purpose }) => purpose));
  return {
    asked: report.asked,
    calls: calls.length,
    byPurpose: [...purposes]
      .map((name) => `${name} ${calls.filter(({ purpose }) => purpose === name).length}`)
      .join(", "),
    prefixes: prefixes.size / Math.max(1, purposes.size),
    longest: Math.max(...sizes),
    input: sizes.reduce((sum, size) => sum + size, 0),
    cached: world.totals().usage.cacheRead,
    again: world.requests().length - asked,
    usd: world.totals().usd,
  };
}

/** The loop that most agents are: ten bodies a turn into one conversation. On each model with and without a cache. */
async function readAll(bodies: readonly string[]) {
  const ways = [
    { name: "naive loop, no cache", model: "claude-sonnet-5-5", cached: false },
    { name: "naive loop, cached", model: "claude-sonnet-5-5", cached: true },
    { name: "naive loop, cached, small model", model: "claude-haiku-5-5", cached: true },
  ];
  const results = [];
  for (const { name, model, cached } of ways) {
    const world = createModelWorld({
      policy: { name: "reader", answer: () => say("Read. ".repeat(40)) },
      now: clock.now,
    });
    await loop(world, model, cached, bodies);
    const sizes = world
      .requests()
      .map(({ usage }) => (usage === null ? 0 : usage.input + usage.cacheRead + usage.cacheWrite5m));
    const { requests, usd } = world.totals();
    results.push({
      name,
      calls: requests,
      input: sizes.reduce((sum, size) => sum + size, 0),
      longest: Math.max(...sizes),
      usd,
    });
  }
  return results;
}

async function loop(world: ModelWorld, model: string, cached: boolean, bodies: readonly string[]): Promise<void> {
  const system = `# steward: request\nYou read the owner's messages and say what matters.\n${"A rule of the house. ".repeat(200)}`;
  const messages: { role: string; content: unknown }[] = [];
  for (let at = 0; at < bodies.length; at += perTurn) {
    const text = fence({ messages: bodies.slice(at, at + perTurn) }, "abcdefgh1234");
    messages.push({ role: "user", content: text });
    const mark = cached ? { cache_control: { type: "ephemeral" } } : {};
    const body = { model, max_tokens: 2000, system, messages, ...mark };
    const headers = { "content-type": "application/json", "x-api-key": "bench", "anthropic-version": "2023-06-01" };
    const response = await world.fetch("http://127.0.0.1:1/v1/messages", {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    messages.push({ role: "assistant", content: "Read." });
  }
}
