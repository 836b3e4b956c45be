import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { toStewardError } from "../../src/core/errors.ts";
import type { Problem } from "../../src/core/record.ts";

const fileLimit = 200_000;
const depthLimit = 40;
const statsAtOnce = 64;

/** A file found in a folder; `name` is its path within the folder, with `/`. */
export interface WalkedFile {
  name: string;
  sizeBytes: number;
  modifiedMs: number;
}

export interface Walk {
  /** In order of their names. */
  files: WalkedFile[];
  problems: Problem[];
  /** Folders that could not be looked into, as names with `/` at the end: what lies there is not known to be gone. */
  unread: string[];
}

/**
 * Lists the files of a folder that `wants` says yes to, without dot files, dot folders, node_modules and symbolic links: a
 * link leads out of the folder, in a circle, or to what is read anyway. A path that is a file is a folder of that one file.
 * Errors: `not_found`, `no_permission` for the folder itself.
 */
export async function walkFolder(root: string, wants: (name: string) => boolean): Promise<Walk> {
  const walk: Walk = { files: [], problems: [], unread: [] };
  const names: string[] = [];
  try {
    if ((await lstat(root)).isFile()) return { ...walk, files: [await statFile(root, "")] };
    // A root that is itself a link was chosen by the owner.
    await listFolder(root, "", 0, wants, names, walk);
  } catch (error) {
    throw toStewardError(error, `reading ${root}`);
  }
  names.sort();
  for (let at = 0; at < names.length; at += statsAtOnce) {
    const stats = names.slice(at, at + statsAtOnce).map((name) => statFile(root, name).catch(() => null));
    // A file that vanished between the two looks is simply not there.
    walk.files.push(...(await Promise.all(stats)).filter((file) => file !== null));
  }
  return walk;
}

async function listFolder(
  root: string,
  prefix: string,
  depth: number,
  wants: (name: string) => boolean,
  names: string[],
  walk: Walk,
): Promise<void> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true });
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const name = prefix + entry.name;
    if (entry.isFile() && wants(name) && names.length < fileLimit) names.push(name);
    if (!entry.isDirectory()) continue;
    try {
      if (depth >= depthLimit) throw new Error("too deep");
      await listFolder(root, `${name}/`, depth + 1, wants, names, walk);
    } catch (error) {
      walk.unread.push(`${name}/`);
      const reason =
        depth >= depthLimit ? "The folder is nested too deep." : toStewardError(error, "reading a folder").message;
      walk.problems.push({ locator: { path: join(root, name), offset: null }, reason });
    }
  }
}

async function statFile(root: string, name: string): Promise<WalkedFile> {
  const info = await lstat(name === "" ? root : join(root, name));
  return { name, sizeBytes: info.size, modifiedMs: Math.floor(info.mtimeMs) };
}
