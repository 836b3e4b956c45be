import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Up to `length` bytes from `offset`; fewer only at the end of the file. */
export async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, length));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/**
 * The beginning of a file that was found by listing a folder: `limitOf` says, by its size, how many bytes are wanted.
 * Contract: a symbolic link put in its place meanwhile is refused, because it may lead anywhere; throws as `node:fs` does.
 */
export async function readListedFile(
  path: string,
  limitOf: (sizeBytes: number) => number,
): Promise<{ bytes: Buffer; sizeBytes: number }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    return { bytes: await readBytes(file, 0, Math.min(size, limitOf(size))), sizeBytes: size };
  } finally {
    await file.close();
  }
}
