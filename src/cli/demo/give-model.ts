import { StewardError } from "../../core/errors.ts";
import { anthropicBaseUrl, modelConfigSchema } from "../../core/model-config.ts";
import { loadConfig, saveConfig } from "../../daemon/home.ts";
import type { CommandContext } from "../command-context.ts";
import { modelKeyName } from "../model-key-name.ts";
import { withHome } from "../open-home.ts";
import { modelSetup } from "../open-model.ts";
import { probeModels } from "../probe-models.ts";

/** A model for the demo's home: where it is, its id (null: the usual ones), and its key where it needs one. */
export interface DemoModel {
  baseUrl: string;
  id: string | null;
  key: string | null;
}

/** Its name wherever a model is named, so that nobody takes it for another. */
export const scriptedModel = { id: "scripted-model", key: "demo-4a7c19" };
/** It takes what a real one takes; its probe stops looking earlier, as it does on any server of one's own. */
const contextTokens = 100_000;

/**
 * Writes into the demo's home which model judges and writes there, and finds out what it can do. Errors: `config` for an address that is
 * none, those of asking it.
 */
export async function giveModel(context: CommandContext, { baseUrl, id, key }: DemoModel): Promise<void> {
  const config = await loadConfig(context.home);
  if (config === null) return;
  const roles = id === null ? {} : { roles: { judge: id, write: id, summarise: id } };
  const isScripted = id === scriptedModel.id;
  const model = modelConfigSchema.safeParse({ baseUrl, ...roles, ...(isScripted ? { contextTokens } : {}) });
  if (!model.success) {
    throw new StewardError("config", `${baseUrl} is no address of a model.`, {
      cure: "Give one such as http://localhost:11434, or the word anthropic.",
    });
  }
  await saveConfig(context.home, { ...config, model: model.data });
  if (key !== null) await (await context.openSecrets(context.home)).set(modelKeyName, key);
  await withHome(context, { create: false }, async (home) => {
    const setup = await modelSetup(context, home);
    const signal = new AbortController().signal;
    if (setup !== null) await probeModels(home, setup, { signal, tell: () => undefined });
  });
}

/** The model that the demo's flags name; null is the scripted one. Asks for a key where one is needed. */
export async function chooseModel(
  context: CommandContext,
  flags: { model?: string; modelId?: string },
): Promise<DemoModel | null> {
  if (flags.model === undefined) return null;
  const id = flags.modelId ?? null;
  if (flags.model !== "anthropic") return { baseUrl: flags.model, id, key: null };
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "Its key can only be asked for on a terminal.", {
      cure: "Run it in a terminal, or give the address of a server of your own.",
    });
  }
  const key = await (await context.loadAsk()).secret("Key of the model's server (kept in the demo's own home)");
  return { baseUrl: anthropicBaseUrl, id, key };
}
