import type { Page } from "../../src/core/connector.ts";
import type { GmailCursor } from "./gmail-cursor.ts";

/** A page that moves the cursor and nothing else. */
export function emptyPage(cursor: GmailCursor): Page {
  return {
    records: [],
    gone: [],
    failed: [],
    cursor,
    done: false,
    coverage: null,
    progress: { done: cursor.crawl?.done ?? 0, total: cursor.crawl?.total ?? 0, unit: "records" },
  };
}
