import type { BundleView, CardView } from "../../../approvals/door.ts";
import type { Friction } from "../../core/card.ts";
import { listWords, plural } from "../../core/plural.ts";
import { age, moment } from "../../core/times.ts";
import type { CardScreenOptions } from "./card-screen.ts";
import { paintFriction } from "./card-screen.ts";
import { frictionWords, stateWords } from "./card-state.ts";
import { showLine } from "./visible-text.ts";
import { clip, displayWidth, padStart, wrap } from "./width.ts";

export interface QueueOnScreen {
  queue: readonly BundleView[];
  moving: readonly CardView[];
  /** How many requests the owner put off and does not see here. */
  putOff: number;
  /** Since when and why everything is stopped; null when it is not. */
  stop: { since: string; why: string } | null;
}

type Options = Omit<CardScreenOptions, "briefs" | "full">;

const indent = 10;
const shownDone = 5;
/** Below this there is no room for an age. */
const narrow = 40;

/** What waits, two lines a card; what is on its way or in need of the owner; what was done lately. Contract: no line is wider than `width`. */
export function queueLines({ queue, moving, putOff, stop }: QueueOnScreen, options: Options): string[] {
  const { paint, self, width } = options;
  const done = moving.filter(isOver);
  const needing = moving.filter((view) => !isOver(view));
  const first = queue[0]?.cards.find(({ card }) => card.state === "proposed")?.card.number;
  const hint = `${self} cards ${first ?? ""} shows all of it · approve ${first ?? ""} · edit · reject · later`;
  return [
    ...(stop === null ? [] : stopLines(stop, options)),
    ...(queue.length === 0 ? ["Nothing waits for you."] : queue.flatMap((bundle) => requestLines(bundle, options))),
    ...(putOff === 0 ? [] : wrap(`${plural(putOff, "request")} put off: ${self} cards --all`, width).map(paint.dim)),
    ...section("On its way, or in need of you", needing, options),
    ...section("Done", done.slice(0, shownDone), options),
    ...(done.length > shownDone
      ? [paint.dim(`     and ${done.length - shownDone} more: ${self} cards --history`)]
      : []),
    ...(first === undefined ? [] : ["", ...wrap(hint, width).map(paint.dim)]),
  ];
}

/** What ended, newest first. */
export function historyLines(ended: readonly CardView[], options: Options): string[] {
  return ended.length === 0 ? ["Nothing has ended yet."] : ended.flatMap((view) => movingLines(view, options));
}

/** Over, unless the owner has something left to do or to say. */
function isOver({ card, preview }: CardView): boolean {
  return card.state === "done" && (preview.handOff === null || card.markedDoneAt !== null);
}

function stopLines({ since, why }: { since: string; why: string }, options: Options): string[] {
  const { paint, width, zone, nowMs, self } = options;
  const words = `STOPPED since ${moment(since, zone, nowMs, { weekday: true })}: ${showLine(why)} Nothing goes out until: ${self} resume`;
  return [...wrap(words, width).map((line) => paint.bold(paint.red(line))), ""];
}

function requestLines(bundle: BundleView, options: Options): string[] {
  const { paint, width, nowMs, zone } = options;
  const open = bundle.cards.filter(({ card }) => card.state === "proposed");
  return open.flatMap((view, at) => {
    const { card, preview } = view;
    const mark = at === 0 ? frictionMark(bundle.friction, options) : "     ";
    const left = `${mark}${padStart(`${card.number}`, 4)} `;
    const right = width < narrow ? "" : padStart(age(card.createdAt, nowMs), 6);
    const room = Math.max(8, width - indent - displayWidth(right) - 1);
    const title = clip(`${at === 0 ? "" : "then "}${showLine(preview.title)}`, room);
    const gap = " ".repeat(Math.max(1, width - indent - displayWidth(title) - displayWidth(right)));
    const later = card.laterUntil !== null && Date.parse(card.laterUntil) > nowMs;
    const facts = [
      at === 0 ? paintFriction(paint, bundle.friction, frictionWords(bundle.friction)) : "",
      toWords(view),
      warningWords(view),
      later ? `put off until ${moment(card.laterUntil ?? "", zone, nowMs)}` : "",
      view.rejectedBefore === null ? "" : "rejected before",
      view.missingAccess === null ? "" : "needs a right first",
      at === 0 && open.length > 1 ? `${open.length} steps, one yes` : "",
    ].filter((fact) => fact !== "");
    const below = wrap(facts.join(" · "), width - indent).map((line) => `${" ".repeat(indent)}${line}`);
    return [`${left}${paint.bold(title)}${gap}${paint.dim(right)}`.trimEnd(), ...below];
  });
}

const shownRecipients = 3;

/** The addresses, not the names: those are what it goes to. */
function toWords({ preview }: CardView): string {
  const all = preview.recipients.map(({ address }) => showLine(address));
  if (all.length === 0) return "";
  const more = all.length - shownRecipients;
  return `to ${listWords([...all.slice(0, shownRecipients), ...(more > 0 ? [`${more} more`] : [])])}`;
}

function warningWords({ verdict }: CardView): string {
  const serious = verdict.warnings.filter(({ level }) => level !== "note").length;
  return serious === 0 ? "" : plural(serious, "warning");
}

function section(title: string, views: readonly CardView[], options: Options): string[] {
  if (views.length === 0) return [];
  return [
    "",
    ...wrap(title, options.width).map(options.paint.bold),
    ...views.flatMap((view) => movingLines(view, options)),
  ];
}

function movingLines(view: CardView, options: Options): string[] {
  const { width, nowMs, paint } = options;
  const right = width < narrow ? "" : padStart(age(view.card.changedAt, nowMs), 6);
  const left = `     ${padStart(`${view.card.number}`, 4)} `;
  const words = `${showLine(view.preview.title)}: ${stateWords(view, options)}${view.undoable ? ` (undo ${view.card.number})` : ""}`;
  const [first = "", ...more] = wrap(words, width - indent - right.length - 1);
  const gap = " ".repeat(Math.max(1, width - indent - displayWidth(first) - right.length));
  return [`${left}${first}${gap}${paint.dim(right)}`.trimEnd(), ...more.map((line) => `${" ".repeat(indent)}${line}`)];
}

function frictionMark(friction: Friction, { paint }: Options): string {
  switch (friction) {
    case "nothing":
    case "green":
      return paint.green("●    ");
    case "amber":
      return paint.yellow("●●   ");
    case "red":
    case "never":
      return paint.red("●●●  ");
  }
}
