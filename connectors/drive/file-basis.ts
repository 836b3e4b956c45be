import type { Basis } from "../../src/core/action.ts";
import { canonicalHash } from "../../src/core/canonical.ts";
import { readSharing, sharingVersion } from "../google-account/file-sharing.ts";
import type { DoorFile } from "./door-client.ts";

/**
 * What a change of a file rests on, part by part. Not Drive's `version`: it grows also by what nobody did, such as keeping a
 * revision or drawing a thumbnail.
 * Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files (version, headRevisionId)
 */
export function fileBasis(file: DoorFile | null, path: string, email: string): Basis[] {
  const isThere = file !== null && !file.trashed;
  const place = isThere ? canonicalHash({ name: file.name, parents: file.parents, mimeType: file.mimeType }) : "gone";
  return [
    { what: `the place of ${path}`, version: place },
    { what: `who sees ${path}`, version: isThere ? sharingVersion(readSharing(file, email)) : "gone" },
  ];
}

/** The same, of what is in it. */
export function contentBasis(file: DoorFile | null, path: string): Basis {
  const head = file?.headRevisionId ?? "";
  return { what: path, version: file === null || file.trashed ? "gone" : `${head} ${file.md5Checksum ?? ""}` };
}
