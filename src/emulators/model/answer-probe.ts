import { isServerTool } from "./check-tools.ts";
import type { MessagesRequest } from "./messages-api.ts";
import { type Policy, type PolicyAnswer, say, sayJson, use } from "./policy.ts";
import { viewRequest } from "./view-request.ts";

/**
 * A model that is being tried out does what it is told as far as its server lets it: fills in a schema, calls the one tool, says back
 * the word it was to find. Null when this is no probe. `ideal` answers its own.
 */
export function answerProbe(request: MessagesRequest, policy: Policy): PolicyAnswer | null {
  const view = viewRequest(request);
  if (view.purpose !== "probe" || policy.name === "ideal") return null;
  if (view.format !== null) return sayJson(fillSchema(view.format));
  const tool = (request.tools ?? []).find((one) => !isServerTool(one));
  if (tool !== undefined && request.tool_choice?.type !== "none" && view.results.length === 0) {
    return use({ name: tool.name, input: fillSchema(tool.input_schema ?? {}) });
  }
  // The one picture a probe shows is a red square.
  if (view.images > 0) return say("Red");
  // No picture is decoded here; the probe's is a red square.
  if (view.images > 0) return say("red");
  // Whatever word the request hides is said back with all the rest of it, cut short.
  const needle = /\b(?:needle|word|code|nonce|number)\b[^\n]{0,40}?[:=]?\s["'`]?([A-Za-z0-9-]{4,40})["'`]?\.?/i.exec(
    view.words,
  )?.[1];
  return say(needle ?? "ok");
}

/** The smallest value that fits a schema. */
function fillSchema(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return null;
  const fields = new Map<string, unknown>(Object.entries(schema));
  if (fields.has("const")) return fields.get("const");
  const options = fields.get("enum") ?? fields.get("anyOf");
  if (Array.isArray(options)) return fields.has("enum") ? options[0] : fillSchema(options[0]);
  switch (fields.get("type")) {
    case "object": {
      const properties = fields.get("properties");
      const entries = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
      return Object.fromEntries(entries.map(([name, one]) => [name, fillSchema(one)]));
    }
    case "array":
      return fields.get("minItems") === 1 ? [fillSchema(fields.get("items"))] : [];
    case "boolean":
      return true;
    case "integer":
    case "number":
      return 1;
    case "null":
      return null;
    default:
      return "ok";
  }
}
