import { hideKeys } from "../core/marked-keys.ts";
import type { ModelContent, ModelRequest } from "../core/model.ts";

/**
 * A request without keys in it: private keys, keys with the mark of a service, and the secrets given. Contract: equal requests give
 * equal requests, so caches and traces are not disturbed; thinking goes back as it came, because the service signed it, and its model
 * has never seen a key.
 */
export function redactRequest(request: ModelRequest, secrets: readonly string[]): ModelRequest {
  const hide = (text: string): string => hideKeys(text, secrets);
  return {
    ...request,
    system: hide(request.system),
    tools: request.tools.map((tool) => ({ ...tool, description: hide(tool.description) })),
    messages: request.messages.map((message) => ({
      ...message,
      content: message.content.map((content) => redactContent(content, hide)),
    })),
  };
}

function redactContent(content: ModelContent, hide: (text: string) => string): ModelContent {
  switch (content.kind) {
    case "text":
    case "tool_result":
      return { ...content, text: hide(content.text) };
    case "tool_use":
      return { ...content, input: redactValue(content.input, hide) };
    case "image":
    case "opaque":
      return content;
  }
}

function redactValue(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) return value.map((one) => redactValue(one, hide));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactValue(one, hide)]));
}
