import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { listMirrors, type Mirror } from "../../store/mirrors.ts";
import type { Store } from "../../store/open-store.ts";
import { type MirrorDisk, openMirrorDisk } from "./mirror-disk.ts";
import { pathKey } from "./mirror-path.ts";

export const mirrorStates = ["same", "edited", "conflict", "missing", "blocked", "gone"] as const;

/**
 * How a mirrored file is: `same` as steward wrote it; `edited` here, not in Drive yet; in `conflict` with a newer version of
 * Drive that lies beside it; `missing` here, deleted; `blocked` by a link or folder in its place; `gone` from Drive and put
 * aside.
 */
export type MirrorState = (typeof mirrorStates)[number];

export interface LookedAt {
  mirror: Mirror;
  state: MirrorState;
}

export interface MirrorLook {
  files: LookedAt[];
  /** Files in the folder that no mirror is of, by path: they are the owner's own, and not in Drive. */
  onlyHere: string[];
}

/** Compares the mirror's files with what was written last. Contract: reads only. */
export async function lookAtMirrors(store: Store, directory: string): Promise<MirrorLook> {
  const disk = openMirrorDisk(directory);
  const files: LookedAt[] = [];
  for (const mirror of await listMirrors(store, "drive")) {
    files.push({ mirror, state: await stateOf(disk, mirror) });
  }
  const live = files.flatMap(({ mirror }) => (mirror.goneAt === null ? [mirror.path, mirror.besidePath ?? ""] : []));
  const known = new Set(live.map(pathKey));
  const there = await filesIn(directory);
  return { files, onlyHere: there.filter((path) => !known.has(pathKey(path))) };
}

async function stateOf(disk: MirrorDisk, mirror: Mirror): Promise<MirrorState> {
  if (mirror.goneAt !== null) return "gone";
  try {
    const here = await disk.hash(mirror.path);
    if (here === null) return "missing";
    if (here === mirror.remoteSha256) return "same";
    const { besidePath } = mirror;
    if (besidePath !== null && (await disk.hash(besidePath)) !== null) return "conflict";
    return here === mirror.writtenSha256 ? "same" : "edited";
  } catch (error) {
    if (error instanceof StewardError && error.code === "wrong_kind") return "blocked";
    throw error;
  }
}

async function filesIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"));
    return paths.filter((path) => !path.split("/").some((segment) => segment.startsWith("."))).sort();
  } catch (error) {
    const named = toStewardError(error, `looking at ${directory}`);
    if (named.code === "not_found") return [];
    throw named;
  }
}
