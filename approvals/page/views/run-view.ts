import { html } from "hono/html";
import { type Citations, makeCitations } from "../../../src/core/citations.ts";
import { count, plural } from "../../../src/core/plural.ts";
import { duration, moment } from "../../../src/core/times.ts";
import { pagePaths } from "../page-actions.ts";
import { askBox, runStateWords } from "./ask-view.ts";
import type { Html } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { postForm } from "./post-form.ts";
import { showLine } from "./visible-text.ts";

/** One line of what happened. */
export interface RunStep {
  at: string;
  /** In words of ours; `detail` may hold what others wrote or the model said. */
  words: string;
  detail: string;
  isTrouble: boolean;
}

/** One question to the model and what it cost. */
export interface RunCall {
  at: string;
  model: string;
  purpose: string;
  /** Tokens. */
  input: number;
  cacheRead: number;
  output: number;
  usd: number | null;
  ms: number | null;
}

/** Everything that is shown of a run. */
export interface RunScene extends Reader {
  csrf: string;
  id: string;
  words: string;
  state: string;
  startedAt: string;
  endedAt: string | null;
  /** What the model answered; null before it did. Text of a model: shown as such, with `[#12]` as links to threads. */
  answer: string | null;
  /** Threads by item id, for those links. */
  threads: ReadonlyMap<number, number>;
  question: { question: string; choices: readonly string[] } | null;
  error: string | null;
  cards: readonly { number: number; title: string; state: string }[];
  steps: readonly RunStep[];
  calls: readonly RunCall[];
  prefixSha256: string | null;
}

const endedStates: readonly string[] = ["waiting", "done", "failed", "cancelled", "limited"];

/** A request of the owner: how far it is, what it answered, its cards, and what it looked at and cost. */
export function runBody(scene: RunScene): Html {
  const { id, words, state, cards, steps } = scene;
  const isEnded = endedStates.includes(state);
  const version = `${state}.${steps.length}.${cards.map((one) => `${one.number}${one.state}`).join(",")}`;
  return html`<section class="column run" id="run" data-live data-version="${version}"><header><h1 tabindex="-1" id="title">${showLine(words)}</h1><p class="meta">${moment(scene.startedAt, scene.zone, scene.nowMs)} · ${runStateWords(state)}${lasted(scene)}</p></header>
${isEnded ? "" : atWork(scene)}
${scene.error === null ? "" : html`<p class="refused" role="alert">${showLine(scene.error)}</p>`}
${cards.length === 0 ? "" : cardList(cards)}
${scene.answer === null || scene.answer === "" ? "" : answerBox(scene)}
${scene.question === null ? "" : questionBox(scene, scene.question)}
${isEnded && scene.question === null ? html`<details class="more"><summary>Ask on</summary>${askBox({ csrf: scene.csrf, typed: "", hidden: [["answers", id]], label: "And then?", autofocus: false })}</details>` : ""}
${trace(scene)}</section>`;
}

function lasted({ startedAt, endedAt, state }: RunScene): string {
  return endedAt === null || state === "waiting"
    ? ""
    : ` in ${duration(Math.max(1000, Date.parse(endedAt) - Date.parse(startedAt)))}`;
}

function atWork({ csrf, id, state, steps }: RunScene): Html {
  const last = steps.at(-1);
  const words =
    state === "queued"
      ? "It waits for the reading side. If nothing runs: steward start"
      : (last?.words ?? "It begins.");
  return html`<div class="atwork" role="status"><p>${words}</p>${postForm({ csrf, action: pagePaths.cancelRun(id) }, html`<button class="small">Cancel</button>`)}</div>`;
}

function cardList(cards: RunScene["cards"]): Html {
  return html`<ul class="made">${cards.map(
    ({ number, title, state }) =>
      html`<li><a class="button" data-row href="${pagePaths.card(number)}">Card ${number}</a> <span>${showLine(title)}</span> <span class="meta">${state}</span></li>`,
  )}</ul>`;
}

function answerBox({ answer, threads }: RunScene): Html {
  const lines = (answer ?? "").split(/\r?\n/);
  const citations = makeCitations();
  return html`<div class="modelbox"><p class="meta">The model says</p>${lines.map(
    (line) =>
      html`<p class="prose" dir="auto">${line.split(/(\[#\d{1,16}\])/).map((part) => cited(part, threads, citations))}</p>`,
  )}</div>`;
}

/** A citation is a link where its item is known; the rest is shown as it stands. */
function cited(part: string, threads: ReadonlyMap<number, number>, { numberOf }: Citations): Html {
  const item = /^\[#(\d+)\]$/.exec(part)?.[1];
  if (item === undefined) return html`${showLine(part)}`;
  const thread = threads.get(Number(item));
  if (thread === undefined) return html`${part}`;
  return html`<a class="cite" href="${pagePaths.thread(thread)}#i${item}" title="where it says so">[${numberOf(Number(item))}]</a>`;
}

function questionBox(
  { csrf, id }: RunScene,
  { question, choices }: { question: string; choices: readonly string[] },
): Html {
  return html`<div class="asksback"><p><strong>${showLine(question)}</strong></p>
${choices.map((choice) => html`<form method="post" action="${pagePaths.ask}" enctype="multipart/form-data"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="answers" value="${id}"><button name="text" value="${choice}">${showLine(choice)}</button></form>`)}
${askBox({ csrf, typed: "", hidden: [["answers", id]], label: "Your answer", autofocus: false })}</div>`;
}

function trace({ steps, calls, prefixSha256, zone, nowMs }: RunScene): Html {
  if (steps.length + calls.length === 0) return html``;
  const tokens = calls.reduce((sum, one) => sum + one.input + one.cacheRead + one.output, 0);
  const usd = calls.reduce((sum, one) => sum + (one.usd ?? 0), 0);
  const isPriced = calls.some((one) => one.usd !== null);
  return html`<details class="more trace"><summary>What it did: ${plural(steps.length, "step")}, ${plural(calls.length, "call")}, ${count(tokens)} tokens${isPriced ? `, ${money(usd)}` : ""}</summary>
<ol class="ended">${steps.map((step) => html`<li><span class="${step.isTrouble ? "trouble" : ""}">${step.words}${step.detail === "" ? "" : html` <span class="meta">${showLine(step.detail)}</span>`}</span><span class="age">${moment(step.at, zone, nowMs)}</span></li>`)}</ol>
${calls.length === 0 ? "" : callTable(calls)}
${prefixSha256 === null ? "" : html`<p class="meta">Prompt <code>${prefixSha256.slice(0, 12)}</code></p>`}</details>`;
}

function callTable(calls: readonly RunCall[]): Html {
  return html`<div class="scroll"><table class="calls"><thead><tr><th>Model</th><th>For</th><th>In</th><th>Cached</th><th>Out</th><th>Cost</th><th>Time</th></tr></thead><tbody>${calls.map(
    (one) =>
      html`<tr><td>${showLine(one.model)}</td><td>${one.purpose}</td><td>${count(one.input)}</td><td>${count(one.cacheRead)}</td><td>${count(one.output)}</td><td>${one.usd === null ? "–" : money(one.usd)}</td><td>${one.ms === null ? "" : `${count(one.ms)} ms`}</td></tr>`,
  )}</tbody></table></div>`;
}

function money(usd: number): string {
  return usd < 0.01 ? `${(usd * 100).toFixed(2)} ¢` : `$${usd.toFixed(2)}`;
}
