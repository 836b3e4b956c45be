import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const truthClass = z.enum(["urgent", "reply", "event", "document", "waiting", "stale", "care", "to_know", "ignore"]);

const reference = z.union([
  z.strictObject({ mail: z.string() }),
  z.strictObject({ chat: z.string() }),
  z.strictObject({ event: z.string() }),
  z.strictObject({ document: z.string() }),
]);

const threadTruth = z.strictObject({
  ref: reference,
  about: z.string(),
  class: truthClass,
  alsoRight: z.array(truthClass),
  topTen: z.boolean(),
  neverBury: z.boolean(),
  why: z.string(),
  distractor: z.string().optional(),
});

const commitmentTruth = z.strictObject({
  by: z.enum(["me", "them"]),
  person: z.string(),
  what: z.string(),
  dueDay: z.number().int().nullable(),
  evidence: z.union([
    z.strictObject({ mail: z.string() }),
    z.strictObject({ chat: z.string(), message: z.number().int(), text: z.string() }),
  ]),
  state: z.enum(["open", "done"]),
});

export const truthSchema = z.strictObject({
  threads: z.array(threadTruth),
  commitments: z.array(commitmentTruth),
});
export type Truth = z.output<typeof truthSchema>;

/** What a careful person would say about every thread of the demo; `dir` is `data/demo`. */
export function loadTruth(dir: string): Truth {
  return truthSchema.parse(JSON.parse(readFileSync(join(dir, "truth.json"), "utf8")));
}
