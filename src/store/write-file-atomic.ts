import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toStewardError } from "../core/errors.ts";
import { isProcessGone, placeOfProcess } from "./lease-owner.ts";

/** How a file is opened; a test hands in one that fails as a full disk does. */
export type OpenFile = (path: string, flags: number, mode: number) => Promise<FileHandle>;

export interface WriteOptions {
  /** For a new file; an existing one keeps its own unless `keepMode` is false. Default 0o600. */
  mode?: number;
  keepMode?: boolean;
  open?: OpenFile;
}

const abandonedAfterMs = 10 * 60_000;

/**
 * Puts `contents` at `path` so that a reader, or a crash at any moment, finds the old file or the new one whole: temporary
 * file beside it, fsync, rename, fsync of the folder. A symbolic link keeps pointing where it points.
 *
 * Contract: on failure the old file is untouched and no temporary file stays; those an earlier crash left are removed.
 * Errors: `disk_full`, `no_permission`, `not_found` (the folder), `internal`.
 */
export async function writeFileAtomic(
  path: string,
  contents: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  try {
    const target = await followLinks(path);
    await dropAbandoned(target);
    const temporary = `${temporaryPrefix(target)}${ownMark()}-${process.hrtime.bigint().toString(36)}.tmp`;
    const mode = (options.keepMode === false ? null : await existingMode(target)) ?? options.mode ?? 0o600;
    try {
      await writeWhole(temporary, contents, mode, options.open ?? open);
      await rename(temporary, target);
    } catch (error) {
      await unlink(temporary).catch(ignoreMissing);
      throw error;
    }
    await syncFolder(dirname(target));
  } catch (error) {
    throw toStewardError(error, `writing ${path}`);
  }
}

async function writeWhole(
  path: string,
  contents: string | Uint8Array,
  mode: number,
  openFile: OpenFile,
): Promise<void> {
  const file = await openFile(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    await file.writeFile(contents);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    ignoreMissing(error);
    return path;
  }
}

async function existingMode(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    ignoreMissing(error);
    return null;
  }
}

function temporaryPrefix(target: string): string {
  return join(dirname(target), `.${basename(target)}.`);
}

/** Who writes: the place its process numbers count in, and the number. */
function ownMark(): string {
  return `${placeMark()}-${process.pid}`;
}

function placeMark(): string {
  return createHash("sha256").update(placeOfProcess()).digest("hex").slice(0, 8);
}

/** Whether the one that made the file is known to be gone; a process elsewhere may be writing it at this moment. */
function isMakerGone(mark: string): boolean {
  const [, place, pid] = /^([0-9a-f]{8})-(\d{1,10})-/.exec(mark) ?? [];
  return place === placeMark() && pid !== undefined && Number(pid) !== process.pid && isProcessGone(Number(pid));
}

/** Those of a process that is gone, and old ones: another process may be writing the same file at this moment. */
async function dropAbandoned(target: string): Promise<void> {
  const prefix = basename(temporaryPrefix(target));
  for (const name of await readdir(dirname(target))) {
    const mark = name.slice(prefix.length);
    if (!name.startsWith(prefix) || !/^(?:[0-9a-f]{8}-)?\d+-[0-9a-z]+\.tmp$/.test(mark)) continue;
    const path = join(dirname(target), name);
    try {
      const isOld = Date.now() - (await stat(path)).mtimeMs > abandonedAfterMs;
      if (isOld || isMakerGone(mark)) await unlink(path);
    } catch (error) {
      ignoreMissing(error);
    }
  }
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

function ignoreMissing(error: unknown): void {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : null;
  if (code !== "ENOENT") throw error;
}
