import { badRequest } from "./api-failure.ts";
import { countBlock, countRequest } from "./count-tokens.ts";
import { type MessagesRequest, textField, toBlocks } from "./messages-api.ts";
import type { Profile } from "./profiles.ts";

/**
 * What a server with a short memory reads of a request that is too long: it forgets the oldest messages, then the beginning of the last
 * one, and says nothing. Source: Ollama's way with prompts over its context.
 */
export function cutContext(request: MessagesRequest, { contextTokens, overflow }: Profile): MessagesRequest {
  if (countRequest(request) <= contextTokens) return request;
  if (overflow === "refused") {
    throw badRequest(`prompt is too long: ${countRequest(request)} tokens > ${contextTokens} maximum`);
  }
  let messages = request.messages;
  while (messages.length > 1 && countRequest({ ...request, messages }) > contextTokens) messages = messages.slice(1);
  const [last] = messages;
  if (last === undefined || messages.length > 1) return { ...request, messages };
  let over = countRequest({ ...request, messages }) - contextTokens;
  const content = toBlocks(last.content).flatMap((block) => {
    if (over <= 0) return [block];
    const tokens = countBlock(block);
    const kept = block.type === "text" ? textField(block, "text").slice(Math.ceil(over * 3.2)) : "";
    over -= tokens;
    return kept === "" ? [] : [{ ...block, text: kept }];
  });
  return { ...request, messages: [{ ...last, content }] };
}
