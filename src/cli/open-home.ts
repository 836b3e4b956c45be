import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, configSchema, toOwner } from "../core/config.ts";
import { StewardError } from "../core/errors.ts";
import type { Owner } from "../core/thread.ts";
import { loadConfig, makeHome, saveConfig, writeOnce, writePrivateFile } from "../daemon/home.ts";
import { type HomePaths, homePaths } from "../daemon/home-paths.ts";
import { openStore, type Store } from "../store/open-store.ts";
import type { CommandContext, Machine } from "./command-context.ts";
import { rulesTemplate } from "./home-templates.ts";

/** An opened steward home: the owner's settings and the database. */
export interface OpenHome {
  paths: HomePaths;
  config: Config;
  owner: Owner;
  store: Store;
}

/**
 * Opens the steward home, does the work and closes it again, whatever happens. `create` makes a home with what the machine
 * says about its owner where there is none, so that the first `import` needs no questions. Errors: `not_found`, `config`,
 * and those of `openStore`.
 */
export async function withHome<T>(
  context: CommandContext,
  options: { create: boolean; durability?: "normal" | "full" },
  work: (home: OpenHome) => Promise<T>,
): Promise<T> {
  const paths = homePaths(context.home);
  if (options.create) await createHome(context);
  else if (!existsSync(paths.config) && !existsSync(paths.database)) throw noHome(context);
  const config = (await loadConfig(context.home)) ?? machineConfig(context);
  const store = await openStore(paths.database, {
    clock: context.clock,
    durability: options.durability ?? "normal",
  });
  try {
    return await work({ paths, config, owner: toOwner(config), store });
  } finally {
    await store.close();
  }
}

/** Makes home, config and the owner's plain files where they are missing. */
export async function createHome(context: CommandContext, config?: Config): Promise<HomePaths> {
  const paths = await makeHome(context.home);
  if (config !== undefined) await saveConfig(context.home, config);
  else if (!existsSync(paths.config)) await saveConfig(context.home, machineConfig(context));
  const { contactsTemplate } = await import("../formats/contacts/edit-contacts.ts");
  await writeOnce(paths.contacts, contactsTemplate);
  await writeOnce(paths.rules, rulesTemplate);
  await writePolicyFiles(context, paths);
  return paths;
}

/** The owner's policy, and beside it what an editor checks it by, which follows this version of steward. */
async function writePolicyFiles(context: CommandContext, { home, policy }: HomePaths): Promise<void> {
  const templates = join(context.checkout, "data", "templates");
  const [policyText, schema] = await Promise.all(
    ["policy.yaml", "policy.schema.json"].map((name) => readFile(join(templates, name), "utf8")),
  );
  await writeOnce(policy, policyText ?? "");
  const path = join(home, "policy.schema.json");
  const before = await readFile(path, "utf8").catch(() => null);
  if (before !== schema) await writePrivateFile(path, schema ?? "");
}

/** What the machine itself says: its zone, and region and language of its locale (`de_DE.UTF-8`). */
export function machineConfig(machine: Machine): Config {
  const [, language, region] = /^([a-z]{2})[_-]([A-Z]{2})/.exec(machine.systemLocale) ?? [];
  const config = configSchema.safeParse({
    zone: machine.systemZone,
    ...(region === undefined ? {} : { region }),
    languages: [...new Set([language ?? "en", "en"])],
  });
  return config.success ? config.data : configSchema.parse({});
}

function noHome(context: CommandContext): StewardError {
  return new StewardError("not_found", `There is no steward home at ${context.home} yet.`, {
    cure: context.self.endsWith("--demo")
      ? "Make the demo first: npm run demo"
      : `Start with: ${context.self} begin (looks what is here), ${context.self} import PATH, or ${context.self} demo`,
  });
}
