import { z } from "zod";
import type { ModelTool } from "../../core/model.ts";
import type { AnyTool } from "../tool.ts";

/**
 * The tools as a model is told of them: JSON Schema without what goes without saying. Contract: pure; equal tools give equal bytes.
 */
export function toolSchemas(tools: readonly AnyTool[]): ModelTool[] {
  return tools.map(({ name, description, input }) => ({ name, description, schema: plain(z.toJSONSchema(input)) }));
}

/** Bounds that no model keeps to and every tool checks itself. */
const unsaid: ReadonlySet<string> = new Set(["$schema", "maxLength", "minLength", "exclusiveMinimum", "propertyNames"]);

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, member]) => !unsaid.has(key) && member !== Number.MAX_SAFE_INTEGER);
  return Object.fromEntries(kept.map(([key, member]) => [key, plain(member)]));
}
