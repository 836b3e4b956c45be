import type { ModelUsage } from "../../core/model.ts";
import type { RunLimit } from "../../core/run.ts";
import type { KeptContent, KeptRunEvent, RunEvent } from "../../core/run-event.ts";
import type { OwnerQuestion } from "../tool.ts";
import { addText, takeAnswer } from "./take-answer.ts";

type Body<Kind extends RunEvent["kind"]> = Extract<RunEvent, { kind: Kind }>["body"];

/** A part of a message as it stands in the list; a tool's result names the place of its call. */
export type ListedContent =
  | KeptContent
  | { kind: "tool_result"; key: string; id: string; text: string; isError: boolean };

export interface ListedMessage {
  role: "user" | "assistant";
  content: ListedContent[];
}

/** A tool the model asked for in its last answer. */
export interface PendingTool {
  key: string;
  id: string;
  name: string;
  input: unknown;
  hasBegun: boolean;
  result: Body<"tool_ended"> | null;
}

/** What the model's last answer comes to; null while it has to be asked. */
export type Finish =
  | { kind: "answer" }
  | { kind: "refusal" }
  | { kind: "garbage" }
  | { kind: "too_long" }
  | { kind: "context" };

/** Everything a run is, as its events say. */
export interface RunView {
  begun: Body<"begun"> | null;
  messages: ListedMessage[];
  pending: PendingTool[];
  finish: Finish | null;
  /** The answer so far, or what was said on the way. */
  text: string;
  /** The beginning of an answer that was cut. */
  partial: string;
  turns: number;
  /** How often a process took it up after another. */
  resumed: number;
  continuations: number;
  garbage: number;
  /** Whether a model call was begun whose answer never came. */
  isAsking: boolean;
  callId: string | null;
  usage: ModelUsage;
  costUsd: number;
  activeMs: number;
  lastAtMs: number | null;
  items: Set<number>;
  threads: Set<number>;
  toolIds: Set<string>;
  proposed: Body<"proposed">[];
  paid: Set<string>;
  trimmedBefore: number;
  lastTurn: RunLimit | null;
  question: OwnerQuestion | null;
  ended: Body<"ended"> | null;
}

/** A run to which nothing happened yet. */
export function emptyView(): RunView {
  return {
    begun: null,
    messages: [],
    pending: [],
    finish: null,
    text: "",
    partial: "",
    turns: 0,
    resumed: 0,
    continuations: 0,
    garbage: 0,
    isAsking: false,
    callId: null,
    usage: { input: 0, cacheWrite: 0, cacheRead: 0, output: 0 },
    costUsd: 0,
    activeMs: 0,
    lastAtMs: null,
    items: new Set(),
    threads: new Set(),
    toolIds: new Set(),
    proposed: [],
    paid: new Set(),
    trimmedBefore: 0,
    lastTurn: null,
    question: null,
    ended: null,
  };
}

/** The run as its events say. Contract: pure; the same events give the same list of messages, byte for byte. */
export function viewOf(events: readonly KeptRunEvent[]): RunView {
  const view = emptyView();
  for (const event of events) follow(view, event);
  return view;
}

/** Brings a view in step with what happened next. Contract: changes `view` and nothing else. */
export function follow(view: RunView, event: KeptRunEvent): void {
  passTime(view, event);
  switch (event.kind) {
    case "begun":
      view.begun = event.body;
      view.messages.push({ role: "user", content: [...event.body.first] });
      read(view, event.body);
      return;
    case "resumed":
      view.resumed += 1;
      view.isAsking = false;
      return;
    case "asked":
      view.isAsking = true;
      return;
    case "answered":
      view.isAsking = false;
      pay(view, event.body);
      takeAnswer(view, event.body);
      return;
    case "tool_begun":
      for (const tool of view.pending) if (tool.key === event.body.key) tool.hasBegun = true;
      return;
    case "tool_ended":
      endTool(view, event.body);
      return;
    case "proposed":
      view.proposed.push(event.body);
      return;
    case "paid":
      view.paid.add(event.body.runId);
      pay(view, event.body);
      return;
    case "trimmed":
      view.trimmedBefore = event.body.before;
      return;
    case "last_turn":
      view.lastTurn = event.body.limit;
      addText(view, lastTurnText);
      return;
    case "question":
      view.question = event.body;
      return;
    case "ended":
      view.ended = event.body;
      return;
  }
}

const lastTurnText =
  "A limit of this request is near. Answer now with what you have, and say what is missing. Tools no longer run.";

/** Between two processes nobody worked on it: that time does not count. */
function passTime(view: RunView, { kind, at }: KeptRunEvent): void {
  const atMs = Date.parse(at);
  if (view.lastAtMs !== null && kind !== "resumed") view.activeMs += Math.max(0, atMs - view.lastAtMs);
  view.lastAtMs = atMs;
}

function read(view: RunView, { itemIds, threadIds }: { itemIds: number[]; threadIds: number[] }): void {
  for (const id of itemIds) view.items.add(id);
  for (const id of threadIds) view.threads.add(id);
}

function pay(view: RunView, { usage, costUsd }: { usage: ModelUsage; costUsd: number | null }): void {
  view.usage = {
    input: view.usage.input + usage.input,
    cacheWrite: view.usage.cacheWrite + usage.cacheWrite,
    cacheRead: view.usage.cacheRead + usage.cacheRead,
    output: view.usage.output + usage.output,
  };
  view.costUsd += costUsd ?? 0;
}

/** Results stand in the order of the calls, whichever came first. */
function endTool(view: RunView, ended: Body<"tool_ended">): void {
  read(view, ended);
  for (const tool of view.pending) if (tool.key === ended.key) tool.result = ended;
  if (view.pending.some(({ result }) => result === null)) return;
  const results = view.pending.flatMap(({ key, id, result }): ListedContent[] =>
    result === null ? [] : [{ kind: "tool_result", key, id, text: result.text, isError: result.isError }],
  );
  const images = view.pending.flatMap(({ result }): ListedContent[] =>
    (result?.images ?? []).map((image) => ({ kind: "image", ...image })),
  );
  view.messages.push({ role: "user", content: [...results, ...images] });
  view.pending = [];
}
