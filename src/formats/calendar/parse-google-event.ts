import type { Attachment, DraftItem } from "../../core/item.ts";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { untrusted } from "../../core/untrusted.ts";
import { cleanText, decodeBytes } from "../documents/decode-bytes.ts";
import { decodeGoogleEvent, type GoogleEvent, type GoogleEventHints, googleEventHints } from "./google-event-schema.ts";
import { readGoogleEvent } from "./read-google-event.ts";
import { toEventItem } from "./to-event-item.ts";

const attachmentLimit = 100;
const blankHints: GoogleEventHints = {
  calendar: { summary: "", zone: null, account: "", accessRole: "owner", primary: true },
  series: null,
};

/**
 * One event as Google's Calendar API v3 gives it, JSON: the same item that a calendar file of the same event gives, with the
 * record's own external id. The removed time of a series is an item with the status `cancelled` and its `recurrenceId`.
 * Contract: pure, never throws; fields that are not as documented are left out and named.
 */
export async function parseGoogleEvent(record: RawRecord): Promise<ParsedRecord> {
  const problem = (reason: string): ParsedRecord => ({ items: [], problems: [{ locator: record.locator, reason }] });
  const json = readJson(decodeBytes(record.bytes).text);
  if (json === undefined) return problem("The calendar gave an event that is no readable JSON.");
  const decoded = decodeGoogleEvent(json);
  if (decoded === null) return problem("The calendar gave an event without an id.");
  const { event, unusable } = decoded;
  const hints = googleEventHints.safeParse(record.hints.format);
  const read = readGoogleEvent(event, hints.success ? hints.data : blankHints);
  for (const field of unusable) read.problems.push(`The event's ${field.slice(0, 40)} is not as Google documents it.`);
  const item: DraftItem = {
    ...toEventItem(read),
    externalId: record.externalId,
    attachments: (event.attachments ?? []).slice(0, attachmentLimit).map(toAttachment),
  };
  return { items: [item], problems: [] };
}

/** Google gives a link to a file, not the file. */
function toAttachment(file: NonNullable<GoogleEvent["attachments"]>[number]): Attachment {
  return {
    name: untrusted((file.title ?? "").slice(0, 500)),
    mediaType: (file.mimeType ?? "application/octet-stream").slice(0, 200),
    sizeBytes: 0,
    sha256: null,
    inline: false,
    text: untrusted(""),
  };
}

/** Escapes in JSON can spell what no text of ours may hold. Undefined when it cannot be read. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => (typeof value === "string" ? cleanText(value) : value));
  } catch {
    // JSON.parse has no way of asking; `parseGoogleEvent` says what is wrong.
    return undefined;
  }
}
