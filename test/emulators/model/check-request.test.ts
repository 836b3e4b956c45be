import { expect, test } from "vitest";
import { ideal, inTurn } from "../../../src/emulators/model/ideal/ideal.ts";
import { use } from "../../../src/emulators/model/policy.ts";
import { startModel } from "./build-request.ts";

const hello = { role: "user", content: "Hello" };
const base = { model: "claude-sonnet-5-5", max_tokens: 100, system: "# steward: request", messages: [hello] };
const tool = { name: "search", input_schema: { type: "object" } };
const marked = { type: "text", text: "x", cache_control: { type: "ephemeral" } };
const call = { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "search", input: {} }] };
const result = (id: string) => ({ type: "tool_result", tool_use_id: id, content: "found" });
const schema = (property: object) => ({
  format: { type: "json_schema", schema: { type: "object", additionalProperties: false, properties: { a: property } } },
});

test.each<[string, object, RegExp]>([
  ["sampling", { temperature: 0.5 }, /temperature/],
  ["a prefilled answer", { messages: [hello, { role: "assistant", content: "{" }] }, /prefill/],
  ["a thinking budget", { thinking: { type: "enabled", budget_tokens: 2000 } }, /budget_tokens/],
  ["forced tool use", { tools: [tool], tool_choice: { type: "any" } }, /tool_choice/],
  ["a tool choice without tools", { tool_choice: { type: "auto" } }, /only be specified while providing tools/],
  ["two tools of one name", { tools: [tool, tool] }, /unique/],
  [
    "five cache marks",
    { messages: [{ role: "user", content: [marked, marked, marked, marked, marked] }] },
    /maximum of 4/,
  ],
  [
    "an answer to no call",
    { messages: [hello, { role: "user", content: [result("toolu_1")] }] },
    /unexpected `tool_use_id`/,
  ],
  ["a call without its answer", { messages: [hello, call, hello] }, /without `tool_result`/],
  [
    "an answer after text",
    { messages: [hello, call, { role: "user", content: [{ type: "text", text: "x" }, result("toolu_1")] }] },
    /must come first/,
  ],
  ["a block nobody knows", { messages: [{ role: "user", content: [{ type: "mail", text: "x" }] }] }, /does not match/],
  ["an unknown field", { reply_to: 1 }, /Extra inputs/],
  ["empty text", { messages: [{ role: "user", content: [{ type: "text", text: "" }] }] }, /non-empty/],
  ["no first word of the user", { messages: [call, { role: "user", content: [result("toolu_1")] }] }, /first message/],
  [
    "citations in a user's text",
    { messages: [{ role: "user", content: [{ type: "text", text: "x", citations: [{}] }] }] },
    /citations/,
  ],
  ["a schema with a length", { output_config: schema({ type: "string", maxLength: 5 }) }, /maxLength/],
  ["an open object in a schema", { output_config: schema({ type: "object" }) }, /additionalProperties/],
  ["more tokens than there are", { max_tokens: 200_000 }, /maximum allowed/],
])("it refuses %s", async (_what, change, message) => {
  const { send, world } = startModel({ policy: ideal({ request: "Hello." }) });
  const answer = await send({ ...base, ...change });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    type: "error",
    error: { type: "invalid_request_error", message: expect.stringMatching(message) },
  });
  expect(world.requests()).toMatchObject([{ status: 400, usage: null, usd: 0 }]);
});

test("it refuses a wrong key, a missing version, and a model it does not serve", async () => {
  const { send } = startModel({ policy: ideal({ request: "Hello." }), key: "right" });
  const headers = { "x-api-key": "right" };
  expect((await send(base)).status).toBe(401);
  expect((await send({ ...base, model: "claude-none" }, "/v1/messages", headers)).status).toBe(404);
  expect((await send(base, "/v1/messages", { ...headers, "anthropic-version": "" })).status).not.toBe(404);
  expect((await send(base, "/v1/messages", headers)).status).toBe(200);
});

test("it takes its own thinking back as it was, and refuses it when earlier turns were changed", async () => {
  const { send, ask } = startModel({
    policy: ideal({ request: inTurn(use({ name: "search", input: {} }), "Done.", "Done.") }),
  });
  const body = { ...base, tools: [tool] };
  const { content } = await ask(body);
  expect(content[0]?.type).toBe("thinking");
  const id = content.find(({ type }) => type === "tool_use")?.["id"];
  const after = [
    { role: "assistant", content },
    { role: "user", content: [result(String(id))] },
  ];
  expect((await ask({ ...body, messages: [hello, ...after] })).text).toBe("Done.");
  const changed = await send({ ...body, messages: [{ role: "user", content: "Hello!" }, ...after] });
  expect(changed.status).toBe(400);
  expect(await changed.text()).toContain("signature");
});

test("thinking counts: an answer that has no room for more comes back without text", async () => {
  const { ask } = startModel({
    policy: ideal({ request: "A long answer that will be cut off somewhere in its middle." }),
  });
  expect(await ask({ ...base, max_tokens: 3 })).toMatchObject({ content: [], stop_reason: "max_tokens" });
  const cut = await ask({ ...base, max_tokens: 9 });
  expect(cut.stop_reason).toBe("max_tokens");
  expect(cut.text).toMatch(/^A long/);
});
