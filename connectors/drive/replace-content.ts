import { z } from "zod";
import type { Call, Outcome } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { afterEffect } from "../google-account/after-effect.ts";
import { stillSettling } from "../google-account/still-settling.ts";
import type { DoorRevision, DriveDoorClient } from "./door-client.ts";
import { md5Of, readDriveText } from "./drive-text.ts";
import { driveId, mediaTypeSchema } from "./write-requests.ts";

/** A change of content as it was approved. */
export interface ContentChange {
  fileId: string;
  path: string;
  mediaType: string;
  baseRevision: string;
  baseMd5: string;
  text: string;
}

export const updatedFile = z.strictObject({
  fileId: driveId,
  mediaType: mediaTypeSchema,
  md5: z.string(),
  beforeRevision: driveId,
  beforeMd5: z.string(),
  isKept: z.boolean(),
  /** Revisions of others that came between what was approved and what was written. */
  foreign: z.array(driveId).max(1000),
});
export type Updated = z.output<typeof updatedFile>;
type DriveCall = Call<DriveDoorClient>;

/**
 * Has Drive keep the content that is replaced. False when Drive refuses it (at most 200 of a file are kept): then the content
 * stays for the 30 days that every revision does, and the card is carried out all the same.
 * Source: https://developers.google.com/workspace/drive/api/guides/change-overview
 */
export async function keepBefore({ fileId, baseRevision }: ContentChange, call: DriveCall): Promise<boolean> {
  try {
    await call.client.keepRevision(fileId, baseRevision, call.signal);
    return true;
  } catch (error) {
    if (error instanceof StewardError && (error.code === "no_permission" || error.code === "usage")) return false;
    throw error;
  }
}

/**
 * Writes the text over the content it was approved against. Contract: one request that changes something. Drive compares
 * nothing (it has no conditional writes): what came in between is found afterwards, and told. Errors: `moved`.
 */
export async function writeContent(change: ContentChange, isKept: boolean, call: DriveCall): Promise<Updated> {
  const { client, signal } = call;
  const { fileId, mediaType, text } = change;
  const file = await client.file(fileId, signal);
  if (file === null || file.trashed || !isBase(file, change)) {
    throw new StewardError("moved", `${change.path} was changed in Drive after you saw it.`);
  }
  const written = await client.write(fileId, { mediaType, text }, signal);
  return await afterEffect(async () => {
    const revisions = await client.revisions(fileId, signal);
    const own = revisions.findIndex(({ id }) => id === written.headRevisionId);
    return toResult(change, isKept, between(change, revisions, own));
  });
}

/** What became of it, by Drive's own account: the content now, and the revisions since. */
export async function settleContent(
  change: ContentChange,
  isKept: boolean,
  call: DriveCall,
): Promise<Outcome<Updated>> {
  const { client, signal } = call;
  const file = await client.file(change.fileId, signal);
  // What is gone for good cannot be written any more; the checks of the next try say so.
  if (file === null) return { kind: "not_done" };
  const revisions = await client.revisions(change.fileId, signal);
  const own = ownRevision(change, revisions, file.headRevisionId);
  if (own >= 0) return { kind: "done", result: toResult(change, isKept, between(change, revisions, own)) };
  return stillSettling(call, "Drive does not have the new text by now.");
}

/** Writes the content before back. Contract: twice is once. Errors: `moved` when somebody wrote on in it. */
export async function putContentBack(done: Updated, { client, signal }: DriveCall): Promise<void> {
  const { fileId, mediaType, md5, beforeRevision, beforeMd5 } = done;
  const file = await client.file(fileId, signal);
  if (file?.md5Checksum === beforeMd5) return;
  if (file === null || file.trashed || file.md5Checksum !== md5) {
    throw new StewardError("moved", "The file was changed since: the text before was not written back.", {
      cure: "Choose the version you want in Drive, under Manage versions.",
    });
  }
  const text = readDriveText(await client.revisionBytes(fileId, beforeRevision, signal));
  if (text === null || md5Of(text) !== beforeMd5) {
    throw new StewardError("unavailable", "Drive gave something else than the text before.", { cure: "Try again." });
  }
  await client.write(fileId, { mediaType, text }, signal);
}

function isBase(
  file: { headRevisionId?: string | undefined; md5Checksum?: string | undefined },
  { baseRevision, baseMd5 }: ContentChange,
): boolean {
  return file.headRevisionId === baseRevision && file.md5Checksum === baseMd5;
}

/** Where the approved text is among the revisions after the one it was approved against; -1 when it is not. */
function ownRevision(
  { baseRevision, text }: ContentChange,
  revisions: readonly DoorRevision[],
  head: string | undefined,
): number {
  const md5 = md5Of(text);
  const base = revisions.findIndex(({ id }) => id === baseRevision);
  // Without that one, an older revision with the same text would count as this change.
  if (base < 0) return revisions.findIndex(({ id, md5Checksum }) => id === head && md5Checksum === md5);
  return revisions.findIndex(({ md5Checksum }, at) => at > base && md5Checksum === md5);
}

function between({ baseRevision }: ContentChange, revisions: readonly DoorRevision[], own: number): string[] {
  const base = revisions.findIndex(({ id }) => id === baseRevision);
  const since = base < 0 ? [] : revisions.slice(base + 1, own < 0 ? undefined : own);
  return since.map(({ id }) => id);
}

function toResult(change: ContentChange, isKept: boolean, foreign: string[]): Updated {
  const { fileId, mediaType, text, baseRevision, baseMd5 } = change;
  return {
    fileId,
    mediaType,
    md5: md5Of(text),
    beforeRevision: baseRevision,
    beforeMd5: baseMd5,
    isKept,
    foreign: foreign.slice(0, 1000),
  };
}
