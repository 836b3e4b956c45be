import type { DraftItem } from "./item.ts";

/** The closed list of raw formats a connector may hand over; `src/formats/parse-record.ts` has one parser for each. */
export const recordFormats = [
  "mail",
  "whatsapp",
  "telegram",
  "imessage",
  "ics",
  "google_event",
  "vcard",
  "google_csv",
  "outlook_csv",
  "steward_csv",
  "markdown",
  "csv",
  "pdf",
  "docx",
  "text",
  "html",
] as const;
export type RecordFormat = (typeof recordFormats)[number];

/**
 * One raw record as it lies in the source. `bytes` is the record itself, unparsed. `hints` carries what only the source
 * knows (labels of an .emlx, the decided date order of a chat export, the folder of a Maildir), as plain JSON. `locator` says
 * where a person can find it: the file and, for files with many records, the byte offset.
 *
 * Contract: structured-cloneable, so that it can be parsed in a worker; one record may give several items.
 */
export interface RawRecord {
  format: RecordFormat;
  externalId: string;
  bytes: Uint8Array;
  hints: RecordHints;
  locator: Locator;
}

export interface Locator {
  path: string;
  offset: number | null;
}

export interface RecordHints {
  /** Gmail or folder labels known outside the bytes. */
  labels?: string[];
  /** The container says that the owner sent it. */
  sent?: boolean;
  /** Size in the source, when `bytes` is only its beginning (a message over the limit). */
  truncatedFromBytes?: number;
  /** Name of the file or chat, for titles. */
  title?: string;
  /** File modification time, UTC ISO-8601. */
  modifiedAt?: string;
  /** The file of the owner's mirror that these bytes are; intake writes it. */
  mirror?: MirrorHint;
  /** These bytes are the whole table of contacts that the owner keeps at a service; intake keeps it beside contacts.csv. */
  contactsTable?: { version: string };
  /** The owner's default region for phone numbers, ISO 3166 alpha-2. */
  region?: string;
  /** Zone that local times without one are in, an IANA name. */
  zone?: string;
  /** Anything a format needs beyond these; plain JSON, parsed by that format's own schema. */
  format?: unknown;
}

/**
 * A place in the steward home's `drive/`: `path` is relative, with `/`, made safe by the connector's side and checked again by
 * intake. `version` and `md5` are the service's own (`md5` null for what it exports).
 */
export interface MirrorHint {
  path: string;
  version: string;
  md5: string | null;
}

/** Something that could not be read, with where it is. `reason` is for the owner, in words. */
export interface Problem {
  locator: Locator;
  reason: string;
}

/** What a parser makes of one record. Contract: a parser never throws for bad input; it reports a problem. */
export interface ParsedRecord {
  items: DraftItem[];
  problems: Problem[];
}
