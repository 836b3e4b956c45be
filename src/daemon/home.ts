import { randomBytes } from "node:crypto";
import { open, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { type Config, configSchema, parseConfig } from "../core/config.ts";
import { StewardError, toStewardError } from "../core/errors.ts";
import { makeFolder } from "../store/make-folder.ts";
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

/** Writes a file of the home: temporary file, fsync, rename, mode 0600. Contract: the old file or the new, never half. */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await makeFolder(dirname(path));
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw toStewardError(error, `writing ${path}`);
  }
}

/** Until its folder is on disk too, a power cut may bring the old file back. Windows opens no folders, and needs none of it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
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
