import { z } from "zod";
import { policySchema } from "./policy.ts";

/**
 * The JSON schema of `policy.yaml`, for editors, as text; `data/templates/policy.schema.json` is this. What a schema cannot say
 * (an `allow` without a condition, hours that begin and end at once) `parsePolicy` refuses.
 */
export function policyJsonSchema(): string {
  const schema = z.toJSONSchema(policySchema, { io: "input", target: "draft-7" });
  return `${JSON.stringify({ title: "steward policy.yaml", ...schema }, null, 2)}\n`;
}
