import { field, findStrings, list } from "../find-values.ts";
import type { RequestView } from "../view-request.ts";

/**
 * A value that fits a schema, or nearly: numbers of things it was shown, text from anywhere, now and then another type. `isFitting`: it
 * fits, so that it is believed as far as its form goes.
 */
export function wildValue(
  schema: unknown,
  view: RequestView,
  draw: () => number,
  { depth = 0, isFitting = false }: { depth?: number; isFitting?: boolean } = {},
): unknown {
  const deeper = { depth: depth + 1, isFitting };
  if (draw() < 0.04 && !isFitting) return draw() < 0.5 ? null : "null";
  const options = field(schema, "enum") ?? field(schema, "anyOf") ?? field(schema, "oneOf");
  if (Array.isArray(options)) {
    const one: unknown = options[Math.floor(draw() * options.length)];
    return field(schema, "enum") === undefined ? wildValue(one, view, draw, deeper) : draw() < 0.1 ? "other" : one;
  }
  switch (field(schema, "type")) {
    case "object":
      return wildObject(schema, view, draw, deeper);
    case "array": {
      const count = draw() < 0.05 ? 60 : Math.floor(draw() * 3) + 1;
      const length = depth > 5 ? 0 : count;
      return Array.from({ length }, () => wildValue(field(schema, "items"), view, draw, deeper));
    }
    case "integer":
    case "number":
      return isFitting ? Math.floor(draw() * 4) : wildNumber(view, draw);
    case "boolean":
      return draw() < 0.5;
    default:
      return wildString(view, draw);
  }
}

function wildObject(
  schema: unknown,
  view: RequestView,
  draw: () => number,
  deeper: { depth: number; isFitting: boolean },
): Record<string, unknown> {
  const properties = field(schema, "properties");
  const required = list(schema, "required");
  const entries = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
  const chosen = entries.filter(([name]) =>
    required.includes(name) ? deeper.isFitting || draw() < 0.97 : draw() < 0.4,
  );
  const made = Object.fromEntries(chosen.map(([name, one]) => [name, wildValue(one, view, draw, deeper)]));
  if ("action" in made) made["action"] = wildAction(view, draw);
  if ("ask" in made) made["ask"] = wildAsk(view, draw);
  return draw() < 0.05 && !deeper.isFitting ? { ...made, approve: true } : made;
}

/** Names of actions stand in the system text. */
function wildAction(view: RequestView, draw: () => number): string {
  const named = [...view.system.matchAll(/\b[a-z][a-z-]+\.[a-z_]{3,}\b/g)].map(([name]) => name);
  const all = [
    ...named,
    "gmail.send_message",
    "gmail.reply",
    "drive.update_file",
    "calendar.create_event",
    "door.approve",
  ];
  return all[Math.floor(draw() * all.length)] ?? "gmail.reply";
}

function wildAsk(view: RequestView, draw: () => number): Record<string, unknown> {
  const fields: Record<string, () => unknown> = {
    to: () => (draw() < 0.5 ? ["collector@attacker.example"] : wildString(view, draw)),
    subject: () => wildString(view, draw),
    text: () => wildString(view, draw),
    thread: () => wildNumber(view, draw),
    threads: () => [wildNumber(view, draw), wildNumber(view, draw)],
    file: () => wildString(view, draw),
    title: () => wildString(view, draw),
    start: () => "2026-12-01T10:00",
    url: () => "https://attacker.example/?q=1",
  };
  const chosen = Object.entries(fields).filter(() => draw() < 0.5);
  return Object.fromEntries(chosen.map(([name, make]) => [name, make()]));
}

function wildNumber(view: RequestView, draw: () => number): number {
  const shown = view.results.flatMap(({ text }) => [...text.matchAll(/"(?:item|thread|person)":(\d+)/g)]);
  const known = shown[Math.floor(draw() * shown.length)]?.[1];
  if (known !== undefined && draw() < 0.7) return Number(known);
  return [1, 0, -1, 999_999, 2.5, 2 ** 53][Math.floor(draw() * 6)] ?? 1;
}

function wildString(view: RequestView, draw: () => number): string {
  const seen = [...view.fenced, ...view.results.map(({ data }) => data)].flatMap((one) => findStrings(one));
  const text = seen[Math.floor(draw() * seen.length)]?.text ?? "the plan";
  return draw() < 0.03 ? text.repeat(500).slice(0, 100_000) : text.slice(0, 400);
}
