import { constants, type Stats } from "node:fs";
import { lstat, open } from "node:fs/promises";

export type OwnedFile = { kind: "text"; text: string } | { kind: "missing" } | { kind: "refused"; why: string };

/**
 * Whose the files have to be, and whether others' rights to write to them matter: below a home that nobody else can enter, an editor
 * that leaves such rights does no harm. Skills are held to it all the same.
 */
export interface Hands {
  uid: number;
  closed: boolean;
}

/** Of a home whose `lstat` is given. */
export function handsOf(home: Stats): Hands {
  return { uid: home.uid, closed: (home.mode & 0o077) === 0 && process.platform !== "win32" };
}

/**
 * Why a folder of the owner's may not be loaded from; null when it may. Windows knows no such modes:
 * there the folder of the user is what keeps others out.
 */
export function refuseFolder(stats: Stats, hands: Hands): string | null {
  if (stats.isSymbolicLink()) return "it is a link to another place";
  if (!stats.isDirectory()) return "it is no folder";
  return refuseHands(stats, hands);
}

/**
 * Reads a file that only its owner can have written, of `longest` bytes at most. Contract: what is checked is what is read (one
 * handle, links not followed); others' rights to write, hard links from elsewhere and special files are refused in words. Throws
 * only what the disk says.
 */
export async function readOwnedFile(path: string, hands: Hands, longest: number): Promise<OwnedFile> {
  const before = await lstat(path).catch(nullWhenMissing);
  if (before === null) return { kind: "missing" };
  if (before.isSymbolicLink()) return { kind: "refused", why: "it is a link to another place" };
  if (!before.isFile()) return { kind: "refused", why: "it is no file" };
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return { kind: "refused", why: "it is no file" };
    if (stats.nlink > 1) return { kind: "refused", why: "it has another name elsewhere (a hard link)" };
    const why = refuseHands(stats, hands);
    if (why !== null) return { kind: "refused", why };
    if (stats.size > longest) return { kind: "refused", why: `it is larger than ${longest} bytes` };
    return { kind: "text", text: await handle.readFile("utf8") };
  } finally {
    await handle.close();
  }
}

function refuseHands({ mode, uid }: Stats, hands: Hands): string | null {
  if ((mode & 0o022) !== 0 && !hands.closed && process.platform !== "win32")
    return "others on this computer may write to it (chmod go-w mends that)";
  if (uid !== hands.uid) return "it belongs to somebody else on this computer";
  return null;
}

export function nullWhenMissing(error: unknown): null {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : null;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
  return null;
}
