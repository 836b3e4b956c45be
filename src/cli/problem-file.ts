import { join } from "node:path";
import type { Problem } from "../core/record.ts";
import { forScreen } from "../core/untrusted.ts";
import { writePrivateFile } from "../daemon/home.ts";
import type { HomePaths } from "../daemon/home-paths.ts";
import type { Source } from "../store/sources.ts";

/**
 * Writes everything that could not be read of a source to `problems/<date>-<source>.txt` in the home, grouped by file, one line
 * per place. Returns the path; null when there was nothing to write.
 */
export async function problemFile(
  paths: HomePaths,
  source: Source,
  problems: readonly Problem[],
  nowMs: number,
): Promise<string | null> {
  if (problems.length === 0) return null;
  const name = `${source.kind}-${source.id.slice(-8)}`.replace(/[^a-zA-Z0-9_-]/g, "-");
  const path = join(paths.problems, `${new Date(nowMs).toISOString().slice(0, 10)}-${name}.txt`);
  const lines = [`Could not be read in ${forScreen(source.label)}`, `(${source.location})`];
  for (const [file, found] of Map.groupBy(problems, (problem) => problem.locator.path)) {
    lines.push("", forScreen(file));
    for (const { locator, reason } of found) {
      lines.push(`  ${locator.offset === null ? "" : `at byte ${locator.offset}: `}${forScreen(reason)}`);
    }
  }
  await writePrivateFile(path, `${lines.join("\n")}\n`);
  return path;
}
