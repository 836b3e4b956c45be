import { createHash } from "node:crypto";
import { badRequest } from "./api-failure.ts";
import { findModel } from "./catalogue.ts";
import { type Block, type MessagesRequest, type Turn, textField, toBlocks } from "./messages-api.ts";

/** A thinking block, signed for the conversation that it was thought in. */
export function writeThinking(request: MessagesRequest, text: string): Block {
  return { type: "thinking", thinking: text, signature: sign(request.model, request.messages, text) };
}

/**
 * Refuses thinking that was changed, or whose earlier turns were. Source: thinking is tied to the account on haiku, to model and
 * conversation on the others.
 */
export function checkThinking(request: MessagesRequest): void {
  request.messages.forEach((turn, at) => {
    for (const block of toBlocks(turn.content)) {
      if (block.type !== "thinking") continue;
      const right = sign(request.model, request.messages.slice(0, at), textField(block, "thinking"));
      if (textField(block, "signature") !== right) {
        throw badRequest(`messages.${at}: Invalid \`signature\` in \`thinking\` block`);
      }
    }
  });
}

function sign(model: string, turns: readonly Turn[], text: string): string {
  const isAccountWide = findModel(model)?.line === "haiku";
  const said = isAccountWide
    ? "haiku"
    : [model, turns.map(({ role, content }) => [role, toBlocks(content).flatMap(bare)])];
  return createHash("sha256")
    .update(JSON.stringify([said, text]))
    .digest("base64");
}

/** What a conversation says, whatever is marked for the cache and whatever thinking was left out. */
function bare({ cache_control: _mark, ...block }: Block): unknown[] {
  return block.type === "thinking" || block.type === "redacted_thinking" ? [] : [block];
}
