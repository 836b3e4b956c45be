import type { RawRecord } from "../core/record.ts";

const batchBytes = 384 * 1024;
const batchCount = 64;

/** Cuts a page's records into batches of about 384 KB or 64 records, so that both workers have something to do. */
export function batchRecords(records: readonly RawRecord[]): RawRecord[][] {
  const batches: RawRecord[][] = [];
  let current: RawRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    if (current.length > 0 && (bytes + record.bytes.byteLength > batchBytes || current.length >= batchCount)) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(record);
    bytes += record.bytes.byteLength;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}
