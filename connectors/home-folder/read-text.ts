import type { Look } from "../../src/core/action.ts";
import { sha256Hex } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { HomeFile, HomeFolder } from "./home-folder.ts";

/** A text of the home with the version of its bytes; a file that is not there is empty and has no version. */
export interface HomeText {
  text: string;
  sha256: string | null;
}

/** The exact text of a file, byte order mark included. Errors: `unreadable` when it is not UTF-8: it could not be put back. */
export function toHomeText(file: HomeFile | null, path: string): HomeText {
  if (file === null) return { text: "", sha256: null };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(file.bytes), sha256: file.sha256 };
  } catch (error) {
    throw notUtf8(path, error);
  }
}

/** As `toHomeText`, of what an action looks at. */
export async function lookAtText(look: Look<HomeFolder>, path: string): Promise<HomeText> {
  if (look.client !== null) return toHomeText(await look.client.read(path), path);
  const text = await look.homeFile(path);
  if (text?.includes("\ufffd") === true) throw notUtf8(path, undefined);
  return text === null ? { text: "", sha256: null } : { text, sha256: sha256Hex(text) };
}

function notUtf8(path: string, cause: unknown): StewardError {
  return new StewardError("unreadable", `${path} is not UTF-8, and could not be written back as it is.`, {
    cure: "Save it as UTF-8 in an editor, then try again.",
    cause,
  });
}
