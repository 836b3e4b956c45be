import type { Model } from "../core/model.ts";
import { anthropicBaseUrl } from "../core/model-config.ts";
import { type ModelDeps, type ModelSettings, openModel } from "../model/open-model.ts";
import type { Cassettes } from "../model/replay.ts";
import { modelBooks, pruneModelCalls } from "../store/model-calls.ts";
import type { CommandContext } from "./command-context.ts";
import { modelKeyName } from "./model-key-name.ts";
import type { OpenHome } from "./open-home.ts";

/** Settings and what a model is opened with, in this home; null when none is configured: no key, and the usual server. */
export async function modelSetup(
  context: CommandContext,
  home: OpenHome,
  options: { cassettes?: Cassettes | null } = {},
): Promise<{ settings: ModelSettings; deps: ModelDeps } | null> {
  const config = home.config.model;
  const key = await (await context.openSecrets(context.home)).get(modelKeyName);
  const isReplay = options.cassettes?.mode === "replay";
  if (key === null && config.baseUrl === anthropicBaseUrl && !isReplay) return null;
  return {
    settings: { config, key, zone: home.config.zone },
    deps: {
      fetch: context.fetch,
      clock: context.clock,
      newId: context.newId,
      books: modelBooks(home.store),
      cassettes: options.cassettes ?? null,
    },
  };
}

/** The model of this home; null when none is configured: then everything goes on by rules. */
export async function openModelHere(
  context: CommandContext,
  home: OpenHome,
  options: { cassettes?: Cassettes | null } = {},
): Promise<Model | null> {
  const setup = await modelSetup(context, home, options);
  if (setup === null) return null;
  // Whoever uses a model cleans up after it: there is no other moment that surely comes.
  await home.store.write((tx) => pruneModelCalls(tx));
  return await openModel(setup.settings, setup.deps);
}
