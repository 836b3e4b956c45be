import { type SignalName, signalNames } from "./signals/signal-names.ts";
import type { Weights } from "./weights.ts";

/** What was observed about one message (signal strengths, see `examineItem`), and whether the owner answered it. */
export interface Example {
  strengths: ReadonlyMap<SignalName, number>;
  answered: boolean;
  /** How much it counts, 1 for an ordinary example. */
  weight: number;
}

/** The signals whose weight an owner's answering can teach; those about danger, time and calendar keep theirs. */
export const learnedSignals = [
  "direct_question",
  "question",
  "request",
  "names_owner",
  "known_person",
  "written_often",
  "answers_usually",
  "first_contact",
  "to_owner",
  "cc_owner",
  "alone_in_to",
  "not_addressed",
  "many_recipients",
  "follows_owner",
  "quotes_owner",
  "quotes_other",
  "owner_in_thread",
  "owner_recently_in_thread",
  "starts_thread",
  "starts_with_you",
  "started_by_sender",
  "sender_wrote_again",
  "thread_size",
  "long_text",
  "has_attachment",
  "change_proposed",
  "part_of_series",
  "thanks_only",
  "mailing_list",
] as const satisfies readonly SignalName[];

const defaults = { pull: 100, steps: 300, rate: 0.03 } as const;

/**
 * Fits the weights to what the owner answered: logistic regression pulled towards the given weights by `pull` times the squared
 * distance, full-batch Adam, a fixed number of steps. Contract: pure and deterministic; without examples the weights come back
 * unchanged.
 */
export function learnWeights(
  base: Weights,
  examples: readonly Example[],
  options: { pull?: number; steps?: number } = {},
): Weights {
  if (examples.length === 0) return base;
  const pull = options.pull ?? defaults.pull;
  const rows = examples.map((example) => toRow(example, base));
  const total = rows.reduce((sum, row) => sum + row.weight, 0);
  const start = [base.bias, ...learnedSignals.map((name) => base.signals[name])];
  const values = Float64Array.from(start);
  const [mean, square] = [new Float64Array(values.length), new Float64Array(values.length)];
  for (let step = 1; step <= (options.steps ?? defaults.steps); step++) {
    const slope = slopeAt(values, rows);
    for (let at = 0; at < values.length; at++) {
      const anchor = at === 0 ? 0 : 2 * pull * ((values[at] ?? 0) - (start[at] ?? 0));
      const grade = ((slope[at] ?? 0) + anchor) / total;
      mean[at] = 0.9 * (mean[at] ?? 0) + 0.1 * grade;
      square[at] = 0.99 * (square[at] ?? 0) + 0.01 * grade * grade;
      const [first, second] = [(mean[at] ?? 0) / (1 - 0.9 ** step), (square[at] ?? 0) / (1 - 0.99 ** step)];
      values[at] = (values[at] ?? 0) - (defaults.rate * first) / (Math.sqrt(second) + 1e-8);
    }
  }
  const learned = Object.fromEntries(learnedSignals.map((name, at) => [name, round(values[at + 1] ?? 0)]));
  return { bias: round(values[0] ?? 0), signals: { ...base.signals, ...learned } };
}

interface Row {
  at: number[];
  strength: number[];
  /** What the signals that are not learned add. */
  fixed: number;
  target: number;
  weight: number;
}

function toRow({ strengths, answered, weight }: Example, base: Weights): Row {
  const row: Row = { at: [], strength: [], fixed: 0, target: answered ? 1 : 0, weight };
  const learned: readonly SignalName[] = learnedSignals;
  for (const name of signalNames) {
    const strength = strengths.get(name);
    if (strength === undefined) continue;
    const at = learned.indexOf(name);
    if (at < 0) row.fixed += base.signals[name] * strength;
    else {
      row.at.push(at + 1);
      row.strength.push(strength);
    }
  }
  return row;
}

function slopeAt(values: Float64Array, rows: readonly Row[]): Float64Array {
  const slope = new Float64Array(values.length);
  for (const { at, strength, fixed, target, weight } of rows) {
    let sum = fixed + (values[0] ?? 0);
    for (let index = 0; index < at.length; index++) sum += (values[at[index] ?? 0] ?? 0) * (strength[index] ?? 0);
    const error = weight * (1 / (1 + Math.exp(-sum)) - target);
    slope[0] = (slope[0] ?? 0) + error;
    for (let index = 0; index < at.length; index++) {
      const place = at[index] ?? 0;
      slope[place] = (slope[place] ?? 0) + error * (strength[index] ?? 0);
    }
  }
  return slope;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
