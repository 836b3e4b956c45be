import { createHash } from "node:crypto";
import { countBlock, countText } from "./count-tokens.ts";
import { type Block, type MessagesRequest, textField, type Usage } from "./messages-api.ts";
import type { PolicyAnswer } from "./policy.ts";
import type { CachedPrompt } from "./prefix-cache.ts";
import type { Profile } from "./profiles.ts";
import { writeThinking } from "./thinking.ts";

/** A message as the server answers it, and what it cost. */
export interface WrittenMessage {
  message: Record<string, unknown>;
  content: Block[];
  stopReason: string;
  usage: Usage;
}

/** Ids of the service's form; the same number gives the same id. */
export function makeId(kind: "msg" | "toolu" | "srvtoolu" | "req", number: number): string {
  return `${kind}_01${createHash("sha256").update(`${kind} ${number}`).digest("base64url").replace(/[-_]/g, "x").slice(0, 22)}`;
}

/** Writes the message of an answer: ids, thinking, the profile's way with JSON, cut at `max_tokens`, and its usage. */
export function writeMessage(
  request: MessagesRequest,
  answer: PolicyAnswer,
  prompt: CachedPrompt,
  { profile, serial }: { profile: Profile; serial: number },
): WrittenMessage {
  const thought =
    profile.thinks && request.thinking?.type !== "disabled" ? [writeThinking(request, "Reading it.")] : [];
  const written = answer.content.flatMap((block, at) => dress(block, request, profile, serial * 100 + at));
  const { content, output, isCut } = cutAt([...thought, ...written], request.max_tokens ?? 0);
  const usesTool = content.some(({ type }) => type === "tool_use");
  const stopReason = isCut ? "max_tokens" : (answer.stopReason ?? (usesTool ? "tool_use" : "end_turn"));
  const usage: Usage = {
    input: prompt.input,
    cacheRead: prompt.cacheRead,
    cacheWrite5m: prompt.cacheWrite5m,
    cacheWrite1h: prompt.cacheWrite1h,
    output,
    thinking: content.filter(({ type }) => type === "thinking").reduce((sum, block) => sum + countOutput(block), 0),
    webSearches: content.filter(({ type }) => type === "server_tool_use").length,
  };
  const message = {
    id: makeId("msg", serial),
    type: "message",
    role: "assistant",
    model: request.model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: writeUsage(usage, profile),
  };
  return { message, content, stopReason, usage };
}

/** The usage as the profile's server writes it. */
export function writeUsage(usage: Usage, profile: Profile): Record<string, unknown> {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, thinking, webSearches } = usage;
  if (!profile.cacheUsage) {
    return { input_tokens: input + cacheRead + cacheWrite5m + cacheWrite1h, output_tokens: output };
  }
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite5m, ephemeral_1h_input_tokens: cacheWrite1h },
    output_tokens: output,
    output_tokens_details: { thinking_tokens: thinking },
    server_tool_use: webSearches === 0 ? null : { web_search_requests: webSearches, web_fetch_requests: 0 },
    service_tier: "standard",
  };
}

function dress(block: Block, request: MessagesRequest, profile: Profile, number: number): Block[] {
  if (block.type === "tool_use") {
    const isForbidden = profile.toolChoice === "kept" && request.tool_choice?.type === "none";
    return isForbidden ? [] : [{ ...block, id: block["id"] ?? makeId("toolu", number) }];
  }
  if (block.type !== "text" || (profile.jsonFormat && request.output_config?.format != null)) return [block];
  return [{ ...block, text: styleJson(textField(block, "text"), profile) }];
}

/** A model that nothing holds to a schema wraps its JSON, or says it in prose. */
function styleJson(text: string, { jsonStyle }: Profile): string {
  if (!/^\s*[{[]/.test(text) || jsonStyle === "bare") return text;
  if (jsonStyle === "fenced") return `Here is the JSON you asked for:\n\n\`\`\`json\n${text}\n\`\`\``;
  return "I had a look at everything, and most of it seems to be fine; a few things may want an answer.";
}

function countOutput(block: Block): number {
  return block.type === "thinking" ? countText(textField(block, "thinking")) : countBlock(block);
}

function cutAt(blocks: readonly Block[], most: number): { content: Block[]; output: number; isCut: boolean } {
  const content: Block[] = [];
  let output = 0;
  for (const block of blocks) {
    const tokens = countOutput(block);
    if (output + tokens > most) {
      const kept = textField(block, "text").slice(0, Math.floor((most - output) * 3.2));
      if (block.type === "text" && kept !== "") content.push({ ...block, text: kept });
      return { content, output: most, isCut: true };
    }
    content.push(block);
    output += tokens;
  }
  return { content, output, isCut: false };
}
