import { constants } from "node:fs";
import { link, lstat, mkdir, open, readdir, realpath, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "../../src/core/canonical.ts";
import { StewardError, toStewardError } from "../../src/core/errors.ts";
import { refuseHomePath } from "./home-path.ts";

/** Where in a write something stands: for the drills that end it there. */
export const writeSteps = ["written", "renamed"] as const;
export type WriteStep = (typeof writeSteps)[number];

/** A file as it lies there: its bytes and their SHA-256. */
export interface HomeFile {
  bytes: Uint8Array;
  sha256: string;
}

/**
 * The files of the steward home, by relative paths with `/`. The home itself may be a link that the owner made; below it no
 * link is followed and nothing outside is touched.
 *
 * Contract: a write is there whole or not at all, at any crash, and is on disk when the promise is kept. `key` names the
 * attempt's own temporary file, which the next write of that file takes away. One process writes through it at a time.
 * Errors: `moved` when what lies there is not what `base` says; `wrong_kind` for a link, a folder or a special file;
 * `usage` for a path that is none; `disk_full`, `no_permission`, `internal`.
 */
export interface HomeFolder {
  /** Null when there is none. */
  read(path: string): Promise<HomeFile | null>;
  /** Replaces what has the SHA-256 `base`, or makes a file where there is none (`base` null). */
  write(path: string, bytes: Uint8Array, options: { base: string | null; key: string }): Promise<void>;
  /** Takes away a file that has the SHA-256 `base`; one that is not there is fine. */
  remove(path: string, options: { base: string }): Promise<void>;
}

export function openHomeFolder(
  homePath: string,
  options: { atStep?: (step: WriteStep, path: string) => void } = {},
): HomeFolder {
  const read = (path: string): Promise<HomeFile | null> =>
    named(`reading ${path}`, async () => {
      const place = await locate(homePath, path, { make: false });
      return place === null ? null : await readPlain(place.file);
    });
  return {
    read,
    write: (path, bytes, { base, key }) =>
      named(`writing ${path}`, async () => {
        const place = await locate(homePath, path, { make: true });
        if (place === null) throw new StewardError("not_found", "There is no folder for it.");
        await needBase(place.file, base, path);
        const temporary = await writeTemporary(place, bytes, key);
        options.atStep?.("written", path);
        // An editor may have saved while the bytes were written.
        await needBase(place.file, base, path);
        await (base === null ? putNew(temporary, place.file, path) : rename(temporary, place.file));
        await afterwards(path, async () => {
          await syncFolder(place.folder);
          options.atStep?.("renamed", path);
        });
      }),
    remove: (path, { base }) =>
      named(`removing ${path}`, async () => {
        const place = await locate(homePath, path, { make: false });
        if (place === null || (await readPlain(place.file)) === null) return;
        await needBase(place.file, base, path);
        await unlink(place.file);
        await syncFolder(place.folder);
      }),
  };
}

interface Place {
  folder: string;
  name: string;
  file: string;
}

/** Walks to the place of a file, folder by folder; null when a folder is missing and none is to be made. */
async function locate(homePath: string, path: string, { make }: { make: boolean }): Promise<Place | null> {
  const refused = refuseHomePath(path);
  if (refused !== null) throw new StewardError("usage", `${JSON.stringify(path)} is no place in the home: ${refused}.`);
  const segments = path.split("/");
  const name = segments.pop() ?? "";
  let folder = await realpath(homePath);
  for (const segment of segments) {
    const next = join(folder, segment);
    const kind = await kindOf(next);
    if (kind === null && !make) return null;
    if (kind === null) await mkdir(next, { mode: 0o700 });
    else if (kind !== "folder")
      throw new StewardError("wrong_kind", `There is a ${kind} where ${path} needs a folder.`);
    folder = next;
  }
  return { folder, name, file: join(folder, name) };
}

async function readPlain(file: string): Promise<HomeFile | null> {
  const kind = await kindOf(file);
  if (kind === null) return null;
  if (kind !== "file") throw new StewardError("wrong_kind", `There is a ${kind} where a file is meant.`);
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const bytes = new Uint8Array(await handle.readFile());
    return { bytes, sha256: sha256Hex(bytes) };
  } finally {
    await handle.close();
  }
}

async function needBase(file: string, base: string | null, path: string): Promise<void> {
  const found = (await readPlain(file))?.sha256 ?? null;
  if (found === base) return;
  const what = found === null ? "is gone" : base === null ? "is there already" : "was changed since";
  throw new StewardError("moved", `${path} ${what}. Nothing was written.`, { cure: "Have the card drafted again." });
}

async function writeTemporary(place: Place, bytes: Uint8Array, key: string): Promise<string> {
  const prefix = `.${place.name}.door-`;
  for (const left of await readdir(place.folder)) if (left.startsWith(prefix)) await unlink(join(place.folder, left));
  const temporary = join(place.folder, `${prefix}${key.slice(0, 12)}.tmp`);
  const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.chmod((await modeOf(place.file)) ?? 0o600);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}

/** A link never lands on a file, a rename does. Disks that know no links (FAT) are looked at just before. */
async function putNew(temporary: string, file: string, path: string): Promise<void> {
  try {
    await link(temporary, file);
    await unlink(temporary);
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : null;
    if (code === "EEXIST") await needBase(file, null, path);
    await needBase(file, null, path);
    await rename(temporary, file);
  }
}

async function kindOf(path: string): Promise<"file" | "folder" | "link" | "special file" | null> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return "link";
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "file" : "special file";
  } catch (error) {
    if (toStewardError(error, path).code === "not_found") return null;
    throw error;
  }
}

async function modeOf(file: string): Promise<number | null> {
  return (await kindOf(file)) === null ? null : (await lstat(file)).mode & 0o777;
}

/** Until its folder is on disk too, a power cut may bring the old file back. Windows opens no folders, and needs none of it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What fails here leaves the new file where it is: no error of it may say that nothing happened. */
async function afterwards(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new StewardError("internal", `${path} is written, but maybe not on disk yet.`, { cause: error });
  }
}

async function named<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStewardError(error, doing);
  }
}
