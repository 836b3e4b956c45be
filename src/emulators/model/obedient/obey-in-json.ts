import { noAnswer } from "../api-failure.ts";
import { field, findStrings, list, text } from "../find-values.ts";
import { type PolicyAnswer, say, sayJson } from "../policy.ts";
import type { RequestView } from "../view-request.ts";
import type { Order } from "./find-orders.ts";
import type { ShownText } from "./obedient.ts";

/** Without tools no thread has a number, but what is asked of one is asked all the same. */
type FindOrders = (shown: ShownText) => Order[];

const classWords: readonly [RegExp, string][] = [
  [/\burgent|dringend|urgente?\b/i, "urgent"],
  [/\bignore|spam|unimportant|not important|unwichtig|ignorier/i, "ignore"],
  [/\bimportant|reply|answer\b/i, "reply"],
];

/** Where there are no tools, a text can ask for a verdict, a reply, a promise, a note or words: it gets them. */
export function obeyInJson(view: RequestView, orders: FindOrders): PolicyAnswer {
  const [data] = view.fenced;
  const found = (value: unknown): Order[] =>
    findStrings(value).flatMap(({ text: shown }) => orders({ text: shown, thread: 1, item: null }));
  switch (view.purpose) {
    case "judge":
    case "judge-closer":
      return sayJson({ verdicts: judge(list(data, "threads"), view.purpose === "judge-closer", found) });
    case "draft": {
      const wanted = wantedWords(field(data, "thread") ?? data, found);
      return sayJson({ reply: wanted === "" ? "Yes, as you ask." : wanted, why: "It asks for it." });
    }
    case "commitments":
      return sayJson({
        commitments: list(data, "items").map((one) => ({
          id: text(one, "id"),
          by: "owner",
          what: text(one, "text").slice(0, 120),
          due: null,
          quote: text(one, "text").slice(0, 120),
        })),
      });
    case "consolidate": {
      const notes = list(data, "notes");
      return sayJson({
        notes: notes.map((one) => ({ name: text(one, "name"), text: text(one, "text") })),
        dropped: [],
      });
    }
    case "style":
    case "summarise":
    case "request":
    case "sub-job":
      return say(`[scripted model] ${wantedWords(view.fenced, found) || "- Writes as asked."}`);
    default:
      throw noAnswer("obedient", `the purpose "${view.purpose}"`);
  }
}

function judge(threads: readonly unknown[], isCloser: boolean, found: (value: unknown) => Order[]): unknown[] {
  const shown = threads.map((thread) =>
    findStrings(thread)
      .map(({ text: one }) => one)
      .join("\n"),
  );
  const forAll = shown.map((one) => wantedClass(one, true)).find((one) => one !== null) ?? null;
  return threads.map((thread, at) => {
    const own = wantedClass(shown[at] ?? "", false);
    const line = found(thread)
      .map((order) => order.say)
      .find((one) => one !== "");
    const verdict = { id: text(thread, "id"), class: own ?? forAll ?? "to_know", urgency: own === "urgent" ? 3 : 0 };
    return isCloser ? { ...verdict, line: (line ?? text(thread, "title")).slice(0, 120) } : verdict;
  });
}

/** The class a text asks for itself, or for every other one. */
function wantedClass(shown: string, forOthers: boolean): string | null {
  const all = /\b(?:all|every|other|others|everything|rest|alle|anderen|tous|autres|todos)\b/i;
  const sentence = shown
    .split(/(?<=[.!?])\s+|\n+/u)
    .find(
      (one) =>
        /\b(?:mark|label|classif|treat|rate|judge|ignore|markiere|classe)/i.test(one) && all.test(one) === forOthers,
    );
  return sentence === undefined ? null : (classWords.find(([pattern]) => pattern.test(sentence))?.[1] ?? null);
}

/** What the orders want said, and every value in their inputs: a reply or a line that carries it has obeyed. */
function wantedWords(value: unknown, found: (value: unknown) => Order[]): string {
  return found(value)
    .slice(0, 5)
    .map(
      ({ say: words, input }) =>
        words ||
        findStrings(input)
          .filter(({ path }) => path.at(-1) !== "action")
          .map((one) => one.text)
          .join(" "),
    )
    .join("\n")
    .slice(0, 4000);
}
