import type { Clock } from "../../src/core/clock.ts";
import type { Page } from "../../src/core/connector.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { DriveCalls } from "./client.ts";
import { type DriveFile, folderType } from "./drive-file.ts";

/** A connected folder. What it remembers between pages saves calls only; everything that counts is in the cursor. */
export interface DriveClient {
  calls: DriveCalls;
  folderId: string;
  clock: Clock;
  zone: string;
  /** What listings and changes said of files that are still to be fetched. */
  seen: Map<string, DriveFile>;
  /** Readings in which a file could not be had; kept by the connector, because a client ends with a failure. */
  failures: Map<string, number>;
  /** Folders known to be outside the chosen one. */
  outside: Set<string>;
}

/**
 * The chosen folder as the account sees it. Errors: `not_found` with what to do, when it is deleted, in the bin or no folder.
 */
export async function findRoot(client: DriveClient, id: string, signal: AbortSignal): Promise<DriveFile> {
  const root = await client.calls.find(id, signal);
  if (root !== null && !root.trashed && root.mimeType === folderType) return root;
  const why = root === null ? "is not there, or the account may not see it" : "is in the bin";
  const reason = root !== null && !root.trashed ? "is no folder" : why;
  throw new StewardError("not_found", `The Drive folder that is mirrored ${reason}. Nothing here was changed.`, {
    cure: "Restore the folder in Drive, or choose another one: steward connect google --folder NAME",
  });
}

/** Entries that Drive sent and that cannot be understood are told, never skipped in silence. */
export function noteUnread(page: Page, count: number): void {
  if (count === 0) return;
  const reason = `${count} entries of Drive's answer could not be understood.`;
  page.failed.push({ locator: { path: "Google Drive", offset: null }, reason });
}
