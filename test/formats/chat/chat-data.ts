import { existsSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "../../support/data-folder.ts";

/** A file or folder of the collected chat exports; null when this machine has none. */
export function chatData(path: string): string | null {
  const folder = dataFolder("collected chat exports");
  const place = folder === null ? null : join(folder, "exports", path);
  return place !== null && existsSync(place) ? place : null;
}
