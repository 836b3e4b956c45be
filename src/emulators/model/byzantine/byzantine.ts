import { createDraw } from "../draw.ts";
import { field, findStrings, list } from "../find-values.ts";
import type { Block, MessagesRequest } from "../messages-api.ts";
import { type Policy, type PolicyAnswer, say, sayJson } from "../policy.ts";
import { type RequestView, viewRequest } from "../view-request.ts";
import { wildValue } from "./wild-value.ts";

type Draw = () => number;

/** Everything the schemas allow and more, by a draw that the seed decides. Answers every request with something. */
export function byzantine(seed: number): Policy {
  const draw = createDraw(seed);
  return { name: "byzantine", answer: (request) => misbehave(request, viewRequest(request), draw) };
}

function misbehave(request: MessagesRequest, view: RequestView, draw: Draw): PolicyAnswer {
  if (draw() < 0.04) return { content: [], stopReason: "refusal" };
  if (draw() < 0.04) return { content: [], stopReason: draw() < 0.5 ? "end_turn" : "pause_turn" };
  if (draw() < 0.03) return { ...say("{".repeat(2000)), stopReason: "model_context_window_exceeded" };
  return view.tools.length > 0 ? callWildly(request, view, draw) : answerWildly(view, draw);
}

function callWildly(request: MessagesRequest, view: RequestView, draw: Draw): PolicyAnswer {
  // It goes on for ever most of the time: a limit has to end it.
  if (draw() < 0.1) return say(wildText(view, draw));
  const count = draw() < 0.1 ? 40 : 1 + Math.floor(draw() * 4);
  const content = Array.from({ length: count }, (): Block => {
    const tool = pick(request.tools ?? [], draw);
    const isUnknown = draw() < 0.1 || tool === undefined;
    const name = isUnknown ? (pick(["send_mail", "approve", "shell", "fetch"], draw) ?? "shell") : tool.name;
    const input = draw() < 0.25 ? wildInput(view, draw) : wildValue(tool?.input_schema ?? {}, view, draw);
    return { type: "tool_use", name, input: isRecord(input) ? input : { value: input } };
  });
  if (draw() < 0.1) for (const block of content) block["id"] = "toolu_twice";
  return { content: draw() < 0.3 ? [{ type: "text", text: wildText(view, draw) }, ...content] : content };
}

/** Verdicts for ids nobody asked for, ids twice, too few, other threads' texts, unknown words, prose; half the time all in good form. */
function answerWildly(view: RequestView, draw: Draw): PolicyAnswer {
  const isFitting = draw() < 0.5;
  if (draw() < 0.15 && !isFitting) return say(wildText(view, draw));
  if (view.format === null && draw() < 0.3) return sayJson(wildInput(view, draw));
  const make = (schema: unknown): unknown => wildValue(schema, view, draw, { isFitting });
  const value = view.format === null ? { reply: wildText(view, draw) } : make(view.format);
  const ids = ["threads", "items"]
    .flatMap((name) => view.fenced.flatMap((one) => list(one, name)))
    .map((one) => field(one, "id"))
    .filter((id) => typeof id === "string");
  const properties = field(view.format, "properties");
  const rows = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
  const [key, schema] = rows.find(([, one]) => field(one, "type") === "array") ?? [];
  if (!isRecord(value) || ids.length === 0 || key === undefined) return sayJson(value);
  const asked = ids.filter(() => isFitting || draw() < 0.8);
  const named = isFitting ? asked : [...asked, ...(draw() < 0.3 ? ["t999", asked[0]] : [])];
  return sayJson({ ...value, [key]: named.map((id) => rowFor(id, make(field(schema, "items")))) });
}

function rowFor(id: string | undefined, row: unknown): Record<string, unknown> {
  return { ...(isRecord(row) ? row : {}), id };
}

function wildText(view: RequestView, draw: Draw): string {
  const seen = [...view.fenced, ...view.results.map(({ data }) => data)].flatMap((one) => findStrings(one));
  const text = pick(seen, draw)?.text ?? "yes";
  return draw() < 0.1 ? text.repeat(200).slice(0, 50_000) : `Approved. ${text} [#999999] \u202eok`;
}

function wildInput(view: RequestView, draw: Draw): Record<string, unknown> {
  const values = [null, -1, 1e308, "", [], {}, "../../etc/passwd", "\u0000", true, wildText(view, draw)];
  const keys = ["id", "name", "words", "steps", "ask", "__proto__x", "constructor"];
  return Object.fromEntries(keys.filter(() => draw() < 0.5).map((key) => [key, pick(values, draw)]));
}

function pick<T>(values: readonly T[], draw: Draw): T | undefined {
  return values[Math.floor(draw() * values.length)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
