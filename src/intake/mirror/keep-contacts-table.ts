import { basename } from "node:path";
import { StewardError } from "../../core/errors.ts";
import type { RawRecord } from "../../core/record.ts";
import { findMirror, forgetMirror, isMirrorAbandoned, type Mirror, mirrorAt, saveMirror } from "../../store/mirrors.ts";
import type { MirrorPlace } from "./keep-mirror.ts";
import { sha256 } from "./mirror-disk.ts";
import { pathKey } from "./mirror-path.ts";

/**
 * Keeps the table of contacts that a service gave as a file beside contacts.csv; `steward contacts` compares the two. It is
 * steward's own copy and always says what the service says. contacts.csv itself is never touched.
 *
 * Errors: `wrong_kind` when another source's table is kept there already; those of `MirrorDisk`.
 */
export async function keepContactsTable(place: MirrorPlace, record: RawRecord, file: string): Promise<void> {
  const { store, disk, sourceId } = place;
  const path = basename(file);
  const before = await findMirror(store, sourceId, record.externalId);
  const holder = await mirrorAt(store, "contacts", pathKey(path));
  if (holder !== null && (holder.sourceId !== sourceId || holder.externalId !== record.externalId)) {
    if (!(await isMirrorAbandoned(store, holder))) {
      throw new StewardError(
        "wrong_kind",
        "contacts.csv is kept in step with another sheet; this one is only searched.",
      );
    }
    if (holder.externalId !== record.externalId) await store.write((tx) => forgetMirror(tx, holder));
  }
  const remote = sha256(record.bytes);
  if ((await disk.hash(path)) !== remote) await disk.write(path, record.bytes);
  const kept: Mirror = {
    sourceId,
    externalId: record.externalId,
    kind: "contacts",
    format: record.format,
    path,
    pathKey: pathKey(path),
    version: record.hints.contactsTable?.version ?? "",
    md5: null,
    writtenSha256: remote,
    remoteSha256: remote,
    besidePath: null,
    besideSha256: null,
    gonePath: null,
    goneAt: null,
  };
  await store.write((tx) => saveMirror(tx, kept, before));
}
