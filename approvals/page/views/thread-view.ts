import { html } from "hono/html";
import { channelName } from "../../../src/core/channel-name.ts";
import { plural } from "../../../src/core/plural.ts";
import { moment } from "../../../src/core/times.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import type { Verdict } from "../../../src/core/verdict.ts";
import type { Card } from "../../../src/store/cards.ts";
import type { FullItem } from "../../../src/store/items.ts";
import type { ThreadInfo } from "../../../src/store/thread-views.ts";
import { pagePaths } from "../page-actions.ts";
import type { Html } from "./layout.ts";
import { messageView, type Reader, senderName } from "./message-view.ts";
import { postForm } from "./post-form.ts";
import { showLine } from "./visible-text.ts";

export interface ThreadScene extends Reader {
  csrf: string;
  thread: ThreadInfo;
  /** Oldest first. */
  items: readonly FullItem[];
  all: boolean;
  verdict: Verdict | null;
  cards: readonly Card[];
  /** Whether the thread can be answered from here, and to more than one. */
  answer: { toAll: boolean; handedOver: boolean } | null;
  said: string | null;
  /** What the owner had typed when it could not be made a card. */
  typed: string;
}

/** A conversation as it came, what steward makes of it, and the box to answer it. */
export function threadBody(scene: ThreadScene): Html {
  const { thread, items, cards } = scene;
  const title = rawText(thread.title);
  const hidden = thread.itemCount - items.length;
  return html`<section class="column thread"><header><h1 tabindex="-1" id="title">${title === "" ? (items[0] === undefined ? "A conversation" : senderName(items[0])) : showLine(title)}</h1>
<p class="meta">${channelName(thread.channel)} · ${plural(thread.itemCount, "item")} · ${stateWords(scene)}</p>
${verdictLine(scene)}
${cards.map((card) => html`<p><a href="${pagePaths.card(card.number)}">Card ${card.number}</a> is about this.</p>`)}
${stateForm(scene)}</header>
${hidden > 0 ? html`<p class="none">${plural(hidden, "earlier item")} not shown. <a href="${pagePaths.thread(thread.id)}?all">Show all</a></p>` : ""}
<div class="messages" id="messages">${items.map((item) => messageView(item, scene))}</div>
${replyBox(scene)}</section>`;
}

function stateWords({ thread, zone, nowMs }: ThreadScene): string {
  if (thread.state === "snoozed" && thread.snoozedUntil !== null) {
    return `snoozed until ${moment(thread.snoozedUntil, zone, nowMs, { weekday: true })}`;
  }
  return thread.state;
}

function verdictLine({ verdict }: ThreadScene): Html {
  if (verdict === null) return html``;
  const reasons = [...new Set(verdict.signals.filter(({ weight }) => weight > 0).map(({ reason }) => reason))];
  return html`<p class="meta">${verdict.class.replace("_", " ")}${reasons.length === 0 ? "" : html`: ${reasons.slice(0, 5).map((reason, at) => html`${at === 0 ? "" : " · "}${showLine(reason)}`)}`}</p>`;
}

function stateForm({ csrf, thread }: ThreadScene): Html {
  const choices = [
    ["done", "Done"],
    ["snoozed", "Tomorrow"],
    ["muted", "Mute"],
    ["open", "Open again"],
  ] as const;
  const isAway = ["done", "snoozed", "muted"].includes(thread.state);
  const shown = choices.filter(([state]) => state !== thread.state && (state !== "open" || isAway));
  return postForm(
    { csrf, action: pagePaths.threadState(thread.id), class: "buttons" },
    html`${shown.map(([state, words]) => html`<button class="small" name="state" value="${state}">${words}</button>`)}`,
  );
}

function replyBox({ csrf, thread, answer, said, typed }: ThreadScene): Html {
  if (answer === null) return html``;
  return html`<section class="reply" id="reply"><h2>Answer</h2>${said === null ? "" : html`<p class="refused" role="alert">${showLine(said)}</p>`}${postForm(
    { csrf, action: pagePaths.reply(thread.id) },
    html`<textarea name="text" rows="5" required aria-label="Your answer">
${typed}</textarea>
<p class="buttons"><button>Make a card of it</button>${answer.toAll ? html`<label class="check"><input type="checkbox" name="all" value="yes"> to everybody in it</label>` : ""} <span class="hint">${
      answer.handedOver ? "You press send yourself, in the app." : "Nothing leaves until you approve the card."
    }</span></p>`,
  )}</section>`;
}
