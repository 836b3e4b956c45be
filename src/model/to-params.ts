import { z } from "zod";
import type { ModelCaps, ModelContent, ModelMessage, ModelRequest } from "../core/model.ts";
import { allowsEffort } from "./prices.ts";
import { thinkingSchema, type WireBlock, type WireParams } from "./wire.ts";

const noImage = "[an image; the model here cannot see images]";
const mediaTypes = z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const schemaObject = z.record(z.string(), z.unknown());

/**
 * A request as a server takes it that can do what `caps` says. Contract: equal requests give equal bytes; what changes from call to
 * call stands behind what stays, and what stays is marked for caches.
 */
export async function toParams(request: ModelRequest, model: string, caps: ModelCaps): Promise<WireParams> {
  const asksSchema = request.format !== null && !caps.jsonFormat;
  const system = asksSchema ? `${request.system}\n\n${schemaWords(request.format)}` : request.system;
  const mark = caps.cacheUsage ? ({ cache_control: { type: "ephemeral" } } as const) : {};
  const messages = request.messages.map((message) => toMessage(message, caps));
  const tools = request.tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    input_schema: { ...withoutDialect(schemaObject.parse(tool.schema)), type: "object" as const },
  }));
  // Only a loop sends its messages again: a mark on what is read once costs a quarter more and saves nothing.
  if (caps.cacheUsage && tools.length > 0) markLastOfUser(messages);
  const output = await toOutput(request, model, caps);
  return {
    model,
    max_tokens: request.maxTokens,
    system: [{ type: "text", text: system, ...mark }],
    ...(tools.length === 0 ? {} : { tools }),
    messages,
    ...(output === null ? {} : { output_config: output }),
  };
}

async function toOutput(
  request: ModelRequest,
  model: string,
  caps: ModelCaps,
): Promise<NonNullable<WireParams["output_config"]> | null> {
  const effort = request.effort !== null && allowsEffort(model) ? { effort: request.effort } : {};
  if (request.format === null || !caps.jsonFormat) return "effort" in effort ? effort : null;
  const { transformJSONSchema } = await import("@anthropic-ai/sdk/lib/transform-json-schema");
  const schema = schemaObject.parse(transformJSONSchema(schemaObject.parse(request.format)));
  return { format: { type: "json_schema", schema }, ...effort };
}

function schemaWords(format: unknown): string {
  return `Answer with JSON that fits this JSON Schema, and with nothing else: no code fence, no sentence before or after.\n${JSON.stringify(format)}`;
}

function withoutDialect({ $schema: _dialect, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return schema;
}

function toMessage(message: ModelMessage, caps: ModelCaps): { role: "user" | "assistant"; content: WireBlock[] } {
  const content = message.content.flatMap((one) => toBlock(one, caps));
  // A message of nothing is refused by every server; it happens where a model answered with nothing.
  return { role: message.role, content: content.length === 0 ? [{ type: "text", text: "(nothing)" }] : content };
}

function toBlock(content: ModelContent, caps: ModelCaps): WireBlock[] {
  switch (content.kind) {
    case "text":
      return content.text === "" ? [] : [{ type: "text", text: content.text }];
    case "image":
      return [toImage(content, caps)];
    case "tool_use":
      return [{ type: "tool_use", id: content.id, name: content.name, input: toInput(content.input) }];
    case "tool_result": {
      const result = { type: "tool_result" as const, tool_use_id: content.id, content: content.text };
      return [content.isError ? { ...result, is_error: true } : result];
    }
    case "opaque": {
      // Whatever else a server makes up is not sent back: only its thinking is signed, and only that it needs.
      const thinking = thinkingSchema.safeParse(content.block);
      return thinking.success ? [thinking.data] : [];
    }
  }
}

function toImage(content: { mediaType: string; base64: string }, caps: ModelCaps): WireBlock {
  const mediaType = mediaTypes.safeParse(content.mediaType);
  if (!caps.images || !mediaType.success) return { type: "text", text: noImage };
  return { type: "image", source: { type: "base64", media_type: mediaType.data, data: content.base64 } };
}

/** A model may have called a tool with something that is no object; the service takes nothing else back. */
function toInput(input: unknown): Record<string, unknown> {
  const object = schemaObject.safeParse(input);
  return object.success ? object.data : { value: input };
}

/** The last block of the last two messages to the model: what was written for the one is read by the next. */
function markLastOfUser(messages: { role: "user" | "assistant"; content: WireBlock[] }[]): void {
  const last = messages.filter(({ role }) => role === "user").slice(-2);
  for (const { content } of last) {
    const block = content.at(-1);
    if (block?.type === "text" || block?.type === "tool_result") block.cache_control = { type: "ephemeral" };
  }
}
