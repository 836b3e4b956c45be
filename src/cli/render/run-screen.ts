import type { RunTrace } from "../../agent/runs/read-trace.ts";
import type { RunOutcome } from "../../agent/runs/run-request.ts";
import { type Citations, citedItems, makeCitations } from "../../core/citations.ts";
import { plural } from "../../core/plural.ts";
import type { RunLimit, RunState } from "../../core/run.ts";
import { duration, moment } from "../../core/times.ts";
import type { RunCard } from "../../store/cards-of-run.ts";
import type { Run } from "../../store/runs.ts";
import { briefWords, type ItemBrief } from "./card-words.ts";
import type { Paint } from "./paint.ts";
import { showLine, showText } from "./visible-text.ts";
import { clip, wrap } from "./width.ts";

export interface RunScreenOptions {
  paint: Paint;
  width: number;
  self: string;
  zone: string;
  nowMs: number;
  /** What is known of the items an answer cites. */
  briefs?: ReadonlyMap<number, ItemBrief>;
  /** The numbers that were given to them while the answer came. */
  citations?: Citations;
}

/** The end of a run's id is its random half: so much of it names a run. */
export const shortId = (id: string): string => id.slice(-8);

const stateWords: Record<RunState, string> = {
  queued: "waits for its turn",
  running: "under way",
  waiting: "waits for you",
  done: "answered",
  failed: "failed",
  cancelled: "cancelled",
  limited: "stopped at a limit",
};

const limitWords: Record<RunLimit, string> = {
  turns: "It had asked the model often enough",
  tokens: "It had read as much as one request may",
  money: "It had cost as much as it may",
  time: "It had taken as long as it may",
};

const cardStates: Record<string, string> = {
  proposed: "waits for your yes",
  waiting: "becomes a card when the acting side runs",
  refused: "became no card",
};

/** What became of a request. What its cards are and in which state comes from the store. */
export function outcomeLines(outcome: RunOutcome, options: RunScreenOptions, isTextShown: boolean): string[] {
  const { width, paint, self } = options;
  const citations = options.citations ?? makeCitations();
  const said = citations.take(outcome.text) + citations.end();
  const text = isTextShown || said === "" ? [] : showText(said).flatMap((line) => wrap(line, width));
  const sources = sourceLines(outcome.text, citations, options);
  const gap = text.length + sources.length > 0 ? [""] : [];
  const lines = [...text, ...sources, ...gap, ...questionLines(outcome, options), ...cardLines(outcome.cards, options)];
  if (outcome.unread.length > 0) {
    const items = outcome.unread.map((id) => `#${id}`).join(", ");
    lines.push(...wrap(`It named ${items} without having read it: that proves nothing.`, width).map(paint.dim));
  }
  if (outcome.limitedBy !== null) {
    lines.push(...wrap(`${limitWords[outcome.limitedBy]}; this is what it found until then.`, width));
  }
  if (outcome.error !== null) lines.push(...wrap(showLine(outcome.error), width));
  if (outcome.state === "cancelled") lines.push("Cancelled. Cards made until then stay.");
  if (outcome.state === "running") lines.push(`Still under way: ${self} runs show ${shortId(outcome.runId)}`);
  return lines;
}

/** Where the answer has it from: `[1] Inès Moreau, WhatsApp, Fri 19:02 · show t17`. */
function sourceLines(text: string, citations: Citations, options: RunScreenOptions): string[] {
  return citedItems(text).map((itemId) => {
    const brief = options.briefs?.get(itemId);
    const words = brief === undefined ? "an item that is gone" : briefWords(brief, options);
    const where = brief?.threadId == null ? "" : ` · ${options.self} show t${brief.threadId}`;
    return options.paint.dim(clip(`[${citations.numberOf(itemId)}] ${words}${where}`, options.width));
  });
}

