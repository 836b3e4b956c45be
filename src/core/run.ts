import { z } from "zod";

/** What a run is: a request of the owner, a job beneath one, or work that is due by itself. */
export const runKinds = [
  "request",
  "sub",
  "judge",
  "draft",
  "commitments",
  "consolidate",
  "style",
  "evaluation",
] as const;
export type RunKind = (typeof runKinds)[number];

/** `waiting`: it ended with cards or a question, and the owner's answer may begin another. `limited`: a limit ended it. */
export const runStates = ["queued", "running", "waiting", "done", "failed", "cancelled", "limited"] as const;
export type RunState = (typeof runStates)[number];

/** Which limit ended a run. */
export const runLimits = ["turns", "tokens", "money", "time"] as const;
export type RunLimit = (typeof runLimits)[number];

/** What a request may use up before it ends. */
export interface RunLimits {
  turns: number;
  /** Tokens of all calls together, cached ones included. */
  tokens: number;
  usd: number;
  ms: number;
}

export const requestLimits: RunLimits = { turns: 24, tokens: 600_000, usd: 1, ms: 300_000 };

/** A request of the owner, as a surface leaves it for the inside: the body of a job of kind `ask`. */
export const askJobSchema = z.strictObject({
  /** The run that will answer; the surface makes the id, so that it can follow. */
  runId: z.string(),
  /** The words as the door's own surface kept them. */
  wordsId: z.string(),
  text: z.string().min(1).max(20_000),
  surface: z.enum(["terminal", "page", "telegram", "schedule"]),
  /** Kept files the owner gave along, by SHA-256. */
  files: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(20),
  /** Threads the owner pointed at: their text may be answered with. */
  threads: z.array(z.number().int()).max(20),
  /** The run whose question this answers; null when it is a new request. */
  answers: z.string().nullable(),
});
export type AskJob = z.output<typeof askJobSchema>;
export const askJobKind = "ask";
