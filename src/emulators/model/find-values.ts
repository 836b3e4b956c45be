/** Every string inside a value with the keys that lead to it, in order. */
export function findStrings(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((one, at) => findStrings(one, [...path, String(at)]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => findStrings(one, [...path, key]));
}

/** A field of a value that may be no object. */
export function field(value: unknown, ...names: readonly string[]): unknown {
  let now = value;
  for (const name of names) {
    if (typeof now !== "object" || now === null) return undefined;
    now = new Map<string, unknown>(Object.entries(now)).get(name);
  }
  return now;
}

/** A field as a list; empty when it is none. */
export function list(value: unknown, ...names: readonly string[]): unknown[] {
  const found = field(value, ...names);
  return Array.isArray(found) ? found : [];
}

/** A field as text; empty when it is none. */
export function text(value: unknown, ...names: readonly string[]): string {
  const found = field(value, ...names);
  return typeof found === "string" ? found : "";
}

/** A field as a number; null when it is none. */
export function number(value: unknown, ...names: readonly string[]): number | null {
  const found = field(value, ...names);
  return typeof found === "number" ? found : null;
}
