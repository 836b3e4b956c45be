import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { ideal, inTurn } from "../../../src/emulators/model/ideal/ideal.ts";
import { createModelWorld, type ModelWorldOptions } from "../../../src/emulators/model/model-world.ts";
import { use } from "../../../src/emulators/model/policy.ts";
import { serveModel } from "../../../src/emulators/model/serve-model.ts";

const system = "# steward: request\nYou work for the owner.";
const hello = { role: "user" as const, content: "Hello" };
const searchTool = { name: "search", input_schema: { type: "object" as const, properties: {} } };

function connect(options: Partial<ModelWorldOptions> = {}) {
  const world = createModelWorld({ policy: ideal({ request: "Hello to you." }), ...options });
  const client = new Anthropic({
    apiKey: "test-key",
    baseURL: "http://127.0.0.1:1",
    fetch: world.fetch,
    maxRetries: 0,
    logLevel: "off",
  });
  return { world, client };
}

test("the official client gets an answer, its usage, and the request is kept", async () => {
  const { world, client } = connect();
  const message = await client.messages.create({
    model: "claude-sonnet-5-5",
    max_tokens: 500,
    system,
    messages: [hello],
  });
  expect(message.content.map(({ type }) => type)).toEqual(["thinking", "text"]);
  expect(message.content[1]).toMatchObject({ text: "Hello to you." });
  expect(message.stop_reason).toBe("end_turn");
  expect(message.usage.input_tokens).toBe(Math.ceil(system.length / 3.2) + 2);
  expect(world.requests()).toMatchObject([{ path: "/v1/messages", purpose: "request", status: 200 }]);
  expect(world.totals()).toMatchObject({ requests: 1, byPurpose: { request: 1 } });
  expect(world.totals().usd).toBeGreaterThan(0);
});

test("the same answer streams, and the client puts it together again", async () => {
  const policy = ideal({ request: use({ name: "search", input: { words: "the plate that came by mail" } }) });
  const { client } = connect({ policy });
  const stream = client.messages.stream({
    model: "claude-haiku-5-5",
    max_tokens: 500,
    system,
    tools: [searchTool],
    messages: [hello],
  });
  const message = await stream.finalMessage();
  expect(message.stop_reason).toBe("tool_use");
  expect(message.content.at(-1)).toMatchObject({
    type: "tool_use",
    name: "search",
    input: { words: "the plate that came by mail" },
  });
});

test("answers in turn end loudly when there is none left", async () => {
  const { client } = connect({ policy: ideal({ request: inTurn("first", { json: { second: true } }) }) });
  const ask = () => client.messages.create({ model: "claude-haiku-5-5", max_tokens: 100, system, messages: [hello] });
  expect((await ask()).content.at(-1)).toMatchObject({ text: "first" });
  expect((await ask()).content.at(-1)).toMatchObject({ text: '{"second":true}' });
  await expect(ask()).rejects.toThrow(/400.*no answer for the purpose/);
});

test("a served world answers on a real port until it is closed", async () => {
  const { world } = connect();
  const served = await serveModel(world);
  const client = new Anthropic({ apiKey: "k", baseURL: served.url, maxRetries: 0, logLevel: "off" });
  const counted = await client.messages.countTokens({ model: "claude-haiku-5-5", messages: [hello] });
  expect(counted.input_tokens).toBe(2);
  await served.close();
  await expect(client.messages.countTokens({ model: "claude-haiku-5-5", messages: [hello] })).rejects.toThrow();
});
