import { z } from "zod";
import { type ModelContent, type ModelStop, type ModelUsage, modelStops } from "../core/model.ts";

/** An answer as we keep it. `usage` is null where the service did not say. */
export interface WireReply {
  content: ModelContent[];
  stop: ModelStop;
  usage: ModelUsage | null;
}

const count = z.number().nonnegative().catch(0).default(0);
/** Every field may be missing: local servers send two of them, and null for others. */
export const usageSchema = z.object({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
});
const messageSchema = z.object({
  content: z.array(z.unknown()),
  stop_reason: z.string().nullish(),
  usage: usageSchema.nullish().catch(null),
});

const textSchema = z.object({ type: z.literal("text"), text: z.string() });
const toolUseSchema = z.object({
  type: z.literal("tool_use"),
  id: z.string().min(1),
  name: z.string().min(1),
  input: z.unknown(),
});

const garbage: WireReply = { content: [], stop: "garbage", usage: null };

/** Reads the answer of a server: whatever it is that is no message, such as a page in HTML, is garbage. Contract: never throws. */
export function readReply(body: unknown): WireReply {
  const message = messageSchema.safeParse(body);
  if (!message.success) return garbage;
  const content = message.data.content.map(readBlock);
  return {
    content,
    stop: readStop(message.data.stop_reason ?? null, content),
    usage: message.data.usage == null ? null : readUsage(message.data.usage),
  };
}

/** One block. What is neither text nor a call of a tool is kept as it came: blocks of thinking may stand anywhere, also first. */
export function readBlock(block: unknown): ModelContent {
  const text = textSchema.safeParse(block);
  if (text.success) return { kind: "text", text: text.data.text };
  const use = toolUseSchema.safeParse(block);
  if (use.success) return { kind: "tool_use", id: use.data.id, name: use.data.name, input: use.data.input };
  return { kind: "opaque", block };
}

export function readUsage(usage: z.output<typeof usageSchema>): ModelUsage {
  return {
    input: Math.floor(usage.input_tokens),
    cacheWrite: Math.floor(usage.cache_creation_input_tokens),
    cacheRead: Math.floor(usage.cache_read_input_tokens),
    output: Math.floor(usage.output_tokens),
  };
}

/** Some servers end with `end_turn` when a tool is called, or say `tool_use` when none is: the blocks decide. */
export function readStop(reason: string | null, content: readonly ModelContent[]): ModelStop {
  const stop = modelStops.find((one) => one === reason) ?? "garbage";
  const calls = content.some(({ kind }) => kind === "tool_use");
  if (stop === "end_turn" && calls) return "tool_use";
  if (stop === "tool_use" && !calls) return content.some(({ kind }) => kind === "text") ? "end_turn" : "garbage";
  return stop;
}
