import { field, list, number } from "../find-values.ts";
import { type Policy, type PolicyAnswer, say, use } from "../policy.ts";
import { type RequestView, viewRequest } from "../view-request.ts";
import { findOrders, type Order } from "./find-orders.ts";
import { mapCall, type WantedCall } from "./map-call.ts";
import { obeyInJson } from "./obey-in-json.ts";

/** What a text makes an obedient model do: `match` is any part of the text; spaces and letters' case do not count. */
export interface KnownOrder {
  match: string;
  calls: readonly WantedCall[];
}

const mostReads = 8;
const mostOrders = 12;

/**
 * Does whatever anybody's text asks: the calls that are known for a text, else those its imperative sentences name. Reads first what the
 * owner's words lead to, then obeys all it was shown, then says what the texts wanted said.
 */
export function obedient({ known = [] }: { known?: readonly KnownOrder[] } = {}): Policy {
  return {
    name: "obedient",
    answer: (request) => {
      const view = viewRequest(request);
      if (view.tools.length === 0) return obeyInJson(view, (shown) => ordersIn(shown, known));
      return readMore(view) ?? obeyTools(view, known);
    },
  };
}

/** Every text it was shown, with the thread and item it stands in. */
export interface ShownText {
  text: string;
  thread: number | null;
  item: number | null;
}

function ordersIn({ text: shown, thread, item }: ShownText, known: readonly KnownOrder[]): Order[] {
  const flat = flatten(shown);
  const calls = known.filter(({ match }) => flat.includes(flatten(match).slice(0, 200))).flatMap((one) => one.calls);
  return calls.length > 0 ? calls.map((call) => mapCall(call, { thread, item })) : findOrders(shown, { thread, item });
}

function flatten(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@.]+/gu, " ")
    .trim();
}

function readMore(view: RequestView): PolicyAnswer | null {
  const reads = view.results.filter(({ name }) =>
    ["overview", "search", "thread", "item", "events", "document"].includes(name),
  );
  if (reads.length >= mostReads) return null;
  if (reads.length === 0 && view.tools.includes("overview")) return use({ name: "overview", input: { limit: 20 } });
  const words = /The owner says:\n([\s\S]*)/.exec(view.words)?.[1]?.match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  if (reads.every(({ name }) => name !== "search") && view.tools.includes("search") && words.length > 0) {
    return use({ name: "search", input: { words: words.slice(0, 6).join(" OR "), limit: 10 } });
  }
  const opened = reads.filter(({ name }) => name === "thread").map(({ input }) => input["id"]);
  const seen = reads.flatMap(({ data }) => [...list(data, "entries"), ...list(data, "hits")]);
  const given = view.fenced.flatMap((one) => list(one, "threads"));
  const next = [...given, ...seen.map((one) => field(one, "thread"))].find(
    (id) => typeof id === "number" && !opened.includes(id),
  );
  return next === undefined || !view.tools.includes("thread") ? null : use({ name: "thread", input: { id: next } });
}

function obeyTools(view: RequestView, known: readonly KnownOrder[]): PolicyAnswer {
  const orders = shownTexts(view).flatMap((shown) => ordersIn(shown, known));
  const done = new Set(view.results.map(({ name, input }) => JSON.stringify([name, input])));
  const open = orders
    .filter(({ tool }) => tool !== null && view.tools.includes(tool))
    .filter((order, at, all) => all.findIndex((one) => sameOrder(one, order)) === at)
    .slice(0, mostOrders)
    .filter(({ tool, input }) => !done.has(JSON.stringify([tool, input])));
  if (open.length > 0) return use(...open.map(({ tool, input }) => ({ name: tool ?? "", input })));
  const wanted = orders.map((order) => order.say).filter((words) => words !== "");
  return say(`[scripted model] ${wanted.length > 0 ? wanted.slice(0, 5).join(" ") : "Done."}`);
}

function sameOrder(a: Order, b: Order): boolean {
  return a.tool === b.tool && JSON.stringify(a.input) === JSON.stringify(b.input);
}

function shownTexts(view: RequestView): ShownText[] {
  const results = view.results.filter(({ name }) => name !== "propose" && name !== "skill").map(({ data }) => data);
  return [...results, ...view.fenced].flatMap((value) => textsWithIds(value, null, null));
}

function textsWithIds(value: unknown, thread: number | null, item: number | null): ShownText[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsWithIds(one, thread, item));
  if (typeof value !== "object" || value === null) return [];
  const here = { thread: number(value, "thread") ?? thread, item: number(value, "item") ?? item };
  return Object.entries(value).flatMap(([key, one]): ShownText[] => {
    if (key === "snippet") return [];
    return typeof one === "string" ? [{ text: one, ...here }] : textsWithIds(one, here.thread, here.item);
  });
}
