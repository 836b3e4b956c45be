import type { KeptContent, RunEvent } from "../../core/run-event.ts";
import type { RunView } from "./run-view.ts";

type Answer = Extract<RunEvent, { kind: "answered" }>["body"];

/** How often an answer that was cut is asked for again, and one that is none. */
const mostContinuations = 3;
const mostGarbage = 2;

/**
 * What an answer of the model does to a run, for each of the reasons it may stop for. Contract: changes `view` and nothing else; what
 * was cut in the middle of a tool's input is never run.
 */
export function takeAnswer(view: RunView, answer: Answer): void {
  view.turns += 1;
  view.callId = answer.callId;
  switch (answer.stop) {
    case "refusal":
      view.finish = { kind: "refusal" };
      return;
    case "model_context_window_exceeded":
      view.text = textOf(answer.content) || view.text;
      view.finish = { kind: "context" };
      return;
    case "garbage":
      takeGarbage(view);
      return;
    case "max_tokens":
    case "pause_turn":
      goOn(view, answer);
      return;
    case "end_turn":
    case "stop_sequence":
    case "tool_use":
      takeWhole(view, answer.content);
      return;
  }
}

function takeWhole(view: RunView, content: readonly KeptContent[]): void {
  const uses = content.flatMap((part) => (part.kind === "tool_use" ? [part] : []));
  const said = textOf(content);
  if (uses.length === 0 && said === "" && view.partial === "") {
    takeGarbage(view);
    return;
  }
  view.garbage = 0;
  view.continuations = 0;
  view.text = view.partial + said || view.text;
  view.partial = "";
  // An answer without text after one that was cut would be a message without content.
  if (content.length > 0) view.messages.push({ role: "assistant", content: [...content] });
  if (uses.length === 0) {
    view.finish = { kind: "answer" };
    return;
  }
  for (const { id } of uses) view.toolIds.add(id);
  view.pending = uses.map(({ id, name, input }, index) => ({
    key: `${view.turns}.${index}`,
    id,
    name,
    input,
    hasBegun: false,
    result: null,
  }));
}

/** The same is asked again, without what nobody could read. */
function takeGarbage(view: RunView): void {
  view.garbage += 1;
  if (view.garbage > mostGarbage) view.finish = { kind: "garbage" };
}

function goOn(view: RunView, { content }: Answer): void {
  const kept = content.filter(({ kind }) => kind !== "tool_use");
  const said = textOf(kept);
  view.partial += said;
  view.text = view.partial || view.text;
  view.continuations += 1;
  if (view.continuations > mostContinuations) {
    view.finish = { kind: "too_long" };
    return;
  }
  if (said === "") {
    addText(view, "Your answer was cut before it said anything. Say it in fewer words, or ask for one tool at a time.");
    return;
  }
  view.messages.push({ role: "assistant", content: kept });
  addText(view, "Your answer was cut. Go on exactly where it stopped, without repeating anything.");
}

/** The text of an answer, its parts one after the other. */
export function textOf(content: readonly KeptContent[]): string {
  return content.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("");
}

/** Adds a sentence of ours to the message that is about to be sent. */
export function addText(view: RunView, text: string): void {
  const last = view.messages.at(-1);
  if (last?.role === "user") last.content.push({ kind: "text", text });
  else view.messages.push({ role: "user", content: [{ kind: "text", text }] });
}
