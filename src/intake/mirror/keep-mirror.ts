import type { MirrorHint, RawRecord } from "../../core/record.ts";
import { findMirror, type Mirror, mirrorAt, saveMirror } from "../../store/mirrors.ts";
import type { Store } from "../../store/open-store.ts";
import { type MirrorDisk, sha256 } from "./mirror-disk.ts";
import { pathKey, withMark } from "./mirror-path.ts";

/** What one mirror is kept with. */
export interface MirrorPlace {
  store: Store;
  disk: MirrorDisk;
  sourceId: string;
  /** UTC ISO-8601. */
  nowAt: string;
}

/**
 * Keeps one record as a file. A file that was edited here since steward wrote it is never overwritten: when the service's
 * version is a new one, it is put beside it.
 *
 * Contract: idempotent after a kill at any point, because what is on disk is compared before anything is done, and the row is
 * written last. Errors: those of `MirrorDisk`.
 */
export async function keepMirror(place: MirrorPlace, record: RawRecord, hint: MirrorHint): Promise<void> {
  const { disk } = place;
  const before = await findMirror(place.store, place.sourceId, record.externalId);
  const wanted = await freePath(place, hint.path, record.externalId);
  const path = await bringTo(place, before, wanted);
  const isBack = before !== null && before.goneAt !== null;
  const known: Mirror = {
    ...(before ?? blankMirror),
    sourceId: place.sourceId,
    externalId: record.externalId,
    format: record.format,
    path,
    pathKey: pathKey(path),
    version: hint.version,
    md5: hint.md5,
    gonePath: null,
    goneAt: null,
    ...(isBack ? { besidePath: null, besideSha256: null } : {}),
  };
  const remote = sha256(record.bytes);
  const here = await disk.hash(path);
  const isNews = before === null || remote !== before.remoteSha256;
  let kept = known;
  if (here === remote) kept = await settle(place, { ...known, writtenSha256: remote, remoteSha256: remote });
  else if (here !== null && here !== known.writtenSha256) {
    if (isNews) kept = await putBeside(place, known, record.bytes, remote);
  } else if (here !== null || isNews || isBack) {
    await disk.write(path, record.bytes);
    kept = await settle(place, { ...known, writtenSha256: remote, remoteSha256: remote });
  }
  await place.store.write((tx) => saveMirror(tx, kept, before));
}

const blankMirror = {
  kind: "drive" as const,
  writtenSha256: "",
  remoteSha256: "",
  besidePath: null,
  besideSha256: null,
};

/** The wanted path, or one like it when another live mirror holds it on a disk that knows no case. */
async function freePath(place: MirrorPlace, wanted: string, externalId: string): Promise<string> {
  const mark = sha256(Buffer.from(externalId));
  for (const path of [wanted, withMark(wanted, mark.slice(0, 6)), withMark(wanted, mark.slice(0, 20))]) {
    const holder = await mirrorAt(place.store, "drive", pathKey(path));
    if (holder === null || holder.externalId === externalId) return path;
  }
  return withMark(wanted, mark);
}

/** Moves what is kept already (edited or not, quarantined or not) to where it belongs now, and says where it is. */
async function bringTo({ disk }: MirrorPlace, before: Mirror | null, wanted: string): Promise<string> {
  const from = before?.goneAt == null ? (before?.path ?? null) : before.gonePath;
  if (before === null || from === null || from === wanted) return wanted;
  if ((await disk.hash(from)) === null) return wanted;
  if ((await disk.hash(wanted)) !== null) {
    // Something of the owner's is in the way; the next change tries again.
    return before.goneAt === null ? from : wanted;
  }
  await disk.move(from, wanted);
  return wanted;
}

/** Both sides say the same: what was put beside is needed no more, unless somebody worked in it. */
async function settle({ disk }: MirrorPlace, mirror: Mirror): Promise<Mirror> {
  const { besidePath, besideSha256 } = mirror;
  if (besidePath !== null && (await disk.hash(besidePath)) === besideSha256) await disk.remove(besidePath);
  return { ...mirror, besidePath: null, besideSha256: null };
}

async function putBeside(place: MirrorPlace, mirror: Mirror, bytes: Uint8Array, remote: string): Promise<Mirror> {
  for (let count = 1; ; count += 1) {
    const path = withMark(mirror.path, count === 1 ? "from-drive" : `from-drive-${count}`);
    const here = await place.disk.hash(path);
    const isOurs = here === null || here === remote || (path === mirror.besidePath && here === mirror.besideSha256);
    if (!isOurs) continue;
    if (here !== remote) await place.disk.write(path, bytes);
    return { ...mirror, remoteSha256: remote, besidePath: path, besideSha256: remote };
  }
}
