import type { Page } from "../../src/core/connector.ts";
import { stopIfAborted } from "../../src/core/errors.ts";
import type { GmailClient } from "./gmail-client.ts";
import { type GmailCursor, readCursor } from "./gmail-cursor.ts";
import { beginCrawl, pullCrawl } from "./pull-crawl.ts";
import { pullHistory } from "./pull-history.ts";
import { pullResync } from "./pull-resync.ts";
import { pullWanted } from "./pull-wanted.ts";

/** During the first read, what is new is asked for this often. Milliseconds. */
const pollEveryMs = 15_000;

/**
 * One page: of the first read, newest first; of what is new, also in between; or of a resync, where the history was lost.
 *
 * Contract: resumable at every page through the cursor alone; what the client remembers only saves asking again.
 */
export async function pullGmail(client: GmailClient, given: unknown, signal: AbortSignal): Promise<Page> {
  stopIfAborted(signal);
  if (client.wanted !== null) return await pullWanted(client, client.wanted, given, signal);
  const cursor = readCursor(given) ?? (await beginCrawl(client, signal));
  const { crawl, resync } = cursor;
  if (resync?.fetching === true) return await pullResync(client, cursor, resync, signal);
  if (crawl !== null) {
    if (isPollDue(client, cursor)) return await pullHistory(client, cursor, signal);
    return await pullCrawl(client, cursor, crawl, signal);
  }
  // A resync ends once the first read is whole: until then much is missing that is not gone.
  if (resync !== null && cursor.history.pageToken === null) return await pullResync(client, cursor, resync, signal);
  return await pullHistory(client, cursor, signal);
}

/** In the middle of a poll it goes on; a clock that was set back has no say in when the next one is. */
function isPollDue({ clock }: GmailClient, { history }: GmailCursor): boolean {
  const sinceMs = clock.now() - history.polledMs;
  return history.pageToken !== null || sinceMs >= pollEveryMs || sinceMs < 0;
}
