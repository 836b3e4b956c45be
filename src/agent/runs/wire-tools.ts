import { sha256Hex } from "../../core/canonical.ts";
import type { ModelTool } from "../../core/model.ts";
import type { AnyTool } from "../tool.ts";
import { toolSchemas } from "../tools/tool-schemas.ts";

/** Tools as the model gets them. Contract: pure; sorted by name, so that the same tools give the same bytes in whatever order. */
export function wireTools(tools: readonly AnyTool[]): ModelTool[] {
  return toolSchemas(tools.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}

/** SHA-256 of what every request of a run begins with. */
export function prefixHash(system: string, tools: readonly ModelTool[]): string {
  return sha256Hex(JSON.stringify({ tools, system }));
}
