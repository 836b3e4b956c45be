import { badRequest } from "./api-failure.ts";
import { type Turn, textField, toBlocks } from "./messages-api.ts";

/**
 * Every `tool_use` is answered in the very next message, by its id, once; no `tool_result` stands for a call that was not made; results
 * stand before any text. Source: the service's own refusals.
 */
export function checkToolPairs(turns: readonly Turn[]): void {
  const seen = new Set<string>();
  turns.forEach((turn, at) => {
    const blocks = toBlocks(turn.content);
    const before = idsOf(turns[at - 1], "tool_use", "id");
    for (const [place, block] of blocks.entries()) {
      if (block.type !== "tool_result") continue;
      const id = textField(block, "tool_use_id");
      if (!before.includes(id)) {
        throw badRequest(
          `messages.${at}.content.${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        );
      }
      if (blocks.slice(0, place).some(({ type }) => type !== "tool_result")) {
        throw badRequest(`messages.${at}: \`tool_result\` blocks must come first in the content`);
      }
    }
    checkAnswered(before, idsOf(turn, "tool_result", "tool_use_id"), at);
    for (const id of idsOf(turn, "tool_use", "id")) {
      if (seen.has(id)) throw badRequest(`messages.${at}: \`tool_use\` ids must be unique: ${id}`);
      seen.add(id);
    }
  });
  const open = idsOf(turns.at(-1), "tool_use", "id");
  if (open.length > 0) checkAnswered(open, [], turns.length);
}

function checkAnswered(asked: readonly string[], answered: readonly string[], at: number): void {
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    throw badRequest(
      `messages.${at - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  }
  if (new Set(answered).size < answered.length) {
    throw badRequest(`messages.${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks`);
  }
}

function idsOf(turn: Turn | undefined, type: string, name: string): string[] {
  if (turn === undefined) return [];
  return toBlocks(turn.content)
    .filter((block) => block.type === type)
    .map((block) => textField(block, name));
}
