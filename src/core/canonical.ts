import { createHash } from "node:crypto";
import { StewardError } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * The one way a card's content becomes bytes: JSON with keys sorted by code unit, no white space, strings as they are (no
 * normalisation: another form of the same letter is another text), well formed, finite numbers.
 *
 * Contract: pure; equal values give equal bytes whatever the order of their keys, different values different bytes; an
 * `undefined` member counts as absent. Throws `internal` for what JSON cannot say: NaN, a lone surrogate, a function.
 * Source: RFC 8785, but for the form of numbers, which is ECMAScript's in both.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** SHA-256 of the canonical form, lower-case hex. */
export function canonicalHash(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** SHA-256 as lower-case hex; text as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Whether two values have the same canonical form. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

const deepest = 64;

function write(value: unknown, depth: number): string {
  if (depth > deepest) throw cannot("is nested too deeply");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw cannot("has a number that is none");
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw cannot("has half a character");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((one) => write(one, depth + 1)).join(",")}]`;
  if (typeof value !== "object" || !isPlain(value)) throw cannot("has a value that is no JSON");
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${write(key, depth + 1)}:${write(member, depth + 1)}`);
  return `{${members.join(",")}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function cannot(why: string): StewardError {
  return new StewardError("internal", `What would be approved ${why}.`);
}
