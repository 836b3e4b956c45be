import { expect, test } from "vitest";
import { z } from "zod";
import { ideal } from "../../../src/emulators/model/ideal/ideal.ts";
import { priceOf } from "../../../src/emulators/model/price-of.ts";
import { startModel } from "./build-request.ts";

const usageSchema = z.object({
  usage: z.object({
    input_tokens: z.number(),
    cache_creation_input_tokens: z.number(),
    cache_read_input_tokens: z.number(),
  }),
});
const long = "# steward: judge\n".padEnd(6400, "rules ");
const mark = { cache_control: { type: "ephemeral" } };

function start(profile: "anthropic" | "vllm" = "anthropic") {
  const time = { now: 0 };
  const { send, world } = startModel({ policy: ideal({ judge: "ok" }), profile, now: () => time.now });
  const ask = async (words: string, system = long, more: object = {}) => {
    const body = {
      model: "claude-haiku-5-5",
      max_tokens: 100,
      system: [{ type: "text", text: system, ...mark }],
      messages: [{ role: "user", content: words }],
      ...more,
    };
    const { usage } = usageSchema.parse(await (await send(body)).json());
    return [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens];
  };
  return { ask, time, world };
}

test("a prefix is written once and read for five minutes, and every read begins them anew", async () => {
  const { ask, time } = start();
  expect(await ask("12345678")).toEqual([3, 2000, 0]);
  time.now = 240_000;
  expect(await ask("other")).toEqual([2, 0, 2000]);
  time.now = 480_000;
  expect(await ask("other")).toEqual([2, 0, 2000]);
  time.now = 800_000;
  expect(await ask("other")).toEqual([2, 2000, 0]);
});

test("another byte, another tool, another schema or a short prefix is not read", async () => {
  const { ask } = start();
  await ask("x");
  expect((await ask("x", `${long}.`))[2]).toBe(0);
  expect((await ask("x", long, { tools: [{ name: "a", input_schema: { type: "object" } }] }))[2]).toBe(0);
  const format = { type: "json_schema", schema: { type: "object", additionalProperties: false, properties: {} } };
  expect((await ask("x", long, { output_config: { format } }))[2]).toBe(0);
  expect(await ask("x", "# steward: judge\nshort")).toEqual([8, 0, 0]);
});

test("a growing conversation reads what it wrote before", async () => {
  const { ask } = start();
  const first = { role: "user", content: "a".repeat(3200) };
  expect(await ask("", long, { cache_control: { type: "ephemeral" }, messages: [first] })).toEqual([0, 3000, 0]);
  const messages = [first, { role: "assistant", content: "b".repeat(320) }, { role: "user", content: "c".repeat(320) }];
  expect(await ask("", long, { cache_control: { type: "ephemeral" }, messages })).toEqual([0, 200, 3000]);
});

test("money is tokens by the model's prices, dearer above a hundred thousand for haiku", () => {
  const usage = { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0, thinking: 0, webSearches: 0 };
  const mega = 1_000_000;
  expect(priceOf("claude-haiku-5-5", { ...usage, input: 100_000, output: 10_000 })).toBeCloseTo(0.015);
  expect(priceOf("claude-haiku-5-5", { ...usage, input: 100_001 })).toBeCloseTo(0.0500005);
  expect(
    priceOf("claude-sonnet-5-5", { ...usage, cacheRead: mega, cacheWrite5m: mega, cacheWrite1h: mega }),
  ).toBeCloseTo(6.7);
  expect(priceOf("claude-opus-5-5", { ...usage, cacheRead: mega })).toBeCloseTo(0.2);
  expect(priceOf("llama", { ...usage, input: mega })).toBe(0);
  expect(priceOf("llama-x", { ...usage, webSearches: 3 })).toBe(0);
});

test("totals add up what every request cost", async () => {
  const { ask, world } = start();
  await ask("one");
  await ask("two");
  const { requests, byPurpose, usage, usd } = world.totals();
  expect({ requests, byPurpose }).toEqual({ requests: 2, byPurpose: { judge: 2 } });
  expect(usage).toMatchObject({ cacheWrite5m: 2000, cacheRead: 2000 });
  expect(usd).toBeCloseTo(
    world.requests().reduce((sum, one) => sum + one.usd, 0),
    12,
  );
});
