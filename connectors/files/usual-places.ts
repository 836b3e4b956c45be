import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FoundSource, recognisePath } from "./recognise.ts";

/** Where exports and mail stores usually lie, below the home directory; each is looked at only when it exists. */
const places: Record<string, readonly string[]> = {
  darwin: ["Library/Mail", "Library/Messages/chat.db", "Library/Thunderbird/Profiles", "Library/Calendars"],
  linux: [
    ".thunderbird",
    ".mozilla-thunderbird",
    "snap/thunderbird/common/.thunderbird",
    ".var/app/org.mozilla.Thunderbird/.thunderbird",
    "Maildir",
    ".mail",
    "Mail",
    "mail",
  ],
  win32: ["AppData/Roaming/Thunderbird/Profiles"],
};
const everywhere = ["Downloads", "Documents", "Desktop", "Takeout", "Downloads/Takeout"];

const exportNames =
  /takeout|\.mbox$|\.mbx$|\.ics$|\.vcf$|whatsapp|_chat\.txt$|result\.json$|chatexport|telegram|notion|^export-.*\.zip$|contacts.*\.csv$|chat\.db$|\.eml$/i;

/**
 * Looks where Apple Mail, Thunderbird, Messages, chat exports and contacts usually lie. In the folders people download to,
 * only names that look like an export are opened. Contract: reads nothing but names and file heads; never throws.
 */
export async function findUsualPlaces(homeDirectory: string, platform: string): Promise<FoundSource[]> {
  const found = new Map<string, FoundSource>();
  const add = (sources: readonly FoundSource[]): void => {
    for (const source of sources) if (source.kind !== "folder") found.set(`${source.kind} ${source.path}`, source);
  };
  for (const place of places[platform] ?? places["linux"] ?? []) {
    const path = join(homeDirectory, place);
    if (await exists(path)) add((await recognisePath(path)).found);
  }
  for (const place of everywhere) {
    for (const name of await namesIn(join(homeDirectory, place))) {
      if (exportNames.test(name)) add((await recognisePath(join(homeDirectory, place, name))).found);
    }
  }
  return [...found.values()].sort((a, b) => b.sizeBytes - a.sizeBytes);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function namesIn(path: string): Promise<string[]> {
  return await readdir(path).catch(() => []);
}
