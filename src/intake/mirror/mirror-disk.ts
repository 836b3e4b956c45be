import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { writeFileAtomic } from "../../store/write-file-atomic.ts";

/**
 * The files below one folder, by relative paths with `/`. The folder itself may be a link that the owner made; below it no
 * link is followed, and nothing outside it is touched.
 *
 * Contract: `write` leaves the old file or the new; `move` never lands on a file. Errors: `wrong_kind` for a link or a folder
 * where a file is meant, `disk_full`, `no_permission`, `not_found`.
 */
export interface MirrorDisk {
  /** SHA-256 of the file in hex; null when there is none. */
  hash(path: string): Promise<string | null>;
  /** Its bytes; null when there is none. */
  read(path: string): Promise<Uint8Array | null>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Moves a file to a place where there is none; folders left empty go. */
  move(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export function openMirrorDisk(directory: string): MirrorDisk {
  const named = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStewardError(error, `keeping ${path}`);
    }
  };
  const read = (path: string): Promise<Uint8Array | null> =>
    named(path, async () => {
      const file = await locate(directory, path, { make: false });
      return file?.isThere === true ? await readFile(file.path) : null;
    });
  return {
    read,
    hash: async (path) => {
      const bytes = await read(path);
      return bytes === null ? null : sha256(bytes);
    },
    write: (path, bytes) =>
      named(path, async () => {
        const file = await locate(directory, path, { make: true });
        if (file !== null) await writeFileAtomic(file.path, bytes);
      }),
    move: (from, to) =>
      named(from, async () => {
        const source = await locate(directory, from, { make: false });
        const target = await locate(directory, to, { make: true });
        if (source?.isThere !== true || target === null) return;
        if (target.isThere) throw new StewardError("wrong_kind", `There is a file at ${to} already.`);
        await rename(source.path, target.path);
        await dropEmptyFolders(directory, from);
      }),
    remove: (path) =>
      named(path, async () => {
        const file = await locate(directory, path, { make: false });
        if (file?.isThere === true) await unlink(file.path);
      }),
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Walks to the place of a file, folder by folder; null when a folder is missing and none is to be made. */
async function locate(
  directory: string,
  path: string,
  { make }: { make: boolean },
): Promise<{ path: string; isThere: boolean } | null> {
  const segments = path.split("/");
  const name = segments.pop() ?? "";
  if ([name, ...segments].some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw new StewardError("wrong_kind", `${path} is no place in the mirror.`);
  }
  if (make) await mkdir(directory, { recursive: true, mode: 0o700 });
  let at = (await kindOf(directory)) === null ? null : await realpath(directory);
  for (const segment of segments) {
    if (at === null) return null;
    at = await enter(join(at, segment), path, make);
  }
  if (at === null) return null;
  const kind = await kindOf(join(at, name));
  if (kind !== null && kind !== "file") throw new StewardError("wrong_kind", `There is a ${kind} at ${path}.`);
  return { path: join(at, name), isThere: kind === "file" };
}

async function enter(folder: string, path: string, make: boolean): Promise<string | null> {
  const kind = await kindOf(folder);
  if (kind === "folder") return folder;
  if (kind !== null) throw new StewardError("wrong_kind", `There is a ${kind} where ${path} needs a folder.`);
  if (!make) return null;
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

async function kindOf(path: string): Promise<"file" | "folder" | "link" | "device" | null> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return "link";
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "file" : "device";
  } catch (error) {
    if (toStewardError(error, path).code === "not_found") return null;
    throw error;
  }
}

async function dropEmptyFolders(directory: string, path: string): Promise<void> {
  for (let folder = posix.dirname(path); folder !== "."; folder = dirname(folder)) {
    try {
      await rmdir(join(directory, folder));
    } catch {
      // It is not empty: something of the owner's, or another file of the mirror, is in it.
      return;
    }
  }
}
