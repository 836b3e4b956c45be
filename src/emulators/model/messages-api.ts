import { z } from "zod";

/** A content block as it came: which fields it has depends on `type`, and `check-blocks.ts` holds it to that. */
export const blockSchema = z.looseObject({ type: z.string() });
export type Block = z.output<typeof blockSchema>;

const contentSchema = z.union([z.string(), z.array(blockSchema)]);

export const turnSchema = z.strictObject({ role: z.enum(["user", "assistant", "system"]), content: contentSchema });
export type Turn = z.output<typeof turnSchema>;

/** A tool of the caller's (no `type`, or `custom`) or of the service's own (`web_search_20260318`). */
export const toolSchema = z.looseObject({
  type: z.string().optional(),
  name: z.string(),
  description: z.string().optional(),
  input_schema: z.looseObject({}).optional(),
});
export type ApiTool = z.output<typeof toolSchema>;

const formatSchema = z.strictObject({ type: z.literal("json_schema"), schema: z.looseObject({}) });

/**
 * A request to `POST /v1/messages`, as far as every server reads it. Fields beyond these are refused or ignored by profile.
 * Source: reference of the Messages API, version 2026-10-21.
 */
export const requestSchema = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.int().min(0).optional(),
  messages: z.array(turnSchema),
  system: contentSchema.optional(),
  tools: z.array(toolSchema).optional(),
  tool_choice: z.looseObject({ type: z.string(), name: z.string().optional() }).optional(),
  stream: z.boolean().optional(),
  stop_sequences: z.array(z.string()).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  output_config: z
    .looseObject({
      format: formatSchema.nullish(),
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
    })
    .optional(),
  cache_control: z.looseObject({ type: z.string() }).nullish(),
});
export type MessagesRequest = z.output<typeof requestSchema>;

/** Top-level fields that the service knows besides those above. */
export const otherFields = ["metadata", "service_tier", "inference_geo", "temperature", "top_p", "top_k"] as const;

/** Tokens, as the service counts them: `input` is what was neither read from a cache nor written to one. */
export interface Usage {
  input: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
  output: number;
  thinking: number;
  webSearches: number;
}

/** Content as a list of blocks, whichever way it was written. */
export function toBlocks(content: string | readonly Block[] | undefined): Block[] {
  if (content === undefined) return [];
  return typeof content === "string" ? [{ type: "text", text: content }] : [...content];
}

/** A field of a block that should be text; empty when it is not. */
export function textField(block: Readonly<Record<string, unknown>>, name: string): string {
  const value = block[name];
  return typeof value === "string" ? value : "";
}

/** The text of content: text blocks and the text inside tool results, one below the other. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return z
    .array(blockSchema)
    .catch([])
    .parse(content)
    .map((block) => (block.type === "tool_result" ? textOf(block["content"]) : textField(block, "text")))
    .filter((text) => text !== "")
    .join("\n");
}
