import { badRequest } from "./api-failure.ts";
import type { ApiTool, MessagesRequest } from "./messages-api.ts";
import type { Profile } from "./profiles.ts";

const customFields = [
  "type",
  "name",
  "description",
  "input_schema",
  "cache_control",
  "strict",
  "defer_loading",
  "input_examples",
  "eager_input_streaming",
  "allowed_callers",
];

/** Tools the service runs itself. Source: reference of the Messages API. */
export const serverTools = ["web_search_20260318", "web_fetch_20260318", "code_execution_20260521"] as const;

export function isServerTool(tool: ApiTool): boolean {
  return serverTools.some((name) => name === tool.type);
}

/** Refuses tools as the service does: names, schemas, doubles, tools of the service where there are none. */
export function checkTools({ tools = [], tool_choice }: MessagesRequest, profile: Profile): void {
  tools.forEach((tool, at) => {
    if (isServerTool(tool)) {
      if (!profile.serverTools) throw badRequest(`tools.${at}: Field required: input_schema`);
      return;
    }
    checkCustom(tool, at, profile);
  });
  if (!profile.strict) return;
  const names = tools.map(({ name }) => name);
  if (new Set(names).size < names.length) throw badRequest("tools: Tool names must be unique.");
  if (tool_choice === undefined) return;
  if (!["auto", "any", "tool", "none"].includes(tool_choice.type)) {
    throw badRequest(`tool_choice: Input tag '${tool_choice.type}' does not match any of the expected tags`);
  }
  if (tools.length === 0) throw badRequest("tool_choice: may only be specified while providing tools");
  if (tool_choice.type === "tool" && !names.includes(tool_choice.name ?? "")) {
    throw badRequest(`tool_choice: Tool '${tool_choice.name}' not found in provided tools`);
  }
}

function checkCustom(tool: ApiTool, at: number, profile: Profile): void {
  if (tool.input_schema === undefined) throw badRequest(`tools.${at}.custom.input_schema: Field required`);
  if (!profile.strict) return;
  if (tool.type !== undefined && tool.type !== "custom") {
    throw badRequest(
      `tools.${at}: Input tag '${tool.type}' found using 'type' does not match any of the expected tags`,
    );
  }
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) {
    throw badRequest(`tools.${at}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  }
  if (tool.input_schema["type"] !== "object") {
    throw badRequest(`tools.${at}.custom.input_schema.type: Input should be 'object'`);
  }
  if (["anyOf", "oneOf", "allOf"].some((word) => word in (tool.input_schema ?? {}))) {
    throw badRequest(
      `tools.${at}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`,
    );
  }
  const unknown = Object.keys(tool).find((name) => !customFields.includes(name));
  if (unknown !== undefined) throw badRequest(`tools.${at}.custom.${unknown}: Extra inputs are not permitted`);
}
