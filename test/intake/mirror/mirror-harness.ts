import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RawRecord } from "../../../src/core/record.ts";
import { keepMirror, type MirrorPlace } from "../../../src/intake/mirror/keep-mirror.ts";
import { type MirrorDisk, openMirrorDisk } from "../../../src/intake/mirror/mirror-disk.ts";
import { quarantineMirror } from "../../../src/intake/mirror/quarantine-mirror.ts";
import type { Store } from "../../../src/store/open-store.ts";

/** A Markdown record with a place in the mirror. */
export function documentRecord(externalId: string, path: string, text: string, version = "1"): RawRecord {
  return {
    format: "markdown",
    externalId,
    bytes: new TextEncoder().encode(text),
    hints: { title: path, mirror: { path, version, md5: null } },
    locator: { path: `https://drive.google.com/open?id=${externalId}`, offset: null },
  };
}

/** Every file below a folder by its relative path, hidden ones too, with its text. */
export function filesBelow(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** What a page says: records that are there, and ids that are gone. */
export interface Told {
  records?: RawRecord[];
  gone?: string[];
}

export class Killed extends Error {}

/** Counts every step on disk and in the store, and ends the world before or after the one chosen. */
export function killAt(store: Store, disk: MirrorDisk, step: number, when: "before" | "after") {
  let steps = 0;
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    steps += 1;
    const isLast = steps === step;
    if (isLast && when === "before") throw new Killed();
    const result = await work();
    if (isLast) throw new Killed();
    return result;
  };
  const dying: MirrorDisk = {
    hash: (path) => disk.hash(path),
    read: (path) => disk.read(path),
    write: (path, bytes) => counted(() => disk.write(path, bytes)),
    move: (from, to) => counted(() => disk.move(from, to)),
    remove: (path) => counted(() => disk.remove(path)),
  };
  const dyingStore: Store = { ...store, read: store.read, write: (work) => counted(() => store.write(work)) };
  return { disk: dying, store: dyingStore, steps: () => steps };
}

export async function tell(place: MirrorPlace, told: Told): Promise<void> {
  for (const id of told.gone ?? []) await quarantineMirror(place, id);
  for (const record of told.records ?? []) {
    const { mirror } = record.hints;
    if (mirror !== undefined) await keepMirror(place, record, mirror);
  }
}

export function placeOf(store: Store, folder: string, nowAt = "2026-11-20T12:00:00.000Z"): MirrorPlace {
  return { store, disk: openMirrorDisk(folder), sourceId: "a", nowAt };
}
