import { StewardError } from "../core/errors.ts";
import { estimateTokens, tokensOfImage } from "../core/estimate-tokens.ts";
import type { ModelCall, Step } from "./call-step.ts";
import { longestRequest } from "./default-caps.ts";
import { tooLong } from "./name-failure.ts";
import type { Wire } from "./send-call.ts";
import { type WireBlock, type WireParams, wireSchema } from "./wire.ts";

/** Refuses a request with anything in it that is not listed as allowed, whoever put it there. */
export const checkStructure: Step = async (call, next) => {
  const checked = wireSchema.safeParse(call.params);
  if (checked.success) return await next(call);
  const where = checked.error.issues.at(0)?.path.map(String).join(".") ?? "";
  throw new StewardError("internal", `A request to the model had something in it that never leaves, at ${where}.`);
};

/**
 * Refuses a request that is longer than the model takes, so that no server cuts it silently. Near the limit the server is asked to
 * count, where it can. Errors: `usage`.
 */
export function checkLength(countTokens: Wire["countTokens"]): Step {
  return async (call, next) => {
    const room = roomFor(call);
    const estimate = estimateParams(call.params);
    if (estimate > room) {
      // The estimate is from above; only the server knows better.
      const isHopeless = estimate > room * 1.6 || !call.caps.countTokens;
      const counted = isHopeless ? null : await countTokens(call.params, call.request.signal);
      if ((counted ?? estimate) > room) {
        throw tooLong(
          `The request has about ${counted ?? estimate} tokens, and ${call.model} takes ${room} at once here.`,
        );
      }
    }
    return await next(call);
  };
}

/** A small model's number is for question and answer together. */
function roomFor({ caps, params }: ModelCall): number {
  return caps.contextTokens >= longestRequest ? longestRequest : caps.contextTokens - params.max_tokens;
}

/** Tokens of a whole request, from above. */
export function estimateParams(params: WireParams): number {
  const tools = estimateTokens(JSON.stringify(params.tools ?? []));
  const system = params.system.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  const messages = params.messages.reduce(
    (sum, { content }) => sum + content.reduce((all, block) => all + estimateBlock(block), 4),
    0,
  );
  const format =
    params.output_config?.format === undefined ? 0 : estimateTokens(JSON.stringify(params.output_config.format));
  return tools + system + messages + format;
}

function estimateBlock(block: WireBlock): number {
  switch (block.type) {
    case "text":
      return estimateTokens(block.text);
    case "image":
      return tokensOfImage;
    case "tool_result":
      return estimateTokens(block.content) + 10;
    case "tool_use":
    case "thinking":
    case "redacted_thinking":
      return estimateTokens(JSON.stringify(block));
  }
}
