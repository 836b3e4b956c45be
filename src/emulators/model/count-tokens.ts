import type { Block, MessagesRequest } from "./messages-api.ts";
import { toBlocks } from "./messages-api.ts";

const charactersPerToken = 3.2;
/** An image counts by its size in pixels, which is not decoded here. */
const imageTokens = 1_500;

/** Tokens of a text: its characters by 3.2, the mean measured on mails in several languages. */
export function countText(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** Tokens of a block: of its JSON without `cache_control`; images at one rate. */
export function countBlock(block: Block): number {
  if (block.type === "image") return imageTokens;
  const { cache_control: _mark, ...rest } = block;
  if (block.type === "tool_result" && Array.isArray(rest["content"])) {
    const { content, ...outer } = rest;
    const inner = toBlocks(Array.isArray(content) ? content : []);
    return countText(JSON.stringify(outer)) + inner.reduce((sum, one) => sum + countBlock(one), 0);
  }
  return countText(block.type === "text" ? String(rest["text"] ?? "") : JSON.stringify(rest));
}

/** Tokens of a whole request: tools, system and messages. */
export function countRequest(request: Pick<MessagesRequest, "tools" | "system" | "messages">): number {
  const tools = (request.tools ?? []).reduce((sum, tool) => sum + countText(JSON.stringify(tool)), 0);
  const blocks = [request.system, ...request.messages.map(({ content }) => content)].flatMap((one) => toBlocks(one));
  return tools + blocks.reduce((sum, block) => sum + countBlock(block), 0);
}
