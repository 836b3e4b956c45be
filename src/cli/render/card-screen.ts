import type { BundleView, CardView } from "../../../approvals/door.ts";
import type { Friction } from "../../core/card.ts";
import { plural } from "../../core/plural.ts";
import { dayOf, moment } from "../../core/times.ts";
import { contentLines } from "./card-content.ts";
import { recipientLines } from "./card-recipients.ts";
import { frictionWords, stateWords, whatNow } from "./card-state.ts";
import { sourceLines, warningLines, whyLines } from "./card-why.ts";
import { type ItemBrief, labelled } from "./card-words.ts";
import type { Paint } from "./paint.ts";
import { showLine } from "./visible-text.ts";
import { displayWidth, wrap } from "./width.ts";

export interface CardScreenOptions {
  paint: Paint;
  width: number;
  zone: string;
  nowMs: number;
  /** How the owner calls steward, for the commands at the end. */
  self: string;
  /** What is known of the items a card names; one that is missing is gone. */
  briefs: ReadonlyMap<number, ItemBrief>;
  /** Whole texts of files, hash and revision, too. */
  full: boolean;
}

/**
 * A whole request as the owner decides it: every card with everything that would leave, then what is odd, why, and one line of what
 * can be done. Contract: pure; nothing that would leave is cut.
 */
export function bundleLines(bundle: BundleView, options: CardScreenOptions): string[] {
  const { paint, width } = options;
  const lines: string[] = [];
  for (const [index, view] of bundle.cards.entries()) {
    if (index > 0) lines.push("", paint.dim("─".repeat(width)));
    lines.push(...cardLines(view, options, bundle));
  }
  const next = bundle.cards.find(({ card }) => card.state === "proposed") ?? bundle.cards[0];
  const commands = next === undefined ? [] : whatNow(next);
  if (commands.length > 0) lines.push("", ...wrap(`${options.self} ${commands.join(" · ")}`, width).map(paint.dim));
  return lines;
}

/** One card of a request. */
export function cardLines(view: CardView, options: CardScreenOptions, bundle: BundleView): string[] {
  return [
    ...headLines(view, options, bundle),
    ...recipientLines(view, options),
    ...contentLines(view, options),
    ...view.preview.consequences.flatMap((text) => labelled("Also", showLine(text), options)),
    ...sourceLines(view, options),
    ...warningLines(view, options),
    ...whyLines(view, options),
    ...(options.full ? exactLines(view, options) : []),
  ];
}

function headLines(view: CardView, { paint, width, zone, nowMs }: CardScreenOptions, bundle: BundleView): string[] {
  const { card, preview, verdict, words } = view;
  const title = `Card ${card.number}  ${showLine(preview.title)}`;
  const isOpen = card.state === "proposed";
  const cost = isOpen ? paintFriction(paint, bundle.friction, frictionWords(bundle.friction)) : "";
  const steps = bundle.cards.length;
  const step = steps > 1 ? `step ${card.position + 1} of ${steps}${isOpen ? ", one yes" : ""}` : "";
  const odd = isOpen ? verdict.warnings.filter(({ level }) => level !== "note").length : 0;
  const facts = [
    step,
    card.account === "" ? card.action : `${card.action} as ${showLine(card.account)}`,
    odd === 0 ? "" : `${plural(odd, "warning")} below`,
    isOpen ? `expires ${dayOf(card.expiresAt, zone, nowMs)}` : "",
    words,
  ].filter((fact) => fact !== "");
  const gap = width - displayWidth(title) - displayWidth(cost);
  const head =
    cost !== "" && gap >= 2
      ? [`${paint.bold(title)}${" ".repeat(gap)}${cost}`]
      : [...wrap(title, width).map(paint.bold), ...(cost === "" ? [] : [cost])];
  const state = isOpen ? [] : wrap(sentence(stateWords(view, { zone, nowMs })), width).map(paint.bold);
  const later = card.laterUntil !== null && isOpen && Date.parse(card.laterUntil) > nowMs;
  const put = later
    ? [paint.dim(`Put off until ${moment(card.laterUntil ?? "", zone, nowMs, { weekday: true })}`)]
    : [];
  const after = afterWords(view, bundle);
  return [
    ...head,
    ...wrap(facts.join(" · "), width).map(paint.dim),
    ...state,
    ...put,
    ...(after === "" ? [] : wrap(after, width).map(paint.dim)),
  ];
}

function afterWords({ card }: CardView, { cards }: BundleView): string {
  const before = cards.find((one) => one.card.id === card.afterCardId);
  return before === undefined ? "" : `Only when card ${before.card.number} is confirmed.`;
}

function sentence(words: string): string {
  const first = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** Colour says nothing that the words do not. */
export function paintFriction(paint: Paint, friction: Friction, words: string): string {
  switch (friction) {
    case "nothing":
    case "green":
      return paint.green(words);
    case "amber":
      return paint.bold(paint.yellow(words));
    case "red":
    case "never":
      return paint.bold(paint.red(words));
  }
}

/** For whoever wants to know to the letter. */
function exactLines({ card, content, sha256, preview, decisions }: CardView, options: CardScreenOptions): string[] {
  const { zone, nowMs } = options;
  return [
    ...labelled("Hash", sha256, options),
    ...labelled("Revision", `${card.revision}, tier ${content.tier}`, options),
    ...preview.basis.flatMap(({ what, version }) =>
      labelled("Rests on", `${showLine(what)} ${showLine(version)}`, options),
    ),
    ...decisions.flatMap(({ kind, decidedAt, decidedBy, reason, revision }) =>
      labelled(
        "Decided",
        `${kind} of revision ${revision}, ${moment(decidedAt, zone, nowMs)}, ${decidedBy.surface}, ${decidedBy.proof}${reason === "" ? "" : `: ${showLine(reason)}`}`,
        options,
      ),
    ),
  ];
}
