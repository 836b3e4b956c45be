import { describe, expect, test } from "vitest";
import { uuidv7 } from "../../src/core/ids.ts";
import { modelConfigSchema } from "../../src/core/model-config.ts";
import { probeModel } from "../../src/model/probe-model.ts";
import { modelBooks } from "../../src/store/model-calls.ts";
import type { Store } from "../../src/store/open-store.ts";
import { count, storeMaker } from "../store/store-fixture.ts";
import { type Asked, failure, key, makeServer, message, nowMs, text } from "./messages-server.ts";

const newStore = storeMaker();

interface Skills {
  format?: boolean;
  tools?: boolean;
  cache?: boolean;
  images?: boolean | "refused";
  /** Characters of the request that are read; what is before is cut away silently. */
  reads?: number;
}

/** A model that does the little a probe asks, as far as its server lets it. */
function makeProbed(skills: Skills): ReturnType<typeof makeServer> {
  const seen = new Set<string>();
  return makeServer(
    ({ body }: Asked) => {
      const whole = JSON.stringify(body["messages"]);
      const read = whole.slice(-(skills.reads ?? 1e9));
      const system = JSON.stringify(body["system"]);
      const cached = skills.cache === true && seen.has(system) && system.length > 2_000;
      seen.add(system);
      const usage = { input_tokens: 10, output_tokens: 2, cache_read_input_tokens: cached ? 900 : 0 };
      if (whole.includes('"image"') && skills.images === "refused") {
        return failure(400, "invalid_request_error", "image blocks are not supported");
      }
      if (body["output_config"] !== undefined && JSON.stringify(body["output_config"]).includes("format")) {
        return message([text(skills.format === true ? '{"ok": true}' : "The sea is calm.")], { usage });
      }
      if (body["tools"] !== undefined && skills.tools === true) {
        const use = { type: "tool_use", id: "t1", name: "look_up", input: { colour: "green" } };
        return message([use], { usage, stop: "tool_use" });
      }
      if (whole.includes('"image"')) return message([text(skills.images === true ? "Red." : "Blue.")], { usage });
      const word = /The secret word is (\w+)/.exec(read)?.[1];
      return message([text(word ?? "I do not know.")], { usage });
    },
    skills.format === true ? () => 12 : undefined,
  );
}

async function probe(store: Store, server: { fetch: typeof fetch }, baseUrl: string): ReturnType<typeof probeModel> {
  const config = modelConfigSchema.parse({ baseUrl });
  const clock = { now: () => nowMs, sleep: async () => undefined };
  const newId = (): string => uuidv7(nowMs);
  return await probeModel(
    { config, key, zone: "UTC" },
    { fetch: server.fetch, clock, newId, books: modelBooks(store), cassettes: null },
    { model: "claude-haiku-5-5", role: "judge", signal: new AbortController().signal, tell: () => undefined },
  );
}

describe("the probe", () => {
  test("finds everything on a server that has everything, and pays for it", async () => {
    const store = await newStore();
    const server = makeProbed({ format: true, tools: true, cache: true, images: true });
    expect(await probe(store, server, "https://api.anthropic.com")).toEqual({
      auth: true,
      countTokens: true,
      jsonFormat: true,
      toolCall: true,
      cacheUsage: true,
      images: true,
      contextTokens: 100_000,
    });
    expect(count(store, "SELECT count(*) FROM model_calls WHERE purpose = 'probe' AND cost_micros > 0")).toBe(6);
    const tokens = server.asked.reduce((sum, { body }) => sum + JSON.stringify(body).length / 3.2, 0);
    expect(tokens).toBeLessThan(8_000);
  });

  test("finds nothing on a server that drops, ignores and refuses, and no more context than is really read", async () => {
    const server = makeProbed({ images: "refused", reads: 12_000 });
    expect(await probe(await newStore(), server, "http://localhost:11434")).toEqual({
      auth: true,
      countTokens: false,
      jsonFormat: false,
      toolCall: false,
      cacheUsage: false,
      images: false,
      contextTokens: 4_000,
    });
  });

  test.each([
    [40_000, 8_000],
    [1e9, 24_000],
  ])("believes a server that reads %i characters %i tokens", async (reads, tokens) => {
    const caps = await probe(await newStore(), makeProbed({ tools: true, reads }), "http://localhost:11434");
    expect(caps).toMatchObject({ toolCall: true, images: false, contextTokens: tokens });
  });

  test("is an error and no finding where the key is refused, the server is down, or it is none at all", async () => {
    const store = await newStore();
    const refusing = makeServer(() => failure(401, "authentication_error", "bad"));
    await expect(probe(store, refusing, "https://llm.example.com")).rejects.toMatchObject({ code: "needs_reauth" });
    const down = { fetch: async () => Promise.reject(new TypeError("fetch failed")) };
    await expect(probe(store, down, "http://localhost:1")).rejects.toMatchObject({ code: "unavailable" });
    const page = makeServer(() => new Response("<html>", { headers: { "content-type": "text/html" } }));
    await expect(probe(store, page, "http://localhost:2")).rejects.toMatchObject({ code: "config" });
  });
});
