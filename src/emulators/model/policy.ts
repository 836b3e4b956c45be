import type { Block, MessagesRequest } from "./messages-api.ts";

/** What a policy says. Blocks as the service writes them; a `tool_use` without `id` gets one. */
export interface PolicyAnswer {
  content: Block[];
  /** Without it: `tool_use` when a tool is used, else `end_turn`. */
  stopReason?: string;
}

/**
 * Who plays the model. Gets nothing but the request; throws `noAnswer(...)` where it has no answer.
 * Contract: the same requests in the same order get the same answers.
 */
export interface Policy {
  name: string;
  answer(request: MessagesRequest): PolicyAnswer | Promise<PolicyAnswer>;
}

/** An answer of text. */
export function say(text: string): PolicyAnswer {
  return { content: text === "" ? [] : [{ type: "text", text }] };
}

/** An answer of JSON and nothing else, as a `format` asks for. */
export function sayJson(value: unknown): PolicyAnswer {
  return say(JSON.stringify(value));
}

/** An answer that uses tools, in this order. */
export function use(...calls: readonly { name: string; input: unknown; id?: string }[]): PolicyAnswer {
  return { content: calls.map((call) => ({ type: "tool_use", ...call })) };
}
