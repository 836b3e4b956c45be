// Holds R54, R56.
import { describe, expect, test, vi } from "vitest";
import { modelStops } from "../../src/core/model.ts";
import { listModelCalls } from "../../src/store/model-calls.ts";
import { storeMaker } from "../store/store-fixture.ts";
import { events, failure, key, makeServer, message, open, request, text } from "./messages-server.ts";

const newStore = storeMaker();

describe("what leaves", () => {
  test("goes to the configured server with the key as bearer, and names neither this computer nor its environment", async () => {
    const server = makeServer(() => message([text("ok")]));
    const { model } = await open(await newStore(), server);
    await model.call(request());
    expect(server.asked[0]?.url).toBe("https://api.anthropic.com/v1/messages");
    expect(server.asked[0]?.headers).toEqual({
      accept: "application/json",
      "anthropic-version": expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "user-agent": "steward",
    });
  });

  test("is not changed by what the environment says", async () => {
    const server = makeServer(() => message([text("ok")]));
    const names = {
      BASE_URL: "https://evil.example",
      AUTH_TOKEN: "t",
      API_KEY: "k",
      CUSTOM_HEADERS: "x-who: me",
      PROFILE: "p",
    };
    for (const [name, value] of Object.entries(names)) vi.stubEnv(`ANTHROPIC_${name}`, value);
    try {
      const { model } = await open(await newStore(), server);
      await model.call(request());
    } finally {
      vi.unstubAllEnvs();
    }
    expect(server.asked[0]?.url).toBe("https://api.anthropic.com/v1/messages");
    expect(server.asked[0]?.headers).toMatchObject({ authorization: `Bearer ${key}` });
    expect(server.asked[0]?.headers).not.toHaveProperty("x-who");
  });

  test("has no key where the server asks none", async () => {
    const server = makeServer(() => message([text("ok")]));
    const { model } = await open(await newStore(), server, {
      key: null,
      config: { baseUrl: "http://localhost:11434/" },
    });
    await model.call(request());
    expect(server.asked[0]?.url).toBe("http://localhost:11434/v1/messages");
    expect(server.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  test("has no key of any service in it, and not the one to the model, wherever it stood", async () => {
    const server = makeServer(() => message([text("ok")]));
    const { model } = await open(await newStore(), server, { key: "plain-words-as-a-key" });
    const secret = `ghp_${"a1".repeat(12)}`;
    const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIB\n-----END RSA PRIVATE KEY-----";
    await model.call(
      request({
        system: `# steward: judge\nMy token is ${secret}`,
        messages: [
          { role: "user", content: [{ kind: "text", text: `${pem} and plain-words-as-a-key` }] },
          { role: "assistant", content: [{ kind: "tool_use", id: "t1", name: "search", input: { words: [secret] } }] },
          { role: "user", content: [{ kind: "tool_result", id: "t1", text: `AKIA${"A".repeat(16)}`, isError: false }] },
        ],
      }),
    );
    const sent = JSON.stringify(server.asked[0]?.body);
    expect(sent).not.toMatch(/ghp_|MIIE|PRIVATE|AKIA|plain-words/);
    expect(sent.match(/\[hidden: a key\]/g)).toHaveLength(5);
  });

  test("never has a tool the server would run, whoever put it there", async () => {
    const server = makeServer(() => message([text("ok")]));
    const { model } = await open(await newStore(), server);
    const smuggled = { name: "web", description: "", schema: {}, type: "web_search_20260318" };
    await model.call(request({ tools: [smuggled] }));
    expect(JSON.stringify(server.asked[0]?.body)).not.toContain("web_search_20260318");
    const bad = request({ tools: [{ name: "a b", description: "", schema: { type: "object" } }] });
    await expect(model.call(bad)).rejects.toMatchObject({ code: "internal" });
    expect(server.asked).toHaveLength(1);
  });

  test("has no block that the server made up, but its thinking as it came", async () => {
    const server = makeServer(() => message([text("ok")]));
    const { model } = await open(await newStore(), server);
    const thinking = { type: "thinking", thinking: "hm", signature: "c2ln", extra: 1 };
    const link = { type: "document", source: { type: "url", url: "https://evil.example/?q=secret" } };
    await model.call(
      request({
        messages: [
          { role: "user", content: [{ kind: "text", text: "Hello" }] },
          {
            role: "assistant",
            content: [
              { kind: "opaque", block: thinking },
              { kind: "opaque", block: link },
            ],
          },
          { role: "user", content: [{ kind: "text", text: "Go on" }] },
        ],
      }),
    );
    expect(server.asked[0]?.body["messages"]).toMatchObject([{}, { role: "assistant", content: [thinking] }, {}]);
  });

  test("follows no redirect", async () => {
    const server = makeServer(() => Response.redirect("https://elsewhere.example/v1/messages", 307));
    const { model } = await open(await newStore(), server);
    await expect(model.call(request())).rejects.toMatchObject({
      code: "config",
      message: expect.stringMatching(/elsewhere/),
    });
  });
});

describe("the answer", () => {
  test("keeps thinking that comes first, text, calls of tools and what nobody knows", async () => {
    const blocks = [
      { type: "thinking", thinking: "hm", signature: "c2ln" },
      text("I look."),
      { type: "tool_use", id: "t1", name: "search", input: { words: "a" } },
      { type: "hologram", data: 1 },
    ];
    const { model } = await open(
      await newStore(),
      makeServer(() => message(blocks, { stop: "tool_use" })),
    );
    const reply = await model.call(request());
    expect(reply.content).toEqual([
      { kind: "opaque", block: blocks[0] },
      { kind: "text", text: "I look." },
      { kind: "tool_use", id: "t1", name: "search", input: { words: "a" } },
      { kind: "opaque", block: blocks[3] },
    ]);
    expect(reply.stop).toBe("tool_use");
    expect(reply.usage).toEqual({ input: 100, cacheWrite: 0, cacheRead: 0, output: 10 });
    expect(reply.costUsd).toBeCloseTo(0.000015, 9);
  });

  test.each(modelStops.filter((stop) => stop !== "garbage" && stop !== "tool_use"))("says %s", async (stop) => {
    const { model } = await open(
      await newStore(),
      makeServer(() => message([text("…")], { stop })),
    );
    expect((await model.call(request())).stop).toBe(stop);
  });

  test.each([
    ["no reason", null, [text("a")], "garbage"],
    ["a reason of tomorrow", "compaction", [text("a")], "garbage"],
    ["end_turn with a call", "end_turn", [{ type: "tool_use", id: "t", name: "n", input: {} }], "tool_use"],
    ["tool_use without one", "tool_use", [text("a")], "end_turn"],
    ["tool_use with nothing", "tool_use", [], "garbage"],
  ])("with %s is what its blocks are", async (_name, stop, blocks, expected) => {
    const { model } = await open(
      await newStore(),
      makeServer(() => message(blocks, { stop })),
    );
    expect((await model.call(request())).stop).toBe(expected);
  });

  test("may be empty, and have no usage: then it is estimated, and what was reserved counts", async () => {
    const store = await newStore();
    const { model } = await open(
      store,
      makeServer(() => message([], { usage: null, stop: "end_turn" })),
    );
    const reply = await model.call(request());
    expect(reply).toMatchObject({ content: [], stop: "end_turn", costUsd: null });
    expect(reply.usage.input).toBeGreaterThan(0);
    const [row] = await listModelCalls(store, "run-1");
    expect(row).toMatchObject({ input: null, costMicros: null });
    expect(row?.countedMicros).toBeGreaterThan(500);
  });

  test("that is a page in HTML is garbage after three tries, and no error", async () => {
    const page = (): Response => new Response("<html>404</html>", { headers: { "content-type": "text/html" } });
    const server = makeServer(page);
    const { model, waits } = await open(await newStore(), server);
    expect(await model.call(request())).toMatchObject({ stop: "garbage", content: [] });
    expect(waits).toEqual([500, 1000]);
  });
});

describe("a call that fails", () => {
  test("is tried again after what the server asks for", async () => {
    const answers = [
      () => failure(529, "overloaded_error", "Overloaded"),
      () => failure(429, "rate_limit_error", "Slow down", { "retry-after": "3" }),
      () => message([text("ok")]),
    ];
    const server = makeServer((_asked, nth) => answers[nth - 1]?.() ?? message([]));
    const { model, waits } = await open(await newStore(), server);
    expect((await model.call(request())).content).toEqual([{ kind: "text", text: "ok" }]);
    expect(waits).toEqual([500, 3000]);
  });

  test("does not wait for a minute, but says for how long", async () => {
    const server = makeServer(() => failure(429, "rate_limit_error", "Slow", { "retry-after": "60" }));
    const { model } = await open(await newStore(), server);
    await expect(model.call(request())).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 60_000 });
    expect(server.asked).toHaveLength(1);
  });

  test.each([
    [401, "authentication_error", "bad key", "needs_reauth", 1],
    [403, "permission_error", "no", "needs_reauth", 1],
    [404, "not_found_error", "model: x", "config", 1],
    [400, "invalid_request_error", "tools.0: bad", "config", 1],
    [400, "invalid_request_error", "prompt is too long: 210000 tokens", "usage", 1],
    [413, "request_too_large", "big", "usage", 1],
    [500, "api_error", "oops", "unavailable", 3],
    [529, "overloaded_error", "busy", "unavailable", 3],
  ])("with %i %s (%s) is %s after %i tries", async (status, type, words, code, tries) => {
    const server = makeServer(() => failure(status, type, words));
    const store = await newStore();
    const { model } = await open(store, server);
    await expect(model.call(request())).rejects.toMatchObject({ code });
    expect(server.asked).toHaveLength(tries);
    const [row] = await listModelCalls(store, "run-1");
    expect(row?.error).toMatch(new RegExp(`^${code}: `));
    expect(row?.countedMicros === 0).toBe(status < 500);
  });

  test("for want of a key says so", async () => {
    const server = makeServer(() => failure(401, "authentication_error", "x-api-key is required"));
    const { model } = await open(await newStore(), server, { key: null, config: { baseUrl: "http://localhost:1" } });
    await expect(model.call(request())).rejects.toMatchObject({ message: "localhost:1 asks for a key." });
  });

  test("because nobody answers is unavailable, with what to do", async () => {
    const server = { fetch: async () => Promise.reject(new TypeError("fetch failed")) };
    const { model } = await open(await newStore(), server);
    await expect(model.call(request())).rejects.toMatchObject({
      code: "unavailable",
      cure: expect.stringMatching(/running/),
    });
  });

  test("is interrupted by the signal at once, and not tried again", async () => {
    const stop = new AbortController();
    const server = makeServer(async () => {
      stop.abort();
      return failure(500, "api_error", "late");
    });
    const { model } = await open(await newStore(), server);
    await expect(model.call(request({ signal: stop.signal }))).rejects.toMatchObject({ code: "interrupted" });
    await expect(model.call(request({ signal: stop.signal }))).rejects.toMatchObject({ code: "interrupted" });
    expect(server.asked).toHaveLength(1);
  });
});

const begun = { type: "message_start", message: { usage: { input_tokens: 7, output_tokens: 1 } } };
const ended = [
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 5, input_tokens: null } },
  { type: "message_stop" },
];
const words = (index: number, piece: string): Record<string, unknown> => ({
  type: "content_block_delta",
  index,
  delta: { type: "text_delta", text: piece },
});

