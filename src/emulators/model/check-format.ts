import { badRequest } from "./api-failure.ts";

/** What a schema of an answer may not say. Source: what the SDK's transform moves into descriptions, because the service refuses it. */
const refused = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "patternProperties",
  "oneOf",
  "not",
];
const formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];
const maps = ["properties", "$defs", "definitions"];

/** Refuses a schema of `output_config.format` that the service would refuse. */
export function checkFormat(schema: unknown, path = "output_config.format.schema"): void {
  if (Array.isArray(schema)) {
    for (const [at, one] of schema.entries()) checkFormat(one, `${path}.${at}`);
    return;
  }
  if (typeof schema !== "object" || schema === null) return;
  const fields = new Map(Object.entries(schema));
  const bad = refused.find((name) => fields.has(name));
  const type = String(fields.get("type") ?? "");
  if (bad !== undefined) throw badRequest(`${path}: For '${type}' type, property '${bad}' is not supported`);
  if (![undefined, 0, 1].some((count) => fields.get("minItems") === count)) {
    throw badRequest(`${path}: For 'array' type, 'minItems' values other than 0 or 1 are not supported`);
  }
  if (type === "object" && fields.get("additionalProperties") !== false) {
    throw badRequest(`${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`);
  }
  const format = fields.get("format");
  if (format !== undefined && !formats.some((one) => one === format)) {
    throw badRequest(`${path}: string format '${format}' is not supported`);
  }
  for (const [name, value] of fields) {
    if (maps.includes(name)) checkEach(value, `${path}.${name}`);
    else if (["items", "anyOf", "allOf"].includes(name)) checkFormat(value, `${path}.${name}`);
  }
}

function checkEach(schemas: unknown, path: string): void {
  if (typeof schemas !== "object" || schemas === null) return;
  for (const [name, schema] of Object.entries(schemas)) checkFormat(schema, `${path}.${name}`);
}
