import type { Command } from "commander";
import { type Config, configSchema, isZone } from "../../core/config.ts";
import { StewardError } from "../../core/errors.ts";
import { emailIdentity } from "../../core/identity.ts";
import { loadConfig } from "../../daemon/home.ts";
import { homePaths } from "../../daemon/home-paths.ts";
import { type Ask, loadAsk } from "../ask.ts";
import type { CommandContext } from "../command-context.ts";
import { guessOwner } from "../learn-owner.ts";
import { createHome, machineConfig, withHome } from "../open-home.ts";

interface InitFlags {
  name: string[];
  address: string[];
  phone: string[];
  zone?: string;
  region?: string;
  language: string[];
  keep: boolean;
  import: string[];
  yes?: boolean;
}

const collect = (value: string, list: string[]): string[] => [...list, ...value.split(",").map((one) => one.trim())];

export function define(command: Command, context: CommandContext): void {
  command
    .description("Set up a steward home: who you are, your zone, what to read first. Running it again changes answers.")
    .option("--name <name>", "your name as others write it; may be given again", collect, [])
    .option("--address <address>", "an e-mail address of yours; may be given again", collect, [])
    .option("--phone <number>", "a phone number of yours; may be given again", collect, [])
    .option("--zone <zone>", "your time zone, such as Europe/Berlin")
    .option("--region <code>", "your country, for phone numbers, such as DE")
    .option("--language <code>", "a language you write in, such as en; may be given again", collect, [])
    .option("--no-keep", "do not keep raw mail in the home, only where it lies")
    .option("--import <path>", "read this right away; may be given again", collect, [])
    .option("--yes", "ask nothing: take the flags, and the offered answer for the rest")
    .addHelpText(
      "after",
      `
The home is ${context.home} (--home DIR or STEWARD_HOME name another one). It holds config.json, contacts.csv, rules.md
and the database, all readable by you alone.

Example
  ${context.self} init --yes --name "Clara Weiss" --address clara@weiss.example --zone Europe/Berlin`,
    )
    .action((flags: InitFlags) => init(context, flags));
}

async function init(context: CommandContext, flags: InitFlags): Promise<void> {
  const before = (await loadConfig(context.home)) ?? machineConfig(context);
  const offered = await withOffers(context, applyFlags(before, flags));
  const asks = flags.yes !== true && context.terminal.interactive;
  const ask = asks ? await loadAsk() : null;
  const config = ask === null ? offered : await askAll(ask, offered);
  await createHome(context, config);
  const paths = homePaths(context.home);
  context.terminal.out(`Wrote ${paths.config}. contacts.csv and rules.md beside it are yours to edit.\n`);
  const imports = await firstImports(ask, flags);
  if (imports.length > 0) {
    const { runSteward } = await import("../run-steward.ts");
    context.endWith(await runSteward(["import", ...imports], context));
    return;
  }
  context.terminal.out(`Next: ${context.self} begin (looks what is here), or ${context.self} import PATH\n`);
}

function applyFlags(config: Config, flags: InitFlags): Config {
  const merged = configSchema.safeParse({
    ...config,
    owner: {
      ...config.owner,
      ...(flags.name.length > 0 ? { names: flags.name } : {}),
      ...(flags.address.length > 0 ? { addresses: flags.address } : {}),
      ...(flags.phone.length > 0 ? { phones: flags.phone } : {}),
    },
    ...(flags.zone === undefined ? {} : { zone: flags.zone }),
    ...(flags.region === undefined ? {} : { region: flags.region.toUpperCase() }),
    ...(flags.language.length > 0 ? { languages: flags.language } : {}),
    keepOriginals: flags.keep && config.keepOriginals,
  });
  if (merged.success) return merged.data;
  const [issue] = merged.error.issues;
  throw new StewardError(
    "usage",
    `--${String(issue?.path.at(-1) ?? "flag")}: what was given ${issue?.message ?? "does not fit"}.`,
  );
}

/** Where nothing is known about the owner, what they sent says who they are; it is offered, never assumed in silence. */
async function withOffers(context: CommandContext, config: Config): Promise<Config> {
  if (config.owner.addresses.length > 0) return config;
  const { existsSync } = await import("node:fs");
  if (!existsSync(homePaths(context.home).database)) return config;
  const guess = await withHome(context, { create: false }, (home) => guessOwner(home.store, config));
  return guess.config;
}

async function askAll(ask: Ask, offered: Config): Promise<Config> {
  const list = (text: string): string[] =>
    text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "");
  const names = await ask.text("Your name, as others write it (several: separate with commas)", {
    initial: offered.owner.names.join(", "),
    hint: "Clara Weiss",
  });
  const addresses = await ask.text("Your e-mail addresses", {
    initial: offered.owner.addresses.join(", "),
    hint: "clara@weiss.example, clara@work.example",
    check: (text) => (list(text).every((one) => emailIdentity(one) !== null) ? null : "One of these is no address."),
  });
  const zone = await ask.text("Your time zone", {
    initial: offered.zone,
    check: (text) => (isZone(text.trim()) ? null : "Not a zone; Europe/Berlin is one."),
  });
  const region = await ask.text("Your country (two letters, for phone numbers)", {
    initial: offered.region,
    check: (text) => (/^[A-Za-z]{2}$/.test(text.trim()) ? null : "Two letters, such as DE."),
  });
  const languages = await ask.text("Languages you write in (two letters each)", {
    initial: offered.languages.join(", "),
    check: (text) => (list(text).every((one) => /^[a-z]{2}$/.test(one)) ? null : "Two letters each: en, de."),
  });
  return configSchema.parse({
    ...offered,
    owner: { ...offered.owner, names: list(names), addresses: list(addresses) },
    zone: zone.trim(),
    region: region.trim().toUpperCase(),
    languages: list(languages).length === 0 ? ["en"] : list(languages),
  });
}

async function firstImports(ask: Ask | null, flags: InitFlags): Promise<string[]> {
  if (flags.import.length > 0 || ask === null) return flags.import;
  const path = await ask.text("Something to read right away? A path, or leave it empty", { initial: "" });
  return path.trim() === "" ? [] : [path.trim()];
}
