import { html } from "hono/html";
import { moment } from "../../../../src/core/times.ts";
import type { CardView } from "../../../door.ts";
import { pagePaths } from "../../page-actions.ts";
import type { Html } from "../layout.ts";
import type { Reader } from "../message-view.ts";
import { postForm } from "../post-form.ts";
import { showLine } from "../visible-text.ts";

export interface StateReader extends Reader {
  csrf: string;
  /** Where its buttons lead back to. */
  here: string;
}

/** What became of a card that waits for no decision, with what can still be done about it. Null for an open one. */
export function stateLine(view: CardView, reader: StateReader): Html | null {
  const { card } = view;
  if (card.state === "proposed") return null;
  return html`<div class="state ${card.state}"><p>${stateWords(view, reader)}</p>${stateButtons(view, reader)}</div>`;
}

/** In honest words: approved is not sent, and sent is what the ledger says. */
export function stateWords(view: CardView, { zone, nowMs }: Reader): Html {
  const { card } = view;
  const why = card.reason === "" ? html`` : html` ${showLine(card.reason)}`;
  switch (card.state) {
    case "proposed":
      return html`Waits for you.`;
    case "approved":
    case "prepared":
      if (view.undoUntil !== null && card.sendAt !== null) return countdown(card.sendAt, nowMs);
      if (card.reason !== "") return html`Approved, and waits:${why}`;
      return card.afterCardId === null
        ? html`Approved. About to go.`
        : html`Approved. Goes when the step before it is confirmed.`;
    case "committing":
      return html`On its way. What became of it is asked for.`;
    case "done":
      return doneWords(view, { zone, nowMs });
    case "failed":
      return html`Failed.${why} Nothing was repeated.`;
    case "unknown":
      return html`Nobody can tell whether it happened.${why} It is never tried again by itself.`;
    case "rejected":
      return html`Rejected ${moment(card.changedAt, zone, nowMs)}.${card.reason === "" ? "" : html` “${showLine(card.reason)}”`}`;
    case "expired":
      return html`Expired.${why}`;
    case "superseded":
      return html`Void.${why}`;
    case "stopped":
      return html`Stopped before it went out. It needs a new yes.`;
  }
}

function countdown(sendAt: string, nowMs: number): Html {
  const seconds = Math.max(0, Math.ceil((Date.parse(sendAt) - nowMs) / 1000));
  return html`Approved. Leaves in <time class="countdown" datetime="${sendAt}" data-left="${Date.parse(sendAt) - nowMs}">${seconds} s</time>`;
}

function doneWords({ card, receipt, preview }: CardView, { zone, nowMs }: Reader): Html {
  if (preview.handOff !== null) {
    return card.markedDoneAt === null
      ? html`Handed to you. Say so when it is done.`
      : html`You marked it done ${moment(card.markedDoneAt, zone, nowMs)}.`;
  }
  const undone = card.undoneAt === null ? "" : html` Undone ${moment(card.undoneAt, zone, nowMs)}.`;
  return html`${receipt === null ? html`Done.` : showLine(receipt)}${undone}`;
}

function stateButtons(view: CardView, reader: StateReader): Html {
  const { card } = view;
  const form = (action: string, label: Html, extra: readonly (readonly [string, string])[] = []): Html =>
    postForm(
      { csrf: reader.csrf, action, hidden: [["back", reader.here], ...extra] },
      html`<button class="small">${label}</button>`,
    );
  const buttons: Html[] = [];
  if (view.undoUntil !== null || view.undoable || (card.state === "approved" && card.reason !== "")) {
    buttons.push(html`<span data-undo>${form(pagePaths.undo(card.number), html`Undo <kbd>u</kbd>`)}</span>`);
  }
  if (view.undoUntil !== null) buttons.push(form(pagePaths.sendNow(card.number), html`Send now`));
  const cap = capOfHold(view);
  if (cap !== null) {
    buttons.push(
      form(pagePaths.allowMore, html`Allow 10 more today`, [
        ["cap", cap],
        ["more", "10"],
      ]),
    );
  }
  if (card.state === "done" && view.preview.handOff !== null && card.markedDoneAt === null) {
    buttons.push(form(pagePaths.markDone(card.number), html`I did it`));
  }
  if (card.state === "unknown") {
    buttons.push(form(pagePaths.settle(card.number), html`It happened`, [["happened", "yes"]]));
    buttons.push(form(pagePaths.settle(card.number), html`It did not`, [["happened", "no"]]));
  }
  if (["expired", "failed", "superseded", "stopped", "rejected"].includes(card.state)) {
    buttons.push(form(pagePaths.redraft(card.number), html`Draw it up again`));
  }
  return buttons.length === 0 ? html`` : html`<div class="buttons">${buttons}</div>`;
}

/** The cap a card waits for, as the executor names it; null when it waits for something else. */
function capOfHold({ card, content, preview }: CardView): string | null {
  if (card.state !== "approved" && card.state !== "prepared") return null;
  if (card.reason.endsWith("Allow 10 more?")) return content.tier;
  if (!card.reason.endsWith("Allow more?")) return null;
  const held = preview.recipients.find(({ address }) => card.reason.includes(` to ${address} within`));
  return held === undefined ? null : `to ${held.address}`;
}
