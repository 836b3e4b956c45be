import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { ideal } from "../../../src/emulators/model/ideal/ideal.ts";
import { scenario } from "../../../src/emulators/model/scenario/scenario.ts";
import { startModel } from "./build-request.ts";

const answers = ideal({ judge: (view) => ({ json: { format: view.format !== null, words: view.words } }), "*": "ok" });
const schema = { type: "object", additionalProperties: false, properties: {} };
const base = {
  model: "any-model",
  max_tokens: 500,
  system: "# steward: judge",
  output_config: { format: { type: "json_schema", schema } },
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
};
const withDocument = {
  ...base,
  messages: [
    {
      role: "user",
      content: [
        { type: "document", source: { type: "text", data: "x" } },
        { type: "text", text: "Hi" },
      ],
    },
  ],
};

test("ollama never sees the format, wraps its JSON, drops blocks, counts nothing and names two numbers", async () => {
  const { ask, send } = startModel({ policy: answers, profile: "ollama" });
  expect((await ask(base)).text).toMatch(/^Here is the JSON[\s\S]*```json\n\{"format":false/);
  expect((await ask(withDocument)).text).toContain('"words":"Hi"');
  expect((await send(base, "/v1/messages/count_tokens")).status).toBe(404);
  const { usage } = z.looseObject({ usage: z.record(z.string(), z.number()) }).parse(await (await send(base)).json());
  expect(Object.keys(usage)).toEqual(["input_tokens", "output_tokens"]);
});

test("ollama forgets the beginning of what is too long, and says nothing", async () => {
  const { ask } = startModel({ policy: answers, profile: "ollama" });
  const text = `The word is NEEDLE. ${"hay ".repeat(6000)} The end.`;
  const { text: said } = await ask({ ...base, max_tokens: 9000, messages: [{ role: "user", content: text }] });
  expect(said).toContain("The end.");
  expect(said).not.toContain("NEEDLE");
});

test("vllm keeps to the format and refuses blocks it does not know; llama.cpp drops them", async () => {
  const vllm = startModel({ policy: answers, profile: "vllm" });
  expect(JSON.parse((await vllm.ask(base)).text)).toMatchObject({ format: true });
  expect((await vllm.send(withDocument)).status).toBe(400);
  const llamacpp = startModel({ policy: answers, profile: "llamacpp" });
  expect(JSON.parse((await llamacpp.ask(withDocument)).text)).toEqual({ format: false, words: "Hi" });
});

test("the worst server overloads, answers HTML, prose, half answers, wrong ids and nothing", async () => {
  const { send } = startModel({ policy: answers, profile: "garbage", sleep: async () => undefined });
  const seen = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const answer = await send(base);
      return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
    }),
  );
  expect(seen.map(({ status }) => status)).toContain(529);
  expect(seen.some(({ status, type }) => status === 404 && type === "text/html")).toBe(true);
  expect(seen.some(({ status, text }) => status === 200 && !text.endsWith("}"))).toBe(true);
  expect(seen.some(({ text }) => text.includes('"content":[]'))).toBe(true);
  expect(seen.every(({ text }) => !text.includes("format"))).toBe(true);
});

test("faults hit the request they are for and no other", async () => {
  const { world, send } = startModel({ policy: answers });
  const body = { ...base, model: "claude-haiku-5-5" };
  world.faults.add(
    { match: /messages judge$/, nth: 1, do: "status", status: 429, headers: { "retry-after": "1" } },
    { match: /messages judge$/, nth: 2, do: "drop" },
    { match: /messages judge$/, nth: 3, do: "truncate" },
    { match: /draft$/, do: "overload" },
  );
  const limited = await send(body);
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
  await expect(send(body)).rejects.toThrow("fetch failed");
  const half = await (await send({ ...body, stream: true })).text();
  expect(half).toContain("message_start");
  expect(half).not.toContain("message_stop");
  expect((await send(body)).status).toBe(200);
  expect(world.faults.hits()).toEqual([1, 1, 1, 0]);
});

const webPath = join(import.meta.dirname, "..", "..", "..", "data", "demo", "web.json");
const searching = (query: string) => ({
  model: "claude-haiku-5-5",
  max_tokens: 5000,
  tools: [{ type: "web_search_20260318", name: "web_search", max_uses: 1 }],
  messages: [{ role: "user", content: query }],
});

test("a web search is answered as the service does, from the pages it was given", async () => {
  const { ask, world } = startModel({ policy: scenario(), webPath });
  const { content } = await ask(searching("Talentbridge company"));
  const [search, found, page] = content.filter(({ type }) => type !== "thinking");
  expect(search).toMatchObject({
    type: "server_tool_use",
    name: "web_search",
    input: { query: "Talentbridge company" },
  });
  expect(found).toMatchObject({
    type: "web_search_tool_result",
    tool_use_id: search?.["id"],
    content: [{ type: "web_search_result", url: "https://talentbridge.example/" }],
  });
  expect(page).toMatchObject({ type: "text", text: expect.stringContaining("Three partners") });
  expect(world.totals().usage.webSearches).toBe(1);
  expect((await ask(searching("Xyzzy nowhere"))).text).toBe("Nothing was found.");
});

test("without pages a search has no answer", async () => {
  const { send } = startModel({ policy: scenario() });
  expect((await send(searching("Anything"))).status).toBe(400);
});

test("a probe is answered as far as the server lets it", async () => {
  const probe = { ...base, model: "claude-haiku-5-5", system: "# steward: probe" };
  const ok = { type: "object", additionalProperties: false, properties: { ok: { type: "boolean" } } };
  const format = { output_config: { format: { type: "json_schema", schema: ok } } };
  expect((await startModel({ policy: scenario() }).ask({ ...probe, ...format })).text).toBe('{"ok":true}');
  expect((await startModel({ policy: scenario(), profile: "ollama" }).ask({ ...probe, ...format })).text).toBe("ok");
  const tools = [{ name: "note", input_schema: { type: "object", properties: { word: { type: "string" } } } }];
  const { content } = await startModel({ policy: scenario() }).ask({ ...probe, output_config: {}, tools });
  expect(content.at(-1)).toMatchObject({ type: "tool_use", name: "note", input: { word: "ok" } });
  const hidden = `The secret word is quartz6.\n${"It was grey.\n".repeat(3000)}What is the secret word? Answer with that word alone.`;
  const needle = { ...probe, output_config: {}, messages: [{ role: "user", content: hidden }] };
  expect((await startModel({ policy: scenario() }).ask(needle)).text).toBe("quartz6");
  expect((await startModel({ policy: scenario(), profile: "ollama" }).ask(needle)).text).not.toContain("quartz6");
});
