import { html } from "hono/html";
import { moment } from "../../../src/core/times.ts";
import { pagePaths } from "../page-actions.ts";
import type { Html } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { showLine } from "./visible-text.ts";

/** One request in the list. */
export interface AskedRow {
  id: string;
  /** The owner's own words. */
  words: string;
  state: string;
  at: string;
  /** The numbers of the cards it made. */
  cards: readonly number[];
}

/** The box, and what was asked before. `said` is why the last try was not taken. */
export function askBody(
  scene: { csrf: string; said: string | null; typed: string; asked: readonly AskedRow[] } & Reader,
): Html {
  const { csrf, said, typed, asked } = scene;
  return html`<section class="column ask"><h1 tabindex="-1" id="title">Ask</h1>
${said === null ? "" : html`<p class="refused" role="alert">${said}</p>`}
${askBox({ csrf, typed, hidden: [], label: "What should happen, or what do you want to know?", autofocus: true })}
<div id="asked" data-live data-version="${asked.map(({ id, state, cards }) => `${id}${state}${cards.join(".")}`).join(",")}">${asked.length === 0 ? examples() : askedList(asked, scene)}</div></section>`;
}

/** The form that takes a request, with files: chosen, dropped on it, or pasted. */
export function askBox(given: {
  csrf: string;
  typed: string;
  hidden: readonly (readonly [name: string, value: string])[];
  label: string;
  autofocus: boolean;
}): Html {
  const hidden = [["csrf", given.csrf] as const, ...given.hidden];
  return html`<form method="post" action="${pagePaths.ask}" enctype="multipart/form-data" class="askbox" data-drop>${hidden.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<label><span class="vh">${given.label}</span><textarea name="text" rows="3" maxlength="20000" required placeholder="${given.label}" ${given.autofocus ? "autofocus" : ""}>${given.typed}</textarea></label>
<div class="askrow"><label class="pick"><span>Files</span> <input type="file" name="files" multiple aria-label="Files to read with it"></label><button>Ask</button></div>
<p class="hint">It reads and prepares. What reaches others is a card and waits for your yes.</p></form>`;
}

const stateWords: Record<string, string> = {
  queued: "waiting to be read",
  running: "at work",
  waiting: "waits for you",
  done: "answered",
  failed: "failed",
  cancelled: "cancelled",
  limited: "stopped at a limit",
};

/** The state of a run in words. */
export function runStateWords(state: string): string {
  return stateWords[state] ?? state;
}

function askedList(asked: readonly AskedRow[], { zone, nowMs }: Reader): Html {
  return html`<h2>Asked before</h2><ol class="ended asked">${asked.map(
    ({ id, words, state, at, cards }) =>
      html`<li><span><a data-row href="${pagePaths.run(id)}">${showLine(words)}</a> <span class="meta">${runStateWords(state)}${cards.map((number) => html` · <a href="${pagePaths.card(number)}">card ${number}</a>`)}</span></span><span class="age">${moment(at, zone, nowMs)}</span></li>`,
  )}</ol>`;
}

function examples(): Html {
  return html`<dl class="facts hints"><dt>“Introduce Tom to the recruiter I know”</dt><dd>one card, two steps</dd><dt>“What did I promise last week, and to whom?”</dt><dd>an answer that names its items</dd><dt>“New licence plate” with a photo</dt><dd>the document, changed as a diff</dd></dl>`;
}
