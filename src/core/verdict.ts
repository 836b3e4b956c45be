import { z } from "zod";

/** The classes of a thread, in the order a digest shows them. */
export const verdictClasses = [
  "urgent",
  "reply",
  "event",
  "document",
  "waiting",
  "stale",
  "care",
  "to_know",
  "ignore",
] as const;
export type VerdictClass = (typeof verdictClasses)[number];

/** What a thread is for the owner, apart from its verdict. */
export const threadStates = ["new", "open", "done", "snoozed", "muted"] as const;
export type ThreadState = (typeof threadStates)[number];

/**
 * One deterministic observation about an item or thread. `name` is from the closed list in `src/triage/`, `reason` is a
 * short phrase in words for the owner, `weight` is what it adds to the urgency score, `vetoes` means that rules may not
 * lower attention below `to_know` because of it.
 */
export const signalSchema = z.strictObject({
  name: z.string(),
  reason: z.string(),
  weight: z.number(),
  vetoes: z.boolean(),
  itemId: z.number().int().nullable(),
});
export type Signal = z.output<typeof signalSchema>;

/**
 * The judgement on one thread: its class, an urgency score in 0..1 (higher = sooner) that ranks across classes, the signals
 * it rests on, and `line`, one sentence in the item's own words (untrusted text).
 */
export interface Verdict {
  threadId: number;
  class: VerdictClass;
  score: number;
  signals: Signal[];
  line: string;
  lineItemId: number | null;
  /** Why an `ignore` is one, for the count in the digest's last lines. */
  ignoredAs: IgnoredAs | null;
}

export const ignoredKinds = ["bulk", "receipt", "code", "notification", "hostile", "answered", "quiet"] as const;
export type IgnoredAs = (typeof ignoredKinds)[number];
