import type { BundleView, CardView } from "../../../approvals/door.ts";
import type { Friction } from "../../core/card.ts";
import { plural } from "../../core/plural.ts";
import { age } from "../../core/times.ts";
import { forDecision, forScreen } from "../../core/untrusted.ts";
import type { CardScreenOptions } from "./card-screen.ts";
import { stateWords } from "./card-state.ts";
import { clip, padEnd, padStart } from "./width.ts";

/** The queue, two lines a request: what it is and what it takes; then what is on its way. */
export function queueLines(
  queue: readonly BundleView[],
  moving: readonly CardView[],
  options: CardScreenOptions,
): string[] {
  const { paint, self } = options;
  const lines = queue.flatMap((bundle) => requestLines(bundle, options));
  if (queue.length === 0) lines.push("Nothing waits for you.");
  const shown = moving.filter(({ card }) => card.state !== "done");
  if (shown.length > 0)
    lines.push("", paint.dim("On its way, or in need of you"), ...shown.map((view) => movingLine(view, options)));
  const [first] = queue[0]?.cards ?? [];
  if (first !== undefined)
    lines.push(
      "",
      paint.dim(
        `${self} cards ${first.card.number} shows all of it; approve, edit, reject, later ${first.card.number}`,
      ),
    );
  return lines;
}

function requestLines({ cards, friction }: BundleView, options: CardScreenOptions): string[] {
  const { paint, width, nowMs } = options;
  const open = cards.filter(({ card }) => card.state === "proposed");
  return open.map((view, at) => {
    const { card, preview, verdict } = view;
    const serious = verdict.warnings.filter(({ level }) => level !== "note").length;
    const right = [serious > 0 ? plural(serious, "warning") : "", padStart(age(card.createdAt, nowMs), 5)].join("  ");
    const mark = at === 0 ? frictionMark(friction, options) : "     ";
    const step = at === 0 ? "" : "then ";
    const left = `${mark} ${padStart(`${card.number}`, 3)} ${step}`;
    const room = width - 5 - 1 - 3 - 1 - step.length - right.length - 2;
    const to = preview.recipients.map(({ address }) => forDecision(address)).join(", ");
    const title = `${forScreen(preview.title)}${to === "" ? "" : ` ${paint.dim(`· ${to}`)}`}`;
    const plain = `${forScreen(preview.title)}${to === "" ? "" : ` · ${to}`}`;
    const cut = clip(plain, room);
    return `${left}${padEnd(cut === plain ? title : cut, room + (cut === plain ? title.length - plain.length : 0))}  ${paint.dim(right)}`.trimEnd();
  });
}

function movingLine(view: CardView, options: CardScreenOptions): string {
  const words = `    ${padStart(`${view.card.number}`, 3)}  ${forScreen(view.preview.title)}: ${stateWords(view, options)}`;
  return clip(words, options.width);
}

function frictionMark(friction: Friction, { paint }: CardScreenOptions): string {
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
