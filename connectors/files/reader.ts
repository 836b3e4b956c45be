import type { Page } from "../../src/core/connector.ts";

/** The kinds of files and folders that can be read. One reader, in one file, each. */
export const fileKinds = [
  "mbox",
  "maildir",
  "eml_folder",
  "apple_mail",
  "thunderbird",
  "ics",
  "whatsapp",
  "telegram",
  "imessage",
  "contacts_csv",
  "vcard",
  "steward_contacts",
  "folder",
  "notion",
] as const;
export type FileKind = (typeof fileKinds)[number];

/** What `recognise` looks at: the path (absolute), what it is, and for a file its first 64 KB (empty for a folder). */
export interface Candidate {
  path: string;
  isFolder: boolean;
  sizeBytes: number;
  head: Uint8Array;
  /** Names of the entries of a folder, at most 5,000. */
  entries: string[];
}

/** What a candidate turned out to be. `sizeBytes` is 0 for a folder: it is not added up before it is read. */
export interface Recognised {
  kind: FileKind;
  /** What the owner would call it, such as "All mail Including Spam and Trash" or "WhatsApp chat with Inès". */
  label: string;
  sizeBytes: number;
}

/** How one pass reads. At most one of `recentSince` and `olderThan` is set. */
export interface ReadOptions {
  /** Records older than this instant are left for a later pass; null reads everything. UTC ISO-8601. */
  recentSince: string | null;
  /** Records not older than this were read by an earlier pass and are skipped; null skips nothing. */
  olderThan: string | null;
  /** The owner's zone (IANA) and default phone region (ISO 3166 alpha-2), for local times and national numbers. */
  zone: string;
  region: string;
}

/**
 * Reads one kind of file or folder, streaming.
 *
 * Contract: `recognise` is cheap, never throws and returns null when the candidate is something else. `pull` returns one
 * page (1 to 8 MB of records, at most 1,000 of them) from `cursor` (null = start) and reads with explicit offsets. All it
 * needs is in the cursor, so that it can go on in another process; what a reader remembers between calls (a listing) only
 * makes it faster. The cursor is plain JSON parsed by the reader's own schema and, when the last page was returned, says what was seen (size, mtime, a hash near the end), so that the next pull
 * of an unchanged source returns an empty last page at once and that of a grown one returns only what is new. Memory stays
 * bounded whatever the size of the source. A record that cannot be cut out goes to `failed` with its byte offset.
 */
export interface FileReader {
  kind: FileKind;
  recognise(candidate: Candidate): Promise<Recognised | null>;
  pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page>;
}
