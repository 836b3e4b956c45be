import { html } from "hono/html";
import { span } from "../../../../src/core/times.ts";
import type { BundleView } from "../../../door.ts";
import { pagePaths } from "../../page-actions.ts";
import type { Html } from "../layout.ts";
import type { Reader } from "../message-view.ts";
import { showLine } from "../visible-text.ts";

const frictionWords = {
  nothing: "one tap",
  green: "one tap",
  amber: "hold",
  red: "passkey or typed",
  never: "refused",
};

/** The open bundles, oldest first: what, to whom, what a yes costs, since when. */
export function queueList(queue: readonly BundleView[], current: string | null, { nowMs }: Reader): Html {
  return html`<ol class="queue">${queue.map((bundle) => queueRow(bundle, bundle.bundleId === current, nowMs))}</ol>`;
}

function queueRow({ cards, friction }: BundleView, isCurrent: boolean, nowMs: number): Html {
  const [first] = cards;
  if (first === undefined) return html``;
  const { card, preview } = first;
  const others = cards.length > 1 ? html` <span class="more">+${cards.length - 1}</span>` : "";
  return html`<li><a href="${pagePaths.card(card.number)}" ${isCurrent ? html`aria-current="true"` : ""}><span class="dot ${friction}" title="${frictionWords[friction]}"></span><span class="what">${showLine(preview.title)}${others}</span><span class="age">${span(nowMs - Date.parse(card.createdAt))}</span><span class="vh">, ${frictionWords[friction]}</span></a></li>`;
}
