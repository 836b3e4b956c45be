import type { Command } from "commander";
import { budgetLimits } from "../../core/budget-limits.ts";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { modelRoles } from "../../core/model.ts";
import { anthropicBaseUrl, type ModelConfig, modelConfigSchema } from "../../core/model-config.ts";
import { forScreen } from "../../core/untrusted.ts";
import { saveConfig } from "../../daemon/home.ts";
import { readBudget } from "../../store/budget.ts";
import { getProbe } from "../../store/model-calls.ts";
import type { CommandContext } from "../command-context.ts";
import { modelKeyName } from "../model-key-name.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { modelSetup } from "../open-model.ts";
import { probeModels } from "../probe-models.ts";
import { capsLines, modelScreen } from "../render/model-screen.ts";
import { wrap } from "../render/width.ts";

interface UseFlags {
  judge?: string;
  write?: string;
  summarise?: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description("Which models judge and write, where they run, and what they may cost.")
    .addHelpText(
      "after",
      `
Any server that speaks the Messages API will do: Anthropic, Ollama, llama.cpp, vLLM, LM Studio, LiteLLM, OpenRouter.
Without one steward works by rules.

Examples
  ${context.self} model key
  ${context.self} model use http://localhost:11434 --judge qwen3:8b --write qwen3:32b
  ${context.self} model use anthropic
  ${context.self} model probe`,
    )
    .action(() => withHome(context, { create: false }, (home) => show(context, home)));
  command
    .command("key")
    .description("Store the key to the model's server. It is asked for, and never shown.")
    .action(() => withHome(context, { create: false }, (home) => storeKey(context, home)));
  command
    .command("use")
    .argument("<url>", "the server: the part before /v1/messages; or anthropic")
    .option("--judge <id>", "the model that judges: cheap and quick")
    .option("--write <id>", "the model that writes and works through requests")
    .option("--summarise <id>", "the model that reads much")
    .description("Use another server or other models. A model named alone takes all three roles at a new server.")
    .action((url: string, flags: UseFlags) =>
      withHome(context, { create: false }, (home) => use(context, home, url, flags)),
    );
  command
    .command("probe")
    .description("Find out what the models can do, with a few small requests.")
    .action(() => withHome(context, { create: false }, (home) => probe(context, home)));
}

async function show(context: CommandContext, home: OpenHome): Promise<void> {
  const { model: config, zone } = home.config;
  const nowMs = context.clock.now();
  const roles = await Promise.all(
    modelRoles.map(async (role) => {
      const model = config.roles[role];
      return { role, model, probed: await getProbe(home.store, config.baseUrl, model) };
    }),
  );
  const hasKey = (await (await context.openSecrets(context.home)).list()).includes(modelKeyName);
  const standing = await readBudget(home.store, budgetLimits(config.budget, zone, nowMs), toInstant(nowMs));
  const columns = Math.min(context.terminal.columns, 78);
  for (const line of modelScreen({ config, hasKey, roles, standing, self: context.self }, columns)) {
    context.terminal.out(`${line}\n`);
  }
}

async function storeKey(context: CommandContext, home: OpenHome): Promise<void> {
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "A key is typed, and shown to nobody: that needs a terminal.", {
      cure: `Run this yourself: ${context.self} model key`,
    });
  }
  const ask = await context.loadAsk();
  const key = (await ask.secret(`Key for ${forScreen(home.config.model.baseUrl)}`)).trim();
  if (!/^[\x21-\x7e]{8,500}$/.test(key)) throw new StewardError("usage", "That is no key.");
  await (await context.openSecrets(context.home)).set(modelKeyName, key);
  say(context, `Stored. To see whether it works: ${context.self} model probe`);
}

async function use(context: CommandContext, home: OpenHome, url: string, flags: UseFlags): Promise<void> {
  const before = home.config.model;
  const baseUrl = url === "anthropic" ? anthropicBaseUrl : url;
  const isNew = baseUrl.replace(/\/+$/, "") !== before.baseUrl;
  const parsed = modelConfigSchema.safeParse({
    ...before,
    baseUrl,
    roles: rolesOf(before, flags, { isNew, isAnthropic: baseUrl === anthropicBaseUrl }),
    // What was found out or set for the other server says nothing about this one.
    contextTokens: isNew ? null : before.contextTokens,
  });
  if (!parsed.success) {
    throw new StewardError("usage", `That server ${parsed.error.issues.at(0)?.message ?? "cannot be used"}.`, {
      cure: `For example: ${context.self} model use http://localhost:11434 --judge qwen3:8b`,
    });
  }
  // A key is for the server it was given for: another one never sees it.
  const secrets = await context.openSecrets(context.home);
  const wasForgotten = isNew && (await secrets.delete(modelKeyName));
  await saveConfig(context.home, { ...home.config, model: parsed.data });
  say(context, `Models run at ${forScreen(parsed.data.baseUrl)} from now on.`);
  if (wasForgotten) say(context, `The key to ${forScreen(before.baseUrl)} was deleted: it is not for this server.`);
  say(context, `If it asks a key: ${context.self} model key. Then see what it can do: ${context.self} model probe`);
}

/** At a new server the ids of the old one mean nothing: the ones given take the roles of those that are not. */
function rolesOf(
  before: ModelConfig,
  flags: UseFlags,
  { isNew, isAnthropic }: { isNew: boolean; isAnthropic: boolean },
): Partial<ModelConfig["roles"]> {
  const given = Object.fromEntries(
    modelRoles.flatMap((role) => (flags[role] === undefined ? [] : [[role, flags[role]]])),
  );
  if (!isNew) return { ...before.roles, ...given };
  if (isAnthropic) return given;
  const any = flags.judge ?? flags.write ?? flags.summarise;
  if (any === undefined) {
    throw new StewardError("usage", "Another server has other models.", { cure: "Name one at least: --judge ID" });
  }
  return {
    judge: flags.judge ?? flags.summarise ?? any,
    write: flags.write ?? flags.judge ?? any,
    summarise: flags.summarise ?? flags.judge ?? any,
  };
}

async function probe(context: CommandContext, home: OpenHome): Promise<void> {
  const setup = await modelSetup(context, home);
  if (setup === null) {
    throw new StewardError("config", "No model is configured.", {
      cure: `Store a key (${context.self} model key) or use a server of your own (${context.self} model use URL --judge ID).`,
    });
  }
  const tell = (model: string, doing: string): void => {
    if (context.terminal.errIsTTY) context.terminal.err(`${forScreen(model)}: ${doing}?\n`);
  };
  const found = await probeModels(home, setup, { signal: context.takeInterrupts(), tell });
  const day = toInstant(context.clock.now()).slice(0, 10);
  for (const { model, caps } of found) for (const line of capsLines(model, caps, day)) say(context, line);
}

function say(context: CommandContext, text: string): void {
  for (const line of wrap(text, Math.min(context.terminal.columns, 78))) context.terminal.out(`${line}\n`);
}
