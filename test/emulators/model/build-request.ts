import { z } from "zod";
import { type Block, blockSchema } from "../../../src/emulators/model/messages-api.ts";
import { createModelWorld, type ModelWorldOptions } from "../../../src/emulators/model/model-world.ts";

/** Others' text as it reaches a model. */
export function fenced(value: unknown): string {
  return `<data-0123456789ab>\n${JSON.stringify(value).replace(/</g, "\\u003c").replace(/>/g, "\\u003e")}\n</data-0123456789ab>`;
}

const readingTools = [
  "commitments",
  "document",
  "events",
  "free_time",
  "item",
  "memory",
  "overview",
  "person",
  "search",
  "skill",
  "thread",
];
const proposingTools = ["actions", "ask_owner", "propose", "remember", "web_search"];

/** Every tool of docs/agent.md by name, sorted, as a request carries them. */
export const toolList = [...readingTools, ...proposingTools]
  .toSorted()
  .map((name) => ({ name, description: name, input_schema: { type: "object" } }));

const answerSchema = z.object({ content: z.array(blockSchema), stop_reason: z.string().nullable() });

/** A server and a way to ask it. */
export function startModel(options: ModelWorldOptions) {
  const world = createModelWorld(options);
  const send = async (body: unknown, path = "/v1/messages", headers: Record<string, string> = {}) =>
    await world.fetch(`http://127.0.0.1:1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": "k", "anthropic-version": "2026-10-21", ...headers },
      body: JSON.stringify(body),
    });
  const ask = async (body: unknown) => {
    const response = await send(body);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status} ${text}`);
    const { content, stop_reason } = answerSchema.parse(JSON.parse(text));
    return { content, stop_reason, text: content.map((block) => String(block["text"] ?? "")).join("") };
  };
  return { world, send, ask };
}

/** A question without tools, as judging and drafting ask it. */
export function askFor(purpose: string, data: unknown) {
  return {
    model: "claude-haiku-5-5",
    max_tokens: 8000,
    system: `# steward: ${purpose}\n\nDo it.`,
    messages: [{ role: "user", content: [{ type: "text", text: fenced(data) }] }],
  };
}

export type ToolAnswers = Readonly<Record<string, (input: Record<string, unknown>) => unknown | Promise<unknown>>>;
const inputSchema = z.record(z.string(), z.unknown());

/**
 * Plays a whole request of the owner: asks, answers every tool call from `tools`, until the model stops or asks the owner. A tool's
 * answer is fenced; `{note}` beside it stands outside.
 */
export async function playRequest(
  server: ReturnType<typeof startModel>,
  words: string,
  tools: ToolAnswers,
  given: { now?: string; data?: unknown; system?: string } = {},
) {
  const now = given.now ?? "2026-11-21T13:04+01:00 (Saturday), Europe/Berlin";
  const first = [`Now: ${now}`, ...(given.data === undefined ? [] : [fenced(given.data)]), `The owner says:\n${words}`];
  const messages: { role: string; content: unknown[] }[] = [
    { role: "user", content: first.map((text) => ({ type: "text", text })) },
  ];
  const calls: { name: string; input: Record<string, unknown> }[] = [];
  for (let turn = 0; turn < 24; turn += 1) {
    const { content, text, stop_reason } = await server.ask({
      model: "claude-sonnet-5-5",
      max_tokens: 8000,
      system: given.system ?? "# steward: request\n\nYou work for the owner.",
      tools: toolList,
      messages,
    });
    const uses = content.filter(({ type }) => type === "tool_use");
    calls.push(...uses.map((use) => ({ name: String(use["name"]), input: inputSchema.parse(use["input"]) })));
    if (stop_reason !== "tool_use" || uses.some((use) => use["name"] === "ask_owner"))
      return { calls, text, turns: turn + 1 };
    messages.push(
      { role: "assistant", content },
      { role: "user", content: await Promise.all(uses.map((use) => answerUse(use, tools))) },
    );
  }
  throw new Error("the request did not end");
}

async function answerUse(use: Block, tools: ToolAnswers): Promise<Block> {
  const answer = await tools[String(use["name"])]?.(inputSchema.parse(use["input"]));
  const note = typeof answer === "object" && answer !== null && "note" in answer ? `\n${String(answer.note)}` : "";
  const isError = answer === undefined;
  const text = isError ? "There is no such tool here." : `${fenced(answer)}${note}`;
  return {
    type: "tool_result",
    tool_use_id: use["id"],
    content: [{ type: "text", text }],
    ...(isError ? { is_error: true } : {}),
  };
}
