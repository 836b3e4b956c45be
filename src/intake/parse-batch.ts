import type { Problem, RawRecord } from "../core/record.ts";
import { parseRecord } from "../formats/parse-record.ts";
import { searchColumns } from "../store/search-columns.ts";
import type { PreparedItem } from "../store/take-items.ts";
import { type Originals, openOriginals } from "./originals.ts";

/** What a worker is asked to do: parse these, fold them for the index, put raw mail away. */
export interface ParseJob {
  records: RawRecord[];
  /** Names of where the records lie, for `in:` searches. */
  places: string[];
  /** Folder for raw mail; null keeps only a pointer. */
  originalsDirectory: string | null;
}

export interface ParseResult {
  items: PreparedItem[];
  problems: Problem[];
  /** Records of which only a part could be read. */
  partial: number;
}

/** Parses a batch of records. Contract: runs in a worker or in process alike; throws only when the disk refuses. */
export async function parseBatch(job: ParseJob): Promise<ParseResult> {
  const originals = job.originalsDirectory === null ? null : openOriginals(job.originalsDirectory);
  const result: ParseResult = { items: [], problems: [], partial: 0 };
  for (const record of job.records) {
    const original = keepOriginal(record, originals);
    const parsed = await parseRecord(record);
    result.problems.push(...parsed.problems);
    for (const draft of parsed.items) {
      if (draft.partial) {
        result.partial += 1;
        for (const reason of draft.problems) result.problems.push({ locator: record.locator, reason });
      }
      result.items.push({
        draft,
        search: searchColumns(draft, job.places),
        original,
        sizeBytes: record.hints.truncatedFromBytes ?? record.bytes.byteLength,
        locator: record.locator,
      });
    }
  }
  return result;
}

/** Only mail is kept, and only whole: a message over the limit stays where it is, with a pointer. */
function keepOriginal(record: RawRecord, originals: Originals | null): string | null {
  if (record.format !== "mail") return null;
  if (originals === null || record.hints.truncatedFromBytes !== undefined) {
    return `pointer:${record.locator.path}#${record.locator.offset ?? 0}`;
  }
  return originals.keep(record.bytes);
}
