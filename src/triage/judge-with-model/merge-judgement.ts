import type { JudgedClass, Judgement } from "../../core/judgement.ts";
import type { Signal, Verdict, VerdictClass } from "../../core/verdict.ts";
import { type Band, bands } from "../choose-class.ts";

const judgedSignal = "judged_by_model";
const unsureSignal = "model_unsure";

/** How much attention a class asks for. */
const attention: Record<VerdictClass, number> = {
  ignore: 0,
  to_know: 1,
  waiting: 2,
  stale: 2,
  document: 2,
  reply: 2,
  event: 2,
  urgent: 3,
  care: 3,
};
const bandOf: Record<Exclude<JudgedClass, "unsure">, Band> = {
  urgent: bands.urgent,
  reply: bands.reply,
  event: bands.event,
  document: bands.document,
  waiting: bands.waiting,
  to_know: bands.toKnow,
  ignore: bands.ignore,
};
const raisedWeight = 0.5;
/** Just enough to be shown among the reasons. */
const agreedWeight = 0.05;

/** A judgement and who gave it. */
export interface GivenJudgement {
  judgement: Judgement;
  model: string;
}

/**
 * The verdict of rules with what a model said of the thread. It may ask for more attention as it likes, and for less only where no
 * signal vetoes and no other thread stood beside it when it was asked: what somebody wrote hides nobody else's words. Unsure: the rules' class stays, never `ignore`, and the digest shows it. Contract: pure; the signals say who
 * judged; a `care` or `stale` of rules stays.
 */
export function mergeJudgement(verdict: Verdict, { judgement, model }: GivenJudgement): Verdict {
  if (verdict.class === "care" || verdict.class === "stale") return verdict;
  if (judgement.class === "unsure") return unsure(verdict, model);
  const change = attention[judgement.class] - attention[verdict.class];
  const isKept = judgement.class === verdict.class || (change < 0 && !(judgement.alone && mayBeLowered(verdict)));
  const line = judgement.line ?? verdict.line;
  if (isKept) {
    const signal = judged(`judged by ${model}: ${judgement.class}`, agreedWeight, verdict);
    const score = judgement.class === verdict.class ? nudged(verdict, judgement.urgency) : verdict.score;
    return { ...verdict, line, score, signals: [...verdict.signals, signal] };
  }
  const weight = change > 0 ? raisedWeight : change < 0 ? -raisedWeight : agreedWeight;
  return {
    ...verdict,
    class: judgement.class,
    score: placedBy(bandOf[judgement.class], judgement.urgency),
    line,
    ignoredAs: judgement.class === "ignore" ? "quiet" : null,
    signals: [...verdict.signals, judged(`judged by ${model}: ${judgement.class}`, weight, verdict)],
  };
}

/** Whether a judgement would hide a thread that rules show: then it has to be given to that thread alone. */
export function wouldHide(verdict: Verdict, judgedClass: JudgedClass): boolean {
  if (judgedClass === "unsure" || attention[verdict.class] < 2) return false;
  return attention[judgedClass] < 2 && mayBeLowered(verdict);
}

function mayBeLowered({ signals }: Verdict): boolean {
  return !signals.some(({ vetoes }) => vetoes);
}

/** Whether the digest shows a thread because a model did not know what to make of it. */
export function isUnsure({ signals }: Pick<Verdict, "signals">): boolean {
  return signals.some(({ name }) => name === unsureSignal);
}

/** Whether a model had a say in a verdict. */
export function isJudgedByModel({ signals }: Pick<Verdict, "signals">): boolean {
  return signals.some(({ name }) => name === judgedSignal);
}

function unsure(verdict: Verdict, model: string): Verdict {
  const reason = `judged by ${model}, which was not sure`;
  const signal: Signal = { ...judged(reason, agreedWeight, verdict), name: unsureSignal };
  const isBuried = verdict.class === "ignore";
  return {
    ...verdict,
    class: isBuried ? "to_know" : verdict.class,
    ignoredAs: isBuried ? null : verdict.ignoredAs,
    signals: [...verdict.signals, signal],
  };
}

function judged(reason: string, weight: number, { lineItemId }: Verdict): Signal {
  return { name: judgedSignal, reason, weight, vetoes: false, itemId: lineItemId };
}

/** Where they agree rules place it; an urgency of 0 to 3 moves it a little. */
function nudged({ score, class: name }: Verdict, urgency: number): number {
  const [low, high] = name === "care" || name === "stale" ? [0, 1] : bandOf[name];
  return Math.min(high, Math.max(low, score + (urgency - 1) * 0.04));
}

function placedBy([low, high]: Band, urgency: number): number {
  return low + (high - low) * (0.25 + urgency * 0.2);
}
