import { createHash } from "node:crypto";
import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";

/** More is no document that a person looks through on a card. */
const mostCharacters = 1_000_000;

/** A whole document as text; half characters cannot be written. */
export const driveText = z
  .string()
  .max(mostCharacters)
  .refine((text) => text.isWellFormed(), "Half a character.");

/** As Drive names the content of a file. */
export function md5Of(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** Bytes as text that gives the same bytes again; null for what is none, or too much of it. */
export function readDriveText(bytes: Uint8Array): string | null {
  if (bytes.byteLength > 4 * mostCharacters) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.length > mostCharacters || text.includes("\u0000") ? null : text;
  } catch {
    // No UTF-8: a file of another kind.
    return null;
  }
}

/** One passage put in place of another. */
export const replacement = z.strictObject({ find: z.string().min(1).max(20_000), with: z.string().max(100_000) });

/** The text with every passage replaced, each of which must be there exactly once. Pure. Errors: `usage`. */
export function replacePassages(text: string, passages: readonly z.output<typeof replacement>[]): string {
  return passages.reduce((now, { find, with: put }) => {
    const at = now.indexOf(find);
    const again = at < 0 ? -1 : now.indexOf(find, at + 1);
    if (at < 0 || again >= 0) {
      const how = at < 0 ? "is not in the file" : "is in the file more than once";
      throw new StewardError("usage", `“${find.slice(0, 80)}” ${how}.`, {
        cure: "Give a passage that is there once, character for character.",
      });
    }
    return now.slice(0, at) + put + now.slice(at + find.length);
  }, text);
}
