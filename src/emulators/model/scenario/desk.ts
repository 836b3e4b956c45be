import { field, list, text } from "../find-values.ts";
import { outsideFences, type RequestView, type SeenResult } from "../view-request.ts";

/** What a flow needs next: it is written straight on, and stops at the first thing it has not been told yet. */
export class NextCall extends Error {
  readonly calls: readonly { name: string; input: Record<string, unknown> }[];

  constructor(calls: readonly { name: string; input: Record<string, unknown> }[]) {
    super(`next: ${calls.map(({ name }) => name).join(", ")}`);
    this.name = "NextCall";
    this.calls = calls;
  }
}

/** A request of the owner as a flow sees it. */
export interface Desk {
  /** The owner's words, those of the request that a question interrupted before them. */
  words: string;
  /** The owner's words of this very request. */
  newest: string;
  /** `2026-11-21`. */
  today: string;
  system: string;
  files: { item: number; name: string; mediaType: string }[];
  threads: number[];
  /** What was said in requests before this one, newest last. */
  earlier: unknown[];
  /** What a tool says to this input: at once when it was asked before, else the flow stops there. Null when there is no such tool, or no data. */
  ask(name: string, input: Record<string, unknown>): unknown;
  /** The same for several calls at once. */
  askAll(calls: readonly { name: string; input: Record<string, unknown> }[]): unknown[];
  /** What a result that was asked for says beside its data: why something was refused. */
  said(name: string, input: Record<string, unknown>): string;
  has(tool: string): boolean;
}

/** Lays out what a request holds. */
export function layOut(view: RequestView): Desk {
  const [given] = view.fenced;
  const newest = (/(?:The owner says|Task):\n([\s\S]*)/.exec(view.words)?.[1] ?? "").trim();
  const earlier = list(given, "earlier");
  const asked = earlier.at(-1);
  const interrupted = text(asked, "question") === "" ? "" : `${text(asked, "words")}\n`;
  const find = (name: string, input: Record<string, unknown>): SeenResult | undefined =>
    view.results.find((one) => one.name === name && same(one.input, input));
  const askPlain: Desk["askAll"] = (calls) => {
    const open = calls.filter(({ name, input }) => view.tools.includes(name) && find(name, input) === undefined);
    if (open.length > 0) throw new NextCall(open);
    return calls.map(({ name, input }) => find(name, input)?.data ?? null);
  };
  const askAll: Desk["askAll"] = (calls) => askPlain(calls).map((data) => readWhole(data, askPlain));
  return {
    words: `${interrupted}${newest}`,
    newest,
    today: /Now: (\d{4}-\d{2}-\d{2})/.exec(view.words)?.[1] ?? "1970-01-01",
    system: view.system,
    files: list(given, "files").flatMap((file) => {
      const item = field(file, "item");
      return typeof item === "number" ? [{ item, name: text(file, "name"), mediaType: text(file, "mediaType") }] : [];
    }),
    threads: list(given, "threads").filter((one) => typeof one === "number"),
    earlier,
    ask: (name, input) => askAll([{ name, input }])[0],
    askAll,
    said: (name, input) => outsideFences(find(name, input)?.text ?? "").trim(),
    has: (tool) => view.tools.includes(tool),
  };
}

/** A result that was too long comes in parts: the others are asked for, one after the other. */
function readWhole(data: unknown, ask: Desk["askAll"]): unknown {
  let whole = text(data, "part");
  if (whole === "") return data;
  for (let rest = text(data, "rest"); rest !== ""; ) {
    const [next] = ask([{ name: "item", input: { rest } }]);
    whole += text(next, "part");
    rest = text(next, "rest");
  }
  try {
    return JSON.parse(whole);
  } catch {
    return data;
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
