import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Config, configSchema, parseConfig } from "../core/config.ts";
import { StewardError, toStewardError } from "../core/errors.ts";
import { makeFolder } from "../store/make-folder.ts";
import { writeFileAtomic } from "../store/write-file-atomic.ts";
import { type HomePaths, homePaths } from "./home-paths.ts";

/** Makes the steward home, readable by its owner only. Contract: idempotent; leaves an existing folder's mode alone. */
export async function makeHome(home: string): Promise<HomePaths> {
  try {
    await makeFolder(home);
    const found = await stat(home);
    if (!found.isDirectory()) {
      throw new StewardError("wrong_kind", `${home} is a file, not a folder.`, {
        cure: "Name another place with --home DIR.",
      });
    }
  } catch (error) {
    throw toStewardError(error, `making the steward home ${home}`);
  }
  return homePaths(home);
}

/** Reads `config.json`; null when there is none. Errors: `config` with the line, `no_permission`. */
export async function loadConfig(home: string): Promise<Config | null> {
  const path = homePaths(home).config;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return null;
    throw named;
  }
  return parseConfig(text, path);
}

/** Writes `config.json` atomically with mode 0600. What does not fit the schema is a bug and throws. */
export async function saveConfig(home: string, config: Config): Promise<void> {
  await writePrivateFile(homePaths(home).config, `${JSON.stringify(configSchema.parse(config), null, 2)}\n`);
}

/**
 * Writes a file of the home, mode 0600, and its folder where there is none. Contract: the old file or the new, never half;
 * what an earlier crash left beside it is removed.
 */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
  } catch (error) {
    throw toStewardError(error, `writing ${path}`);
  }
  await writeFileAtomic(path, content, { mode: 0o600, keepMode: false });
}

/** Writes a file of the home unless it is there already: the owner's own words are never overwritten. */
export async function writeOnce(path: string, content: string): Promise<boolean> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (!there) await writePrivateFile(path, content);
  return !there;
}
