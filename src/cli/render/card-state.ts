import type { CardView } from "../../../approvals/door.ts";
import type { Friction } from "../../core/card.ts";
import { moment } from "../../core/times.ts";
import type { CardScreenOptions } from "./card-screen.ts";
import { showLine } from "./visible-text.ts";

/** What has become of a card, in honest words: approved is not sent, and sent is what the ledger says. */
export function stateWords(view: CardView, { zone, nowMs }: Pick<CardScreenOptions, "zone" | "nowMs">): string {
  const { card, undoUntil, attempts } = view;
  const why = card.reason === "" ? "" : `: ${showLine(card.reason)}`;
  switch (card.state) {
    case "proposed":
      return card.laterUntil !== null && Date.parse(card.laterUntil) > nowMs
        ? `put off until ${moment(card.laterUntil, zone, nowMs)}`
        : "waits for you";
    case "approved":
    case "prepared":
      if (undoUntil !== null && Date.parse(undoUntil) > nowMs) {
        return `approved, goes out in ${Math.ceil((Date.parse(undoUntil) - nowMs) / 1000)} s`;
      }
      if (why !== "") return `approved, waits${why}`;
      return card.afterCardId === null ? "approved, about to go" : "approved, goes after the step before it";
    case "committing":
      return (attempts.at(-1)?.checks ?? 0) > 0 ? "not known yet; the service is asked" : "going out";
    case "done":
      return doneWords(view, { zone, nowMs });
    case "failed":
      return `failed${why}`;
    case "unknown":
      return `nobody can tell whether it happened${why}`;
    case "rejected":
      return `rejected${why}`;
    case "expired":
      return `expired${why}`;
    case "superseded":
      return `void${why}`;
    case "stopped":
      return `stopped before it went out${why}`;
  }
}

function doneWords({ card, receipt, preview }: CardView, { zone, nowMs }: { zone: string; nowMs: number }): string {
  if (preview.handOff !== null) {
    return card.markedDoneAt === null
      ? "handed to you"
      : `you marked it done ${moment(card.markedDoneAt, zone, nowMs)}`;
  }
  const undone = card.undoneAt === null ? "" : ` Undone ${moment(card.undoneAt, zone, nowMs)}.`;
  return `${showLine(receipt ?? "done")}${undone}`;
}

/** What a yes costs, in words. */
export function frictionWords(friction: Friction): string {
  switch (friction) {
    case "nothing":
      return "allowed by your policy";
    case "green":
      return "one yes";
    case "amber":
      return "LOOK TWICE";
    case "red":
      return "STOP AND READ";
    case "never":
      return "never";
  }
}

/** What can be done with a card as it stands, as commands without their first word. */
export function whatNow(view: CardView): string[] {
  const { card, editable, excludable, preview } = view;
  const { number, state } = card;
  switch (state) {
    case "proposed":
      return [
        `approve ${number}`,
        ...(editable === null ? [] : [`edit ${number}`]),
        ...(excludable ? [`exclude ${number} LINE...`] : []),
        `reject ${number} why`,
        `later ${number}`,
      ];
    case "approved":
    case "prepared":
      return [`undo ${number}`];
    case "done":
      if (preview.handOff !== null && card.markedDoneAt === null) return [`settle ${number} --happened`];
      return view.undoable ? [`undo ${number}`] : [];
    case "unknown":
      return [`settle ${number} --happened`, `settle ${number} --not`];
    case "expired":
    case "failed":
    case "superseded":
    case "stopped":
    case "rejected":
      return [`redraft ${number}`];
    case "committing":
      return [];
  }
}
