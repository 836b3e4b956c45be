import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * The folder of real test data: `STEWARD_DATA`, else `shared/data` beside the checkout. Null, with a line that says so, when this
 * machine has none: tests on it are then skipped.
 */
export function dataFolder(what: string): string | null {
  const folder = process.env["STEWARD_DATA"] ?? join(import.meta.dirname, "..", "..", "..", "shared", "data");
  if (existsSync(join(folder, "README.md"))) return folder;
  console.info(`Skipped: ${what}; set STEWARD_DATA to the folder that holds them.`);
  return null;
}
