import { existsSync } from "node:fs";
import { chmod, cp, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { toInstant } from "../../core/clock.ts";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { loadConfig } from "../../daemon/home.ts";
import { homePaths } from "../../daemon/home-paths.ts";
import { checkIntegrity } from "../../store/integrity.ts";
import { countItems } from "../../store/items.ts";
import { openStore } from "../../store/open-store.ts";
import { settleCopy } from "../../store/settle-copy.ts";
import type { CommandContext } from "../command-context.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<folder>", "a folder that `backup` made")
    .description("Make a backup the steward home again. The home that is there now is put aside, never deleted.")
    .addHelpText(
      "after",
      `
The backup is checked before anything is moved, and stays as it is. Stop a running steward first.

Example
  ${context.self} restore ~/steward-2026-11-14`,
    )
    .action((folder: string) => restore(context, resolve(folder)));
}

/** Copies beside the home, checks the copy, then changes places by two renames: a kill leaves the old home or the new one. */
async function restore(context: CommandContext, folder: string): Promise<void> {
  const { home } = context;
  await refuseWhatIsNoBackup(folder, home);
  const stamp = toInstant(context.clock.now()).replace(/[:.]/g, "-");
  const fresh = `${home}.restoring-${stamp}`;
  try {
    await cp(folder, fresh, { recursive: true, preserveTimestamps: true, errorOnExist: true, force: false });
    await chmod(fresh, 0o700);
    const items = await checkCopy(context, fresh, folder);
    const aside = existsSync(home) ? `${home}.before-restore-${stamp}` : null;
    if (aside !== null) await rename(home, aside);
    await rename(fresh, home);
    context.terminal.out(`${home} is the backup ${folder} again, with ${plural(items, "item")}.\n`);
    if (aside !== null) context.terminal.out(`The home that was there is in ${aside}; delete it when all is well.\n`);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw toStewardError(error, `restoring ${folder}`);
  }
}

async function refuseWhatIsNoBackup(folder: string, home: string): Promise<void> {
  const found = await stat(homePaths(folder).database).catch(() => null);
  if (found?.isFile() !== true) {
    throw new StewardError("not_found", `${folder} is no backup: it has no steward.db.`, {
      cure: "Name the folder that `steward backup FOLDER` made.",
    });
  }
  if (folder === home || `${home}/`.startsWith(`${folder}/`) || `${folder}/`.startsWith(`${home}/`)) {
    throw new StewardError("usage", "The backup and the home lie within each other.", {
      cure: "Move the backup elsewhere first.",
    });
  }
}

/** Opens the copy as every command would, an older one is migrated, and reads all of it once. */
async function checkCopy(context: CommandContext, fresh: string, folder: string): Promise<number> {
  await loadConfig(fresh);
  const store = await openStore(join(fresh, "steward.db"), { clock: context.clock });
  try {
    const wrong = await checkIntegrity(store);
    if (wrong !== null) {
      throw new StewardError("database_corrupt", `The database of ${folder} is damaged: ${wrong}`, {
        cure: "Take an older backup. Nothing was changed.",
      });
    }
    await store.write(settleCopy);
    return (await countItems(store)).items;
  } finally {
    await store.close();
  }
}
