import { posix } from "node:path";

const longestSegmentBytes = 200;
const longestPathBytes = 1000;

/** Where what the service lost is kept; no path of a service may begin so. */
export const goneFolder = ".gone";

/**
 * Why a path that came with a record may not be written to; null when it may. Contract: pure. Only plain names below the
 * mirror's folder pass: nothing absolute, no way up, no hidden file, nothing that a terminal or another system reads as more
 * than a name.
 */
export function refuseMirrorPath(path: string): string | null {
  if (Buffer.byteLength(path) > longestPathBytes) return "its path is too long";
  for (const segment of path.split("/")) {
    if (segment === "" || segment.startsWith(".")) return "its path leaves the folder, or is hidden";
    if (/[\u0000-\u001f\u007f-\u009f\\:]/.test(segment)) return "its name holds characters that no file may have";
    if (Buffer.byteLength(segment) > longestSegmentBytes) return "its name is too long";
  }
  return null;
}

/** A path as the least particular disk sees it: without case, and with one way of writing each letter. */
export function pathKey(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

/** `Car/car.md` with `from-drive` is `Car/car.from-drive.md`. */
export function withMark(path: string, mark: string): string {
  const { dir, name, ext } = posix.parse(path);
  return posix.join(dir, `${name}.${mark}${ext}`);
}
