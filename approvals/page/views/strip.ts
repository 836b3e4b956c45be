import { html } from "hono/html";
import type { CardView } from "../../door.ts";
import { pagePaths, writeSeen } from "../page-actions.ts";
import { type StateReader, stateLine } from "./card/state-line.ts";
import type { Html } from "./layout.ts";
import { postForm } from "./post-form.ts";
import { showLine } from "./visible-text.ts";

/** Why a card was rejected, in the words most often meant; each has a number key. */
export const rejectReasons = ["not needed", "wrong person", "wrong words", "not true", "I do it myself"] as const;

const mostRows = 5;
const hourMs = 3_600_000;
const doneMs = 3 * 60_000;

/**
 * What is under way, on every page: each yes with its countdown and undo, what failed, what nobody can tell; and the card
 * that was just rejected, with the reasons to give.
 */
export function strip(moving: readonly CardView[], rejected: CardView | null, reader: StateReader): Html {
  const worth = moving.filter((view) => isWorthALine(view, reader.nowMs));
  const rows = worth.slice(0, mostRows);
  const more = worth.length - rows.length;
  const version = [...rows, ...(rejected === null ? [] : [rejected])]
    .map(
      ({ card, undoUntil }) =>
        `${card.id}.${card.revision}.${card.state}.${card.reason}.${undoUntil ?? ""}.${card.markedDoneAt ?? ""}`,
    )
    .join("|");
  return html`<section id="strip" class="strip" aria-label="Under way" data-live data-version="${version}">${
    rejected === null ? "" : rejectedRow(rejected, reader)
  }${rows.map((view) => html`<div class="row"><a class="what" href="${pagePaths.card(view.card.number)}">${showLine(view.preview.title)}</a>${stateLine(view, reader) ?? ""}</div>`)}${
    more === 0 ? "" : html`<div class="row"><a href="${pagePaths.today}">And ${more} more</a></div>`
  }</section>`;
}

/** What is on its way or needs a word is always there; what ended is told, and then only in Today and the ledger. */
function isWorthALine({ card, preview }: CardView, nowMs: number): boolean {
  const agoMs = nowMs - Date.parse(card.changedAt);
  switch (card.state) {
    case "approved":
    case "prepared":
    case "committing":
    case "unknown":
      return true;
    case "failed":
    case "stopped":
      return agoMs < hourMs;
    case "done":
      return preview.handOff === null ? agoMs < doneMs : card.markedDoneAt === null;
    case "proposed":
    case "rejected":
    case "expired":
    case "superseded":
      return false;
  }
}

function rejectedRow({ card, preview, sha256 }: CardView, { csrf, here }: StateReader): Html {
  const seen = writeSeen({ cardId: card.id, revision: card.revision, sha256 });
  return html`<div class="row rejected"><a class="what" href="${pagePaths.card(card.number)}">${showLine(preview.title)}</a><div class="state rejected"><p>Rejected. Say why, if you like:</p>${postForm(
    {
      csrf,
      action: pagePaths.decide(card.number),
      hidden: [
        ["seen", seen],
        ["kind", "reject"],
        ["ticket", ""],
        ["back", here],
      ],
      class: "buttons reasons",
    },
    html`${rejectReasons.map((reason, at) => html`<button class="small" name="reason" value="${reason}" data-key="${at + 1}">${reason} <kbd>${at + 1}</kbd></button>`)}`,
  )}</div></div>`;
}
