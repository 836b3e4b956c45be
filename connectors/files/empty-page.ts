import type { Page } from "../../src/core/connector.ts";

/** The last page of a source in which nothing is new. `total` is its whole size in `unit`. */
export function emptyPage(cursor: unknown, total: number, unit: Page["progress"]["unit"]): Page {
  const progress = { done: total, total, unit };
  return { records: [], gone: [], failed: [], cursor, done: true, coverage: null, progress };
}
