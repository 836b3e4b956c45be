import { StewardError } from "../../core/errors.ts";
import type { ModelContent, ModelPurpose, ModelReply, ModelTool } from "../../core/model.ts";
import type { KeptContent } from "../../core/run-event.ts";
import type { Journal } from "./journal.ts";
import type { RunDeps } from "./run-deps.ts";
import { guessTokens, messagesOf, placeToTrim } from "./run-messages.ts";
import type { RunView } from "./run-view.ts";

const answerTokens = 8000;
/** No request is longer, whatever the model could take: it would cost more than it is worth. */
const longestRequest = 100_000;
const spareTokens = 500;

export interface Asking {
  purpose: ModelPurpose;
  tools: readonly ModelTool[];
  signal: AbortSignal;
}

/**
 * Asks the model for what comes next and writes down what it said. Contract: what is too long is left out by reference first, and
 * that is written down, too; ids of tools that are not new in the run get new ones. Errors: those of `Model.call`.
 */
export async function askModel(deps: RunDeps, journal: Journal, { purpose, tools, signal }: Asking): Promise<void> {
  const { view, runId } = journal;
  const { contextTokens, images } = deps.model.caps();
  const context = Math.min(longestRequest, contextTokens);
  const maxTokens = Math.min(answerTokens * (view.continuations > 0 ? 2 : 1), Math.floor(context / 4));
  const system = view.begun?.system ?? "";
  const room = context - maxTokens - guessTokens(system) - guessTokens(JSON.stringify(tools)) - spareTokens;
  const before = placeToTrim(view, room);
  if (before !== null) await journal.append({ kind: "trimmed", body: { before } });
  await journal.append({ kind: "asked", body: { turn: view.turns + 1 } });
  const reply = await deps.model.call({
    role: "write",
    purpose,
    runId,
    system,
    tools,
    messages: await messagesOf(deps.store, view, images),
    maxTokens,
    format: null,
    effort: null,
    signal,
    ...(deps.onText === undefined || purpose !== "request" ? {} : { onText: deps.onText }),
  });
  // Written down only by the process that still works on it.
  if (signal.aborted) throw new StewardError("interrupted", "The run was stopped.");
  await journal.append({ kind: "answered", body: answerOf(reply, view) });
}

function answerOf({ callId, model, content, stop, usage, costUsd }: ModelReply, view: RunView) {
  return { callId, model, content: keepContent(content, view), stop, usage, costUsd };
}

/** Empty texts are refused when they come back, and an id twice would hide a call behind another. */
function keepContent(content: readonly ModelContent[], { toolIds, turns }: RunView): KeptContent[] {
  const seen = new Set(toolIds);
  return content.flatMap((part, index): KeptContent[] => {
    if (part.kind === "text") return part.text === "" ? [] : [part];
    if (part.kind === "opaque") return [part];
    if (part.kind !== "tool_use") return [];
    const id = part.id === "" || seen.has(part.id) ? `${part.id || "call"}_${turns + 1}_${index}` : part.id;
    seen.add(id);
    return [{ ...part, id, input: part.input ?? {} }];
  });
}
