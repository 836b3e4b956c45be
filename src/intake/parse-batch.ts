import type { Problem, RawRecord } from "../core/record.ts";
import { parseRecord } from "../formats/parse-record.ts";
import { searchColumns } from "../store/search-columns.ts";
import type { PreparedItem } from "../store/take-items.ts";
import { type FramePart, toFrame } from "./originals.ts";

/** What a worker is asked to do: parse these, fold them for the index, put raw mail away. */
export interface ParseJob {
  records: RawRecord[];
  /** Names of where the records lie, for `in:` searches. */
  places: string[];
  /** Whether raw mail is to be kept; else only a pointer to it is. */
  keepOriginals: boolean;
}

export interface ParseResult {
  items: PreparedItem[];
  problems: Problem[];
  /** Records of which only a part could be read. */
  partial: number;
}

/** Parses a batch of records. Contract: runs in a worker or in process alike; no I/O. */
export async function parseBatch(job: ParseJob): Promise<ParseResult> {
  const result: ParseResult = { items: [], problems: [], partial: 0 };
  const kept = new Map(keepWhole(job));
  for (const record of job.records) {
    const original = record.format === "mail" ? (kept.get(record) ?? pointerTo(record)) : null;
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
function keepWhole(job: ParseJob): [RawRecord, FramePart][] {
  if (!job.keepOriginals) return [];
  const whole = job.records.filter((one) => one.format === "mail" && one.hints.truncatedFromBytes === undefined);
  const parts = toFrame(whole.map((record) => record.bytes));
  return whole.flatMap((record, index) => {
    const part = parts[index];
    return part === undefined ? [] : [[record, part]];
  });
}

function pointerTo(record: RawRecord): string {
  return `pointer:${record.locator.path}#${record.locator.offset ?? 0}`;
}
