import { z } from "zod";
import { healthStates } from "./health-state.ts";
import { channels } from "./item.ts";
import { ignoredKinds, verdictClasses } from "./verdict.ts";

const count = z.number().int().nonnegative();

/**
 * One line of a digest, as `--json` gives it. `number` is what `why 2` and `done 2` mean, from 1 in the order shown.
 * `alsoThreadIds` are further threads about the same event, of which the line speaks too. `who`, `line` and `title` are text
 * others wrote. `why` are the strongest reasons in words. Instants are UTC ISO-8601; `ageHours` counts from the item that
 * decides. `proposal` is the card that waits for a yes about it, by its number.
 */
export const digestEntrySchema = z.strictObject({
  number: count,
  threadId: z.number().int(),
  alsoThreadIds: z.array(z.number().int()),
  class: z.enum(verdictClasses),
  score: z.number().min(0).max(1),
  channel: z.enum(channels),
  who: z.string(),
  title: z.string(),
  line: z.string(),
  why: z.array(z.string()),
  since: z.string(),
  ageHours: z.number().nonnegative(),
  freshness: z.enum(["new", "still_open"]),
  itemId: z.number().int().nullable(),
  itemIds: z.array(z.number().int()),
  proposal: z.strictObject({ card: count }).nullable(),
});
export type DigestEntry = z.output<typeof digestEntrySchema>;

/**
 * What one source has really seen; `seenTo` null means nothing yet. `notes` are gaps in words ("2 voice notes not read").
 * `detail` is the command that cures `needs_reauth`, the reason of `degraded`, else null. `percent` is how far a long read is.
 */
export const coverageLineSchema = z.strictObject({
  source: z.string(),
  service: z.string(),
  health: z.enum(healthStates),
  detail: z.string().nullable(),
  percent: z.number().int().min(0).max(100).nullable(),
  channel: z.enum(channels).nullable(),
  seenFrom: z.string().nullable(),
  seenTo: z.string().nullable(),
  current: z.boolean(),
  notes: z.array(z.string()),
});
export type CoverageLine = z.output<typeof coverageLineSchema>;

/**
 * The answer to "what did I miss?", the document `steward digest --json` prints. `newEntries` came since `since`; `openEntries` are
 * from before and still open; each is in order of class, then score. `more` counts entries over the limit. `notShown` counts
 * threads judged as to know or ignored, by kind; `ignored` lists them, only when asked for. `cost` is in US cents.
 */
export const digestSchema = z.strictObject({
  version: z.literal(1),
  since: z.string(),
  until: z.string(),
  counts: z.strictObject({ messages: count, threads: count, forYou: count }),
  newEntries: z.array(digestEntrySchema),
  openEntries: z.array(digestEntrySchema),
  ignored: z.array(digestEntrySchema).optional(),
  more: z.strictObject({ new: count, open: count }),
  openFromBefore: count,
  notShown: z.strictObject({
    toKnow: count,
    ignored: count,
    ignoredBy: z.record(z.enum(ignoredKinds), count),
    muted: count,
    done: count,
    snoozed: count,
  }),
  coverage: z.array(coverageLineSchema),
  cost: z.strictObject({ cents: z.number().nonnegative(), rulesOnly: z.boolean() }),
  tookMs: z.number().nonnegative(),
});
export type Digest = z.output<typeof digestSchema>;
