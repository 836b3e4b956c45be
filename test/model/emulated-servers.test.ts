import { describe, expect, test } from "vitest";
import { StewardError } from "../../src/core/errors.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import type { ModelMessage, ModelUsage } from "../../src/core/model.ts";
import { modelConfigSchema } from "../../src/core/model-config.ts";
import { createModelWorld } from "../../src/emulators/model/model-world.ts";
import { say } from "../../src/emulators/model/policy.ts";
import type { ProfileName } from "../../src/emulators/model/profiles.ts";
import { probeModel } from "../../src/model/probe-model.ts";
import { modelBooks } from "../../src/store/model-calls.ts";
import { count, nowMs, storeMaker } from "../store/store-fixture.ts";
import { open, request } from "./messages-server.ts";

const newStore = storeMaker();

/** What each server can do, as it is known from its sources and documentation. */
const truth = {
  anthropic: {
    countTokens: true,
    jsonFormat: true,
    toolCall: true,
    images: true,
    cacheUsage: true,
    contextTokens: 24_000,
  },
  ollama: {
    countTokens: false,
    jsonFormat: false,
    toolCall: true,
    images: true,
    cacheUsage: false,
    contextTokens: 4_000,
  },
  vllm: { countTokens: true, jsonFormat: true, toolCall: true, images: true, cacheUsage: false, contextTokens: 24_000 },
  llamacpp: { countTokens: true, jsonFormat: false, toolCall: true, images: true, cacheUsage: false },
} as const;

describe("the probe of an emulated server", () => {
  const names: (keyof typeof truth & ProfileName)[] = ["anthropic", "ollama", "vllm", "llamacpp"];
  test.each(names)("finds what %s can do", async (profile) => {
    const store = await newStore();
    const world = createModelWorld({ policy: { name: "test", answer: async () => say("ok") }, profile });
    const caps = await probeModel(
      { config: modelConfigSchema.parse({ baseUrl: "http://127.0.0.1:1" }), key: "any-key-at-all", zone: "UTC" },
      {
        fetch: world.fetch,
        clock: { now: () => nowMs, sleep: async () => undefined },
        newId: () => uuidv7(nowMs),
        books: modelBooks(store),
        cassettes: null,
      },
      { model: "claude-haiku-5-5", role: "judge", signal: new AbortController().signal, tell: () => undefined },
    );
    expect(caps).toMatchObject(truth[profile]);
  });
});

describe("a server that sends garbage", () => {
  test("never hangs a call or leaves one open, whatever it does", async () => {
    const store = await newStore();
    const world = createModelWorld({
      policy: { name: "test", answer: async () => say("ok") },
      profile: "garbage",
      sleep: async () => undefined,
    });
    const { model } = await open(store, world, { config: { baseUrl: "http://127.0.0.1:1" } });
    const ends = new Set<string>();
    for (let nth = 0; nth < 40; nth += 1) {
      const asked = request(nth % 2 === 0 ? {} : { onText: () => undefined });
      ends.add(
        await model.call(asked).then(
          ({ stop }) => stop,
          (error: unknown) => (error instanceof StewardError ? error.code : "a bug"),
        ),
      );
    }
    expect(ends).not.toContain("a bug");
    expect(ends).not.toContain("internal");
    expect(ends.size).toBeGreaterThan(1);
    expect(count(store, "SELECT count(*) FROM model_calls WHERE state = 'reserved'")).toBe(0);
    expect(count(store, "SELECT count(*) FROM model_calls")).toBe(40);
  });
});

describe("a loop at a server that keeps prefixes", () => {
  test("reads in each call all that the call before it sent", async () => {
    const store = await newStore();
    const world = createModelWorld({ policy: { name: "test", answer: async () => say("Go on.") }, now: () => nowMs });
    const { model } = await open(store, world);
    const tool = { name: "search", description: "Finds. ".repeat(60), schema: { type: "object", properties: {} } };
    const messages: ModelMessage[] = [{ role: "user", content: [{ kind: "text", text: "Look for it." }] }];
    const usages: ModelUsage[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const system = `# steward: request\n${"Work on it with care. ".repeat(240)}`;
      const reply = await model.call(request({ purpose: "request", role: "write", system, tools: [tool], messages }));
      usages.push(reply.usage);
      // More blocks at once than a server looks back for a prefix.
      const ids = Array.from({ length: 24 }, (_, at) => `t${turn}x${at}`);
      messages.push(
        { role: "assistant", content: ids.map((id) => ({ kind: "tool_use", id, name: "search", input: {} })) },
        { role: "user", content: ids.map((id) => ({ kind: "tool_result", id, text: `${id} none`, isError: false })) },
      );
    }
    const sent = usages.map(({ input, cacheWrite, cacheRead }) => input + cacheWrite + cacheRead);
    for (const [at, usage] of usages.entries()) {
      if (at > 0) expect(usage.cacheRead).toBeGreaterThan((sent[at - 1] ?? 0) * 0.95);
      expect(usage.input).toBeLessThan(30);
    }
  });
});
