import { findMirror, type Mirror, mirrorAt, saveMirror } from "../../store/mirrors.ts";
import type { MirrorPlace } from "./keep-mirror.ts";
import { goneFolder, withMark } from "./mirror-path.ts";

/**
 * Puts the file of a record that the service lost aside, with whatever was edited in it; nothing is destroyed.
 * Contract: idempotent after a kill at any point: where it goes is written down before it is moved.
 */
export async function quarantineMirror(place: MirrorPlace, externalId: string): Promise<void> {
  const mirror = await findMirror(place.store, place.sourceId, externalId);
  if (mirror === null || mirror.kind !== "drive" || mirror.sourceId !== place.sourceId) return;
  const gone = mirror.goneAt === null ? await markGone(place, mirror) : mirror;
  const holder = await mirrorAt(place.store, "drive", gone.pathKey);
  if (gone.gonePath === null || holder !== null || (await place.disk.hash(gone.gonePath)) !== null) return;
  await place.disk.move(gone.path, gone.gonePath);
  if (gone.besidePath === null || gone.besideSha256 === null) return;
  await place.disk.move(gone.besidePath, await freeGonePath(place, gone.besidePath));
}

async function markGone(place: MirrorPlace, mirror: Mirror): Promise<Mirror> {
  const isThere = (await place.disk.hash(mirror.path)) !== null;
  const gone: Mirror = {
    ...mirror,
    goneAt: place.nowAt,
    gonePath: isThere ? await freeGonePath(place, mirror.path) : null,
  };
  await place.store.write((tx) => saveMirror(tx, gone));
  return gone;
}

async function freeGonePath({ disk, nowAt }: MirrorPlace, path: string): Promise<string> {
  const wanted = `${goneFolder}/${nowAt.slice(0, 10)}/${path}`;
  let free = wanted;
  for (let count = 2; (await disk.hash(free)) !== null; count += 1) free = withMark(wanted, `${count}`);
  return free;
}