function questionLines({ question, runId }: RunOutcome, { width, self, paint }: RunScreenOptions): string[] {
  if (question === null) return [];
  const choices = question.choices.map((choice) => `  ${showLine(choice)}`);
  const hint = paint.dim(`Answer: ${self} ask --on ${shortId(runId)} "..."`);
  return [...wrap(showLine(question.question), width), ...choices, hint];
}

function cardLines(cards: readonly RunCard[], { width, self, paint }: RunScreenOptions): string[] {
  const lines = cards.flatMap(({ number, title, state, refusal }) => {
    const name = number === null ? "A step" : `Card ${number}`;
    const line = clip(`${name}  ${showLine(title)} · ${cardStates[state] ?? state}`, width);
    return refusal === null ? [line] : [line, ...wrap(showLine(refusal), width - 2).map((part) => `  ${part}`)];
  });
  const open = cards.flatMap(({ number, state }) => (number !== null && state === "proposed" ? [number] : []));
  const [first] = open;
  if (first === undefined) return lines;
  return [...lines, paint.dim(`See it: ${self} cards ${first}   Do it: ${self} approve ${first}`)];
}

/** Requests, newest first. */
export function runListLines(runs: readonly Run[], options: RunScreenOptions): string[] {
  const { zone, nowMs, width, paint, self } = options;
  if (runs.length === 0) return [`Nothing was asked yet. Try: ${self} ask "what did I promise last week?"`];
  return runs.flatMap((run) => [
    clip(`${shortId(run.id)}  ${moment(run.madeAt, zone, nowMs).padEnd(10)}  ${showLine(run.text)}`, width),
    paint.dim(`          ${stateWords[run.state]} · ${plural(run.calls, "call")} · $${run.costUsd.toFixed(3)}`),
  ]);
}

/** Everything about one run: what it looked at, by reference, and what it cost. */
export function traceLines(trace: RunTrace, options: RunScreenOptions): string[] {
  const { run, calls, tools, beneath, itemIds } = trace;
  const { zone, nowMs, width, paint } = options;
  const took =
    run.startedAt === null || run.endedAt === null
      ? ""
      : ` in ${duration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}`;
  const { input, cacheRead, cacheWrite, output } = run.usage;
  const fields = [
    `${moment(run.madeAt, zone, nowMs)} · ${run.kind} · ${stateWords[run.state]}${took}`,
    `Run      ${run.id}`,
    `Prompt   ${run.prefixSha256 === null ? "none yet" : `sha256 ${run.prefixSha256.slice(0, 16)}`}`,
    `Tokens   ${input} in, ${cacheRead} from cache, ${cacheWrite} to cache, ${output} out`,
    `Cost     $${run.costUsd.toFixed(4)} in ${plural(run.calls, "call")}`,
    `Read     ${itemIds.length === 0 ? "nothing" : plural(itemIds.length, "item")}`,
  ];
  const toolLines = tools.map(({ key, name, input: given, ended }) => {
    const said =
      ended === null ? "no end" : `${ended.isError ? "error, " : ""}${ended.chars} characters, ${ended.ms} ms`;
    return clip(`  ${key.padEnd(6)} ${showLine(name)} ${showLine(JSON.stringify(given) ?? "")} → ${said}`, width);
  });
  const callLines = calls.map(({ model, stop, usage, costUsd, callId }) =>
    clip(
      `  ${showLine(model)} · ${stop} · ${usage.input + usage.cacheRead + usage.cacheWrite} in, ${usage.output} out · ${costUsd === null ? "no price" : `$${costUsd.toFixed(4)}`} · ${callId}`,
      width,
    ),
  );
  return [
    ...wrap(showLine(run.text), width).map(paint.bold),
    ...fields,
    ...(callLines.length === 0 ? [] : ["Calls", ...callLines]),
    ...(toolLines.length === 0 ? [] : ["Tools", ...toolLines]),
    ...beneath.flatMap((one) => ["", ...traceLines(one, { ...options, width: width - 2 }).map((line) => `  ${line}`)]),
  ];
}
