import { html } from "hono/html";
import type { Warning } from "../../../../src/core/card.ts";
import type { CardView } from "../../../door.ts";
import type { Html } from "../layout.ts";
import { showLine } from "../visible-text.ts";
import type { CardScene } from "./card-scene.ts";
import { briefLink } from "./sources.ts";

const order: readonly Warning["level"][] = ["red", "amber", "note"];
const words: Record<Warning["level"], string> = { red: "Stop", amber: "Look", note: "Note" };

/** What code found odd about a card, the gravest first, each with the items it comes from. */
export function warningList({ verdict, facts }: CardView, scene: CardScene): Html {
  const unknown = facts.unanswered.map((one) => html`Not known: ${showLine(one)}.`);
  const groups = order.flatMap((level) => {
    const some = verdict.warnings.filter((warning) => warning.level === level).map((one) => warningLine(one, scene));
    const lines = level === "amber" ? [...some, ...unknown] : some;
    return lines.length === 0 ? [] : [{ level, lines }];
  });
  return html`${groups.map(({ level, lines }) => html`<div class="warnings ${level}" role="group" aria-label="${words[level]}"><b>${words[level]}</b><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>`)}`;
}

function warningLine({ text, itemIds }: Warning, scene: CardScene): Html {
  const known = itemIds.flatMap((id) => scene.briefs.get(id) ?? []).slice(0, 3);
  const from = known.map((brief, at) => html`${at === 0 ? "" : "; "}${briefLink(brief, scene)}`);
  return html`${showLine(text)}${known.length === 0 ? "" : html` <span class="from">${from}</span>`}`;
}
