import { chmod, cp, mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { copyDatabase } from "../../store/integrity.ts";
import { openStore } from "../../store/open-store.ts";
import { settleCopy } from "../../store/settle-copy.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<folder>", "a new folder, made by this command")
    .description("Copy the database and every file of the home into one new folder. Works while steward is reading.")
    .addHelpText(
      "after",
      `
The copy is a steward home by itself. To go back to it: ${context.self} --home FOLDER, or put it where your home was.

Example
  ${context.self} backup ~/steward-2026-11-14`,
    )
    .action((folder: string) => backup(context, resolve(folder)));
}

async function backup(context: CommandContext, folder: string): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    if (`${folder}/`.startsWith(`${home.paths.home}/`)) {
      throw new StewardError("usage", "A backup inside the home would be part of itself.", {
        cure: "Name a folder elsewhere, best on another disk.",
      });
    }
    await makeEmpty(folder);
    const entries = await readdir(home.paths.home);
    const files = entries.filter((name) => !name.startsWith("steward.db") && !isSecret(name) && !name.startsWith("."));
    try {
      for (const name of files) {
        await cp(join(home.paths.home, name), join(folder, name), { recursive: true, preserveTimestamps: true });
      }
    } catch (error) {
      throw toStewardError(error, `copying the home to ${folder}`);
    }
    await copyDatabase(home.store, join(folder, "steward.db"));
    await chmod(join(folder, "steward.db"), 0o600);
    await makeHarmless(context, join(folder, "steward.db"));
    context.terminal.out(`Copied to ${folder}: the database and ${[...files].sort().join(", ")}.\n`);
    if (entries.some(isSecret)) {
      context.terminal.out(
        `Secrets are never copied: in a home made of it, run ${context.self} connect google once.\n`,
      );
    }
    context.terminal.out(`Look into it: ${context.self} --home ${folder} status\n`);
  });
}

/** The copy is a home by itself, and must not send what this one sends. */
async function makeHarmless(context: CommandContext, path: string): Promise<void> {
  const copy = await openStore(path, { clock: context.clock });
  try {
    await copy.write(settleCopy);
  } finally {
    await copy.close();
  }
}

/** A copy with file and key in it would open the accounts to whoever finds it. `secrets.json` holds names only. */
function isSecret(name: string): boolean {
  return /^secrets\.(enc|key|lock)/.test(name);
}

async function makeEmpty(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: false, mode: 0o700 });
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, "code") === "EEXIST") {
      throw new StewardError("wrong_kind", `${folder} exists already; a backup is never written over anything.`, {
        cure: "Name a new folder.",
        cause: error,
      });
    }
    throw toStewardError(error, `making ${folder}`);
  }
}
