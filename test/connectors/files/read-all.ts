import type { FileReader, ReadOptions } from "../../../connectors/files/reader.ts";
import type { DraftItem } from "../../../src/core/item.ts";
import type { ParsedRecord, Problem, RawRecord } from "../../../src/core/record.ts";

export const readOptions: ReadOptions = { recentSince: null, olderThan: null, zone: "Europe/Lisbon", region: "PT" };

export interface ReadResult {
  records: RawRecord[];
  items: DraftItem[];
  problems: Problem[];
  gone: string[];
  cursors: unknown[];
}

/** Pulls page after page, each cursor through JSON as the store does it, and parses every record. */
export async function readAll(
  reader: FileReader,
  parse: (record: RawRecord) => Promise<ParsedRecord>,
  path: string,
  options: Partial<ReadOptions> = {},
  cursor: unknown = null,
): Promise<ReadResult> {
  const result: ReadResult = { records: [], items: [], problems: [], gone: [], cursors: [] };
  let at = cursor;
  for (let pages = 0; pages < 10_000; pages += 1) {
    const page = await reader.pull(path, at, { ...readOptions, ...options }, new AbortController().signal);
    result.problems.push(...page.failed);
    result.gone.push(...page.gone);
    for (const record of page.records) {
      const parsed = await parse(structuredClone(record));
      result.records.push(record);
      result.items.push(...parsed.items);
      result.problems.push(...parsed.problems);
    }
    at = JSON.parse(JSON.stringify(page.cursor));
    result.cursors.push(at);
    if (page.done) return result;
  }
  throw new Error("The reader never ends.");
}
