import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "../../support/data-folder.ts";

/** One file of the shared hostile material, parsed; null when it is not there. */
export function securityFile(name: string): unknown {
  const folder = dataFolder("hostile vectors");
  const path = folder === null ? null : join(folder, "security", name);
  return path !== null && existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}
