import { z } from "zod";
import { badRequest } from "./api-failure.ts";
import { type Block, blockSchema, type Turn, toBlocks } from "./messages-api.ts";
import type { Profile } from "./profiles.ts";

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() }).nullish();
const text = z.string().min(1, "text content blocks must be non-empty");
const mediaType = z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]);
const imageSource = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("base64"), media_type: mediaType, data: z.base64() }),
  z.strictObject({ type: z.literal("url"), url: z.string() }),
  z.strictObject({ type: z.literal("file"), file_id: z.string() }),
]);
const anyContent = z.union([z.string(), z.array(blockSchema)]);
const toolId = z.string().regex(/^[a-zA-Z0-9_-]+$/, "String should match pattern '^[a-zA-Z0-9_-]+$'");

/** Every block of the service and what it may hold. Source: types of @anthropic-ai/sdk 1.11.0. */
const blockSchemas: Record<string, z.ZodType> = {
  text: z.strictObject({
    type: z.literal("text"),
    text,
    cache_control: cacheControl,
    citations: z.array(z.looseObject({})).nullish(),
  }),
  image: z.strictObject({ type: z.literal("image"), source: imageSource, cache_control: cacheControl }),
  document: z.looseObject({ type: z.literal("document"), source: z.looseObject({ type: z.string() }) }),
  search_result: z.looseObject({ source: z.string(), title: z.string(), content: z.array(blockSchema) }),
  thinking: z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  redacted_thinking: z.strictObject({ type: z.literal("redacted_thinking"), data: z.string() }),
  tool_use: z.strictObject({
    type: z.literal("tool_use"),
    id: toolId,
    name: z.string().min(1).max(200),
    input: z.looseObject({}),
    cache_control: cacheControl,
    caller: z.looseObject({ type: z.string() }).nullish(),
  }),
  tool_result: z.strictObject({
    type: z.literal("tool_result"),
    tool_use_id: toolId,
    content: anyContent.optional(),
    is_error: z.boolean().nullish(),
    cache_control: cacheControl,
  }),
  server_tool_use: z.looseObject({ id: z.string(), name: z.string(), input: z.looseObject({}) }),
  web_search_tool_result: z.looseObject({ tool_use_id: z.string(), content: z.unknown() }),
  tool_reference: z.looseObject({ tool_name: z.string() }),
};

/** Where each block may stand. */
const rolesOf: Record<string, readonly Turn["role"][]> = {
  text: ["user", "assistant", "system"],
  tool_use: ["assistant"],
  thinking: ["assistant"],
  redacted_thinking: ["assistant"],
  server_tool_use: ["assistant"],
  web_search_tool_result: ["assistant"],
};

/** Refuses what the profile's server refuses in a turn, and leaves out what it drops. */
export function checkTurn(turn: Turn, at: number, profile: Profile): Turn {
  const content = toBlocks(turn.content).flatMap((block, place) => {
    const where = `messages.${at}.content.${place}`;
    if (!isKnown(block.type, profile)) {
      if (profile.unknownBlocks === "dropped") return [];
      throw badRequest(
        `${where}: Input tag '${block.type}' found using 'type' does not match any of the expected tags`,
      );
    }
    if (profile.strict) checkBlock(block, turn.role, where);
    return [block];
  });
  return { role: turn.role, content };
}

function isKnown(type: string, profile: Profile): boolean {
  return profile.knownBlocks === "all" ? type in blockSchemas : profile.knownBlocks.includes(type);
}

function checkBlock(block: Block, role: Turn["role"], where: string): void {
  const parsed = blockSchemas[block.type]?.safeParse(block);
  const issue = parsed?.error?.issues[0];
  if (issue !== undefined) throw badRequest(`${[where, block.type, ...issue.path].join(".")}: ${issue.message}`);
  if (!(rolesOf[block.type] ?? ["user"]).includes(role)) {
    throw badRequest(`${where}: \`${block.type}\` blocks are not permitted in ${role} messages`);
  }
  if (block.type === "text" && role === "user" && block["citations"] != null) {
    throw badRequest(`${where}: citations are not permitted on text blocks in user messages`);
  }
  if (block.type === "text" && String(block["text"]).trim() === "") {
    throw badRequest("messages: text content blocks must contain non-whitespace text");
  }
}
