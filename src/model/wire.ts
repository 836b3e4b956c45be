import { z } from "zod";

const cacheMark = z.strictObject({ type: z.literal("ephemeral") });
const marked = { cache_control: cacheMark.optional() };

const textBlock = z.strictObject({ type: z.literal("text"), text: z.string().min(1), ...marked });
const imageBlock = z.strictObject({
  type: z.literal("image"),
  source: z.strictObject({
    type: z.literal("base64"),
    media_type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
    data: z.string(),
  }),
});
const toolUseBlock = z.strictObject({
  type: z.literal("tool_use"),
  id: z.string().min(1),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
const toolResultBlock = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string().min(1),
  content: z.string(),
  is_error: z.literal(true).optional(),
  ...marked,
});
/** What a model thought: signed by its service, so it goes back with every field it had. */
const thinkingBlock = z.looseObject({ type: z.literal("thinking"), thinking: z.string() });
const redactedBlock = z.looseObject({ type: z.literal("redacted_thinking"), data: z.string() });
export const thinkingSchema = z.discriminatedUnion("type", [thinkingBlock, redactedBlock]);

const block = z.discriminatedUnion("type", [
  textBlock,
  imageBlock,
  toolUseBlock,
  toolResultBlock,
  thinkingBlock,
  redactedBlock,
]);
export type WireBlock = z.output<typeof block>;

/**
 * All that may ever be in a request: no tool that a server would run, no container, no MCP server, no file and no link as a source.
 * What is not listed here does not leave. Source: https://platform.claude.com/docs/en/api/messages
 */
export const wireSchema = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.number().int().positive(),
  system: z.array(textBlock),
  tools: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
        description: z.string(),
        input_schema: z.looseObject({ type: z.literal("object") }),
      }),
    )
    .optional(),
  messages: z.array(z.strictObject({ role: z.enum(["user", "assistant"]), content: z.array(block).min(1) })).min(1),
  output_config: z
    .strictObject({
      format: z.strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) }).optional(),
      effort: z.enum(["low", "medium", "high"]).optional(),
    })
    .optional(),
});
export type WireParams = z.output<typeof wireSchema>;
