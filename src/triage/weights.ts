import { z } from "zod";
import { type SignalName, signalNames } from "./signals/signal-names.ts";

const weightsSchema = z.strictObject({
  bias: z.number(),
  signals: z.record(z.enum(signalNames), z.number()),
});

/** What each signal adds to the urgency score, on the log-odds scale, and where a thread without signals starts. */
export interface Weights {
  bias: number;
  signals: Record<SignalName, number>;
}

/** Reads `data/weights.json`. Contract: throws a ZodError when a signal has no weight or an unknown one has. */
export function loadWeights(json: unknown): Weights {
  return weightsSchema.parse(json);
}

/** The urgency score 0..1 of a sum of weights. */
export function toScore(logOdds: number): number {
  const bounded = Math.max(-30, Math.min(30, logOdds));
  return 1 / (1 + Math.exp(-bounded));
}

/** Where in its class's band a score of signals stands. Both are 0..1. */
export function placed(score: number, [low, high]: readonly [number, number]): number {
  return low + (high - low) * score;
}
