import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { estimateTokens } from "../../src/core/estimate-tokens.ts";
import { boundaryOf, fence } from "../../src/core/fence.ts";
import type { ModelTool } from "../../src/core/model.ts";
import { cutJson } from "../../src/model/cut-json.ts";
import { count, folderMaker, storeMaker } from "../store/store-fixture.ts";
import { makeServer, message, open, request, text } from "./messages-server.ts";

const newStore = storeMaker();
const newFolder = folderMaker();
const own = { baseUrl: "http://localhost:8000", roles: { judge: "qwen3", write: "qwen3", summarise: "qwen3" } };
const ok = (): ReturnType<typeof makeServer> => makeServer(() => message([text("ok")]));
const format = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: { urgency: { type: "integer", minimum: 0, maximum: 3 } },
  required: ["urgency"],
  additionalProperties: false,
};
const tool: ModelTool = {
  name: "search",
  description: "Finds.",
  schema: { $schema: "x", type: "object", properties: { words: { type: "string" } } },
};
const say = (words: string): { role: "user"; content: { kind: "text"; text: string }[] } => ({
  role: "user",
  content: [{ kind: "text", text: words }],
});

describe("a request", () => {
  test("holds the answer to the schema where the server can, without what it does not take", async () => {
    const server = ok();
    const { model } = await open(await newStore(), server);
    await model.call(request({ format, effort: "low" }));
    expect(server.asked[0]?.body["output_config"]).toEqual({
      effort: "low",
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: { urgency: { type: "integer", description: "{minimum: 0, maximum: 3}" } },
          required: ["urgency"],
          additionalProperties: false,
        },
      },
    });
    expect(server.asked[0]?.body["system"]).toMatchObject([{ text: "# steward: judge\nJudge." }]);
  });

  test("has the schema in the prompt where the server cannot, and the JSON is cut out of the answer", async () => {
    const server = makeServer(() => message([text('Sure!\n```json\n{"urgency": 2}\n```\nAnything else?')]));
    const { model } = await open(await newStore(), server, { config: own });
    const reply = await model.call(request({ format, effort: "low" }));
    expect(reply.content).toEqual([{ kind: "text", text: '{"urgency": 2}' }]);
    expect(server.asked[0]?.body).not.toHaveProperty("output_config");
    expect(JSON.stringify(server.asked[0]?.body["system"])).toContain("urgency");
    expect(model.caps()).toMatchObject({ jsonFormat: false, contextTokens: 32_000 });
  });

  test("marks the system text for the cache, and in a loop what is read again by the next call", async () => {
    const server = ok();
    const { model } = await open(await newStore(), server);
    await model.call(request());
    const mark = { cache_control: { type: "ephemeral" } };
    expect(server.asked[0]?.body["system"]).toEqual([{ type: "text", text: "# steward: judge\nJudge.", ...mark }]);
    expect(JSON.stringify(server.asked[0]?.body["messages"])).not.toContain("cache_control");
    const use = { kind: "tool_use" as const, id: "t1", name: "search", input: { words: "a" } };
    const result = { kind: "tool_result" as const, id: "t1", text: "none", isError: true };
    await model.call(
      request({
        tools: [tool],
        messages: [say("first"), { role: "assistant", content: [use] }, { role: "user", content: [result] }],
      }),
    );
    expect(server.asked[1]?.body["tools"]).toEqual([
      {
        name: "search",
        description: "Finds.",
        input_schema: { type: "object", properties: { words: { type: "string" } } },
      },
    ]);
    expect(server.asked[1]?.body["messages"]).toEqual([
      { role: "user", content: [{ type: "text", text: "first", ...mark }] },
      { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "search", input: { words: "a" } }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "none", is_error: true, ...mark }] },
    ]);
  });

  test("has an image where it is seen, and says so in words where it is not", async () => {
    const server = ok();
    const store = await newStore();
    const image = { kind: "image" as const, mediaType: "image/png", base64: "aGk=" };
    const asked = request({ messages: [{ role: "user", content: [image] }] });
    await (await open(store, server)).model.call(asked);
    await (await open(store, server, { config: own })).model.call(asked);
    const blocks = server.asked.map(({ body }) => JSON.stringify(body["messages"]));
    expect(blocks[0]).toContain('"source":{"type":"base64","media_type":"image/png","data":"aGk="}');
    expect(blocks[1]).toContain("cannot see images");
  });

  test("is never empty where a model said nothing", async () => {
    const server = ok();
    const { model } = await open(await newStore(), server);
    await model.call(request({ messages: [say("a"), { role: "assistant", content: [] }, say("b")] }));
    expect(server.asked[0]?.body["messages"]).toMatchObject([{}, { content: [text("(nothing)")] }, {}]);
  });
});

