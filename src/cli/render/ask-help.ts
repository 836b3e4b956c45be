import type { Tier } from "../../core/action.ts";
import type { Paint } from "./paint.ts";
import { padEnd, wrap } from "./width.ts";

export interface AskHelpOptions {
  paint: Paint;
  width: number;
  self: string;
}

interface Field {
  /** `to`, or `when.day` within another. */
  name: string;
  kind: string;
  isRequired: boolean;
  about: string;
}

const tierWords: Record<Tier, string> = {
  read: "changes nothing",
  draft: "makes a draft that you finish",
  change: "changes your own things; can be undone",
  send: "reaches others",
  critical: "cannot be taken back",
};

/** Every action in a line: what it does and what that touches. */
export function actionLines(
  actions: readonly { name: string; tier: Tier; description: string }[],
  { paint, width }: AskHelpOptions,
): string[] {
  const widest = Math.max(0, ...actions.map(({ name }) => name.length)) + 2;
  return actions.flatMap(({ name, tier, description }) => {
    const room = Math.max(24, width - widest - 9);
    const [first = "", ...more] = wrap(description, room);
    const indent = " ".repeat(widest + 9);
    return [`${padEnd(name, widest)}${paint.dim(padEnd(tier, 9))}${first}`, ...more.map((line) => `${indent}${line}`)];
  });
}

/** What an action asks for, from its JSON Schema, with an example that can be pasted. Contract: pure; any schema is shown somehow. */
export function askHelp(
  { name, tier, description, askSchema }: { name: string; tier: Tier; description: string; askSchema: unknown },
  { paint, width, self }: AskHelpOptions,
): string[] {
  const fields = fieldsOf(askSchema, "");
  const names = Math.min(24, Math.max(0, ...fields.map((field) => field.name.length))) + 2;
  const rows = fields.flatMap((field) => {
    const need = field.isRequired ? "" : ", may be left out";
    const words = `${field.kind}${need}${field.about === "" ? "" : `. ${field.about}`}`;
    const [first = "", ...more] = wrap(words, Math.max(20, width - names - 2));
    return [`  ${padEnd(field.name, names)}${first}`, ...more.map((line) => `  ${" ".repeat(names)}${line}`)];
  });
  const example = `${self} propose ${name} --json '${JSON.stringify(exampleOf(askSchema))}'`;
  return [
    paint.bold(name),
    ...wrap(`${description} It ${tierWords[tier]} (${tier}).`, width),
    "",
    ...(rows.length === 0 ? ["  It asks for nothing."] : rows),
    "",
    // One line, however long: it is there to be copied.
    paint.dim(example),
  ];
}

function fieldsOf(schema: unknown, prefix: string): Field[] {
  const { properties, required } = parts(schema);
  return Object.entries(properties).flatMap(([key, value]): Field[] => {
    const inner = asRecord(value);
    const name = `${prefix}${key}`;
    const about = typeof inner["description"] === "string" ? inner["description"] : "";
    const field = { name, kind: kindOf(value), isRequired: required.has(key), about };
    const nested = inner["type"] === "array" ? fieldsOf(inner["items"], `${name}[].`) : fieldsOf(value, `${name}.`);
    return [field, ...nested];
  });
}

function kindOf(schema: unknown): string {
  const one = asRecord(schema);
  const choices = [one["enum"], one["anyOf"], one["oneOf"]].find(Array.isArray);
  if (Array.isArray(one["enum"])) return `one of ${one["enum"].map((value) => JSON.stringify(value)).join(", ")}`;
  if (choices !== undefined) return [...new Set(choices.map(kindOf))].join(" or ");
  if ("const" in one) return JSON.stringify(one["const"]);
  switch (one["type"]) {
    case "array":
      return `list of ${kindOf(one["items"])}`;
    case "string":
      return formatOf(one);
    case "integer":
      return "whole number";
    case "boolean":
      return "true or false";
    case "object":
      return "object";
    case "null":
      return "null";
    default:
      return typeof one["type"] === "string" ? one["type"] : "any value";
  }
}

function formatOf({ format }: Record<string, unknown>): string {
  if (format === "date-time") return "instant (2026-11-20T15:00:00Z)";
  return format === "date" ? "day (2026-11-20)" : "text";
}

/** The required fields with something in them. */
function exampleOf(schema: unknown): unknown {
  const { properties, required } = parts(schema);
  const given = Object.entries(properties).filter(([key]) => required.has(key));
  return Object.fromEntries(given.map(([key, value]) => [key, exampleValue(value)]));
}

function exampleValue(schema: unknown): unknown {
  const one = asRecord(schema);
  const choices = [one["enum"], one["anyOf"], one["oneOf"]].find(Array.isArray);
  if (Array.isArray(one["enum"])) return one["enum"][0];
  if (choices !== undefined) return exampleValue(choices[0]);
  if ("const" in one) return one["const"];
  switch (one["type"]) {
    case "array":
      return [exampleValue(one["items"])];
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "object":
      return exampleOf(schema);
    default:
      return "…";
  }
}

function parts(schema: unknown): { properties: Record<string, unknown>; required: ReadonlySet<string> } {
  const { properties, required } = asRecord(schema);
  return {
    properties: asRecord(properties),
    required: new Set(Array.isArray(required) ? required.map(String) : []),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