describe("a streamed answer", () => {
  test("is shown as it comes and is the same as one in a piece", async () => {
    const server = makeServer(() =>
      events([
        begun,
        { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
        { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } },
        { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "c2ln" } },
        { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
        words(1, "Good "),
        { type: "weather_report" },
        words(1, "day"),
        { type: "content_block_start", index: 2, content_block: { type: "tool_use", id: "t", name: "n", input: {} } },
        { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"a":' } },
        { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: "1}" } },
        ...ended,
      ]),
    );
    const { model } = await open(await newStore(), server);
    const shown: string[] = [];
    const reply = await model.call(request({ onText: (piece) => shown.push(piece) }));
    expect(shown).toEqual(["Good ", "day"]);
    expect(reply.content).toEqual([
      { kind: "opaque", block: { type: "thinking", thinking: "hm", signature: "c2ln" } },
      { kind: "text", text: "Good day" },
      { kind: "tool_use", id: "t", name: "n", input: { a: 1 } },
    ]);
    expect(reply.stop).toBe("tool_use");
    expect(reply.usage).toEqual({ input: 7, cacheWrite: 0, cacheRead: 0, output: 5 });
  });

  test("that breaks off before anything was shown is asked for again", async () => {
    const whole = [begun, { type: "content_block_start", index: 0, content_block: text("") }, words(0, "ok"), ...ended];
    const server = makeServer((_asked, nth) => events(nth === 1 ? [begun] : whole));
    const { model } = await open(await newStore(), server);
    const reply = await model.call(request({ onText: () => undefined }));
    expect(reply.content).toEqual([{ kind: "text", text: "ok" }]);
  });

  test("that breaks off after something was shown is an error, and is not shown twice", async () => {
    const start = { type: "content_block_start", index: 0, content_block: text("") };
    const server = makeServer(() => events([begun, start, words(0, "Half of")], 'event: message_delta\ndata: {"type'));
    const { model } = await open(await newStore(), server);
    const shown: string[] = [];
    const call = model.call(request({ onText: (piece) => shown.push(piece) }));
    await expect(call).rejects.toMatchObject({ code: "unavailable" });
    expect(shown).toEqual(["Half of"]);
    expect(server.asked).toHaveLength(1);
  });

  test("in which the server gets overloaded is asked for again", async () => {
    const busy = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const whole = [begun, { type: "content_block_start", index: 0, content_block: text("ok") }, ...ended];
    const server = makeServer((_asked, nth) => events(nth === 1 ? [begun, busy] : whole));
    const { model } = await open(await newStore(), server);
    expect((await model.call(request({ onText: () => undefined }))).stop).toBe("end_turn");
  });
});
