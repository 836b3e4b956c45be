import { stat, statfs } from "node:fs/promises";
import type { Command } from "commander";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { bytes } from "../../core/plural.ts";
import { loadConfig } from "../../daemon/home.ts";
import { homePaths } from "../../daemon/home-paths.ts";
import { secretsPaths } from "../../daemon/secrets/secrets-file.ts";
import { checkIntegrity } from "../../store/integrity.ts";
import { openStore } from "../../store/open-store.ts";
import type { CommandContext } from "../command-context.ts";
import { storeWords } from "../google/store-words.ts";
import { makePaint } from "../render/paint.ts";

interface Finding {
  name: string;
  /** Null when all is well. */
  trouble: string | null;
  cure: string;
  fact: string;
}

const enoughDiskBytes = 1_000_000_000;

export function define(command: Command, context: CommandContext): void {
  command
    .description("Check permissions, disk space, Node, settings and the database. Changes nothing.")
    .action(() => doctor(context));
}

async function doctor(context: CommandContext): Promise<void> {
  const paths = homePaths(context.home);
  const home = await stat(paths.home).catch(() => null);
  if (home === null) {
    throw new StewardError("not_found", `There is no steward home at ${paths.home} yet.`, {
      cure: `Start with: ${context.self} begin, or ${context.self} init`,
    });
  }
  const findings = [
    checkNode(),
    await checkMode("Home folder", paths.home, 0o700),
    await checkMode("Settings", paths.config, 0o600),
    await checkMode("Database", paths.database, 0o600),
    await checkSettings(context),
    await checkSecrets(context),
    await checkMode("Secrets file", secretsPaths(paths.home).sealed, 0o600),
    await checkMode("Secrets key", secretsPaths(paths.home).keys, 0o600),
    await checkDisk(paths.home),
    await checkDatabase(context, paths.database),
  ];
  const paint = makePaint(context.terminal.colour);
  for (const { name, trouble, cure, fact } of findings) {
    const mark = trouble === null ? paint.green("✓") : paint.red("!");
    context.terminal.out(`${mark} ${name.padEnd(12)} ${trouble ?? fact}\n`);
    if (trouble !== null) context.terminal.out(`${" ".repeat(15)}${cure}\n`);
  }
  if (findings.some(({ trouble }) => trouble !== null)) context.endWith(1);
}

function checkNode(): Finding {
  const old = Number.parseInt(process.versions.node, 10) < 26;
  return {
    name: "Node",
    trouble: old ? `${process.version} is too old` : null,
    cure: "Run: npm ci",
    fact: process.version,
  };
}

async function checkMode(name: string, path: string, wanted: number): Promise<Finding> {
  const found = await stat(path).catch(() => null);
  if (found === null) return { name, trouble: null, cure: "", fact: "not there yet" };
  const mode = found.mode & 0o777;
  const open = process.platform !== "win32" && (mode & ~wanted) !== 0;
  return {
    name,
    trouble: open ? `others on this computer can read it (mode ${mode.toString(8)})` : null,
    cure: `Run: chmod ${wanted.toString(8)} ${path}`,
    fact: `only you can read it (${mode.toString(8)})`,
  };
}

async function checkSettings(context: CommandContext): Promise<Finding> {
  const name = "config.json";
  try {
    const config = await loadConfig(context.home);
    return { name, trouble: null, cure: "", fact: config === null ? "none; defaults are used" : "valid" };
  } catch (error) {
    const named = toStewardError(error, "reading the settings");
    return { name, trouble: named.message, cure: named.cure ?? "", fact: "" };
  }
}

async function checkSecrets(context: CommandContext): Promise<Finding> {
  const status = await (await context.openSecrets(context.home)).status();
  const { trouble } = status;
  return { name: "Secrets", trouble: trouble?.message ?? null, cure: trouble?.cure ?? "", fact: storeWords(status) };
}

async function checkDisk(path: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  return {
    name: "Disk",
    trouble: free < enoughDiskBytes ? `only ${bytes(free)} free` : null,
    cure: "Free some space: an import stops cleanly when the disk is full.",
    fact: `${bytes(free)} free`,
  };
}

async function checkDatabase(context: CommandContext, path: string): Promise<Finding> {
  const name = "Integrity";
  if ((await stat(path).catch(() => null)) === null) return { name, trouble: null, cure: "", fact: "no database yet" };
  try {
    const store = await openStore(path, { clock: context.clock });
    try {
      const damage = await checkIntegrity(store);
      const cure = "Keep the file, restore a backup into another home, or import again.";
      return { name, trouble: damage, cure, fact: "the database is sound" };
    } finally {
      await store.close();
    }
  } catch (error) {
    const named = toStewardError(error, "opening the database");
    return { name, trouble: named.message, cure: named.cure ?? "", fact: "" };
  }
}
