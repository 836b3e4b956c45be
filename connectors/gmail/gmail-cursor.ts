import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";

const crawlCursor = z.strictObject({
  /** Of the list that is gone through; null is the first page, or a list by date. */
  pageToken: z.string().nullable(),
  /** The last messages that were read, oldest last, with their time in seconds: where to go on, whatever happens to page tokens. */
  last: z.array(z.strictObject({ id: z.string(), second: z.number() })),
  oldestMs: z.number().nullable(),
  startedMs: z.number(),
  done: z.number(),
  total: z.number(),
});
export type CrawlCursor = z.output<typeof crawlCursor>;

const resyncCursor = z.strictObject({
  /** What came since then is fetched; by the mailbox's own dates. */
  sinceMs: z.number(),
  /** The last one that was fetched; null before the first, and once all are. */
  afterId: z.string().nullable(),
  fetching: z.boolean(),
  /** How many have been given their labels. */
  labelled: z.number(),
});
export type ResyncCursor = z.output<typeof resyncCursor>;

const historyCursor = z.strictObject({
  /** Everything up to this history id is stored. */
  id: z.string(),
  /** In the middle of a poll of several pages. */
  pageToken: z.string().nullable(),
  polledMs: z.number(),
  /** The newest message that was seen, by the mailbox's own date. */
  newestMs: z.number().nullable(),
});
export type HistoryCursor = z.output<typeof historyCursor>;

const gmailCursor = z.strictObject({
  version: z.literal(1),
  /** Null once the whole mailbox was read. */
  crawl: crawlCursor.nullable(),
  /** Set from when the history was lost until everything is as the mailbox has it. */
  resync: resyncCursor.nullable(),
  history: historyCursor,
});
export type GmailCursor = z.output<typeof gmailCursor>;

/** Reads a stored cursor; null is the start. Errors: `config` for what is none. */
export function readCursor(cursor: unknown): GmailCursor | null {
  if (cursor === null || cursor === undefined) return null;
  const parsed = gmailCursor.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw new StewardError("config", "What is stored about where reading Gmail stopped is damaged.", {
    cure: "Connect the account again: steward connect google",
  });
}

/** The newest of these messages and what was known, by the mailbox's own dates. */
export function newestOf(known: number | null, messages: readonly { internalDate: number }[]): number | null {
  const dates = messages.map(({ internalDate }) => internalDate);
  return dates.length === 0 ? known : Math.max(known ?? Number.NEGATIVE_INFINITY, ...dates);
}
