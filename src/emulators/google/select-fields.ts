import { GoogleFailure } from "./google-error.ts";

/** Names that an answer may have; `true` where what lies below is not checked. */
export interface KnownFields {
  [name: string]: true | KnownFields;
}

type Mask = Map<string, Mask | null>;

/**
 * Cuts an answer down to the `fields` of a request: `a,b(c,d),e/f`, `e.f`, `*`. What is asked for and is not there is left
 * out. Errors: 400 for a name that the resource does not have, and for what is no mask at all.
 * Source: https://developers.google.com/workspace/drive/api/guides/fields-parameter
 */
export function selectFields(value: object, fields: string, known: KnownFields): Record<string, unknown> {
  const mask = parseMask(fields);
  checkNames(mask, known, fields);
  const chosen = cut(value, mask);
  return typeof chosen === "object" && chosen !== null ? Object.fromEntries(Object.entries(chosen)) : {};
}

/** Every name of a list as known, with nothing checked below. */
export function knownFields(names: readonly string[]): KnownFields {
  return Object.fromEntries(names.map((name) => [name, true as const]));
}

function cut(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((one) => cut(one, mask));
  if (typeof value !== "object" || value === null) return value;
  const all = mask.get("*");
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const below = mask.has(name) ? mask.get(name) : all;
    if (below === undefined) return [];
    return [[name, below === null ? inner : cut(inner, below)] as const];
  });
  return Object.fromEntries(kept);
}

function checkNames(mask: Mask, known: KnownFields, fields: string): void {
  for (const [name, below] of mask) {
    const allowed = name === "*" ? true : known[name];
    if (allowed === undefined) throw invalid(name);
    if (allowed !== true && below !== null) checkNames(below, allowed, fields);
  }
}

function parseMask(text: string): Mask {
  const mask: Mask = new Map();
  for (const part of splitTop(text)) {
    const found = /^([\w*-]+)(?:\((.*)\)|[/.](.+))?$/s.exec(part.trim());
    if (found === null) throw invalid(part.trim());
    const inner = found[2] ?? found[3];
    mask.set(found[1] ?? "", inner === undefined ? null : parseMask(inner));
  }
  return mask;
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    else if (text[at] === ")") depth -= 1;
    else if (text[at] === "," && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function invalid(name: string): GoogleFailure {
  return new GoogleFailure(400, `Invalid field selection ${name}`, "invalidParameter");
}
