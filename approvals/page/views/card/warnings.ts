import { html } from "hono/html";
import type { Warning } from "../../../../src/core/card.ts";
import type { CardView } from "../../../door.ts";
import type { Html } from "../layout.ts";
import { showLine } from "../visible-text.ts";
import type { CardScene } from "./card-scene.ts";
import { briefLink } from "./sources.ts";

const order: readonly Warning["level"][] = ["red", "amber", "note"];
const words: Record<Warning["level"], string> = { red: "Stop and look", amber: "Look", note: "Note" };

/** What code found odd about a card, the gravest first, each with the items it comes from. */
export function warningList({ verdict, facts }: CardView, scene: CardScene): Html {
  const warnings = verdict.warnings.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  if (warnings.length === 0 && facts.unanswered.length === 0) return html``;
  return html`<ul class="warnings" aria-label="Warnings">${warnings.map((warning) => warningLine(warning, scene))}${facts.unanswered.map(
    (one) => html`<li class="amber"><b>Look</b> <span>Not known: ${showLine(one)}.</span></li>`,
  )}</ul>`;
}

function warningLine({ level, text, itemIds }: Warning, scene: CardScene): Html {
  const known = itemIds.flatMap((id) => scene.briefs.get(id) ?? []).slice(0, 3);
  return html`<li class="${level}"><b>${words[level]}</b> <span>${showLine(text)}${
    known.length === 0
      ? ""
      : html` <span class="from">${known.map((brief, at) => html`${at === 0 ? "" : "; "}${briefLink(brief, scene)}`)}</span>`
  }</span></li>`;
}
