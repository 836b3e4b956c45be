import type { ParsedRecord, RawRecord } from "../../core/record.ts";

/** One event as Google's Calendar API v3 gives it, JSON. */
export async function parseGoogleEvent(record: RawRecord): Promise<ParsedRecord> {
  return { items: [], problems: [{ locator: record.locator, reason: "Google events are not read yet." }] };
}
