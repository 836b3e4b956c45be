import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { Door } from "../../../approvals/door.ts";
import { toStewardError } from "../../core/errors.ts";

const mediaTypes: Record<string, string> = {
  ".csv": "text/csv",
  ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ".gif": "image/gif",
  ".ics": "text/calendar",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".md": "text/markdown",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".txt": "text/plain",
  ".vcf": "text/vcard",
  ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ".zip": "application/zip",
};

/** Keeps the owner's files as they are now, to go along with a message. Returns their SHA-256. Errors: those of reading them. */
export async function keepFiles(door: Door, paths: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const path of paths) {
    const mediaType = mediaTypes[extname(path).toLowerCase()] ?? "application/octet-stream";
    try {
      kept.push(await door.keep({ name: basename(path), mediaType, bytes: new Uint8Array(await readFile(path)) }));
    } catch (error) {
      throw toStewardError(error, `reading ${path}`);
    }
  }
  return kept;
}