describe("a request that is too long", () => {
  test("for a small model is refused before anything is sent or booked", async () => {
    const server = ok();
    const store = await newStore();
    const { model } = await open(store, server, { config: { ...own, contextTokens: 4_000 } });
    await expect(model.call(request({ messages: [say("word ".repeat(3_000))] }))).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/takes 3000 at once/),
    });
    expect(server.asked).toHaveLength(0);
    expect(count(store, "SELECT count(*) FROM model_calls")).toBe(0);
  });

  test("over 100,000 tokens never leaves, whatever the model could take", async () => {
    const server = ok();
    const { model } = await open(await newStore(), server);
    await expect(model.call(request({ messages: [say("word ".repeat(100_000))] }))).rejects.toMatchObject({
      code: "usage",
    });
    expect(server.asked).toHaveLength(0);
  });

  test("by our estimate only is counted by the server, and goes when it fits", async () => {
    let counted = 90_000;
    const server = makeServer(
      () => message([text("ok")]),
      () => counted,
    );
    const { model } = await open(await newStore(), server, { config: { budget: { dayUsd: 100, runUsd: 100 } } });
    const asked = request({ messages: [say("word ".repeat(60_000))] });
    await model.call(asked);
    counted = 100_001;
    await expect(model.call(asked)).rejects.toMatchObject({ code: "usage" });
    expect(server.asked).toHaveLength(1);
  });

  test("is estimated from above in every script", () => {
    expect(estimateTokens("a".repeat(3_200))).toBe(1_200);
    expect(estimateTokens("я".repeat(1_000))).toBe(600);
    expect(estimateTokens("字".repeat(1_000))).toBe(1_200);
  });
});

describe("a recorded call", () => {
  test("is answered without the network, with another boundary too", async () => {
    const folder = newFolder();
    const store = await newStore();
    const server = makeServer(() => message([{ type: "thinking", thinking: "hm", signature: "s" }, text("recorded")]));
    const asked = (run: string): ReturnType<typeof request> =>
      request({ runId: run, messages: [say(fence({ mail: "hi" }, boundaryOf(run)))] });
    const recorded = await (await open(store, server, { cassettes: { folder, mode: "record" } })).model.call(
      asked("a"),
    );
    const { model } = await open(store, server, { cassettes: { folder, mode: "replay" } });
    const shown: string[] = [];
    const replayed = await model.call({ ...asked("b"), onText: (piece) => shown.push(piece) });
    expect(replayed.content).toEqual(recorded.content);
    expect(replayed.costUsd).toBe(recorded.costUsd);
    expect(shown).toEqual(["recorded"]);
    expect(server.asked).toHaveLength(1);
  });

  test("holds no key, and one that was not recorded fails loudly", async () => {
    const folder = newFolder();
    const store = await newStore();
    const server = ok();
    await (await open(store, server, { cassettes: { folder, mode: "record" } })).model.call(request());
    const [name = ""] = readdirSync(folder);
    expect(readFileSync(join(folder, name), "utf8")).not.toContain("sk-ant");
    const { model } = await open(store, server, { cassettes: { folder, mode: "replay" } });
    await expect(model.call(request({ messages: [say("else")] }))).rejects.toMatchObject({ code: "not_found" });
    writeFileSync(join(folder, name), "{}");
    await expect(model.call(request())).rejects.toThrow();
    expect(server.asked).toHaveLength(1);
  });
});

describe("JSON cut out of an answer", () => {
  test.each([
    ['{"a":1}', '{"a":1}'],
    ["  [1]\n", "[1]"],
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['Here {it} is: {"a":"}{","b":[1]} and more', '{"a":"}{","b":[1]}'],
    ['{"a":"\\"}"}!', '{"a":"\\"}"}'],
    ["no JSON at all", "no JSON at all"],
    ['{"a":1', '{"a":1'],
  ])("of %j is %j", (given, expected) => {
    expect(cutJson(given)).toBe(expected);
  });

  test("takes no time on a million brackets", () => {
    const started = performance.now();
    cutJson("[".repeat(1_000_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
