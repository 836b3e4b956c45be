import { type ModelCaps, modelRoles } from "../core/model.ts";
import type { ModelDeps, ModelSettings } from "../model/open-model.ts";
import { saveModelCaps } from "../store/model-calls.ts";
import type { OpenHome } from "./open-home.ts";
import { distinct } from "./render/model-screen.ts";

/**
 * Finds out what each model of the settings can do, and keeps it for every later call. Returns what was found, a row a model. Errors:
 * those of `probeModel`.
 */
export async function probeModels(
  home: OpenHome,
  setup: { settings: ModelSettings; deps: ModelDeps },
  given: { signal: AbortSignal; tell(model: string, doing: string): void },
): Promise<{ model: string; caps: ModelCaps }[]> {
  const { probeModel } = await import("../model/probe-model.ts");
  const { baseUrl, roles } = setup.settings.config;
  const found: { model: string; caps: ModelCaps }[] = [];
  for (const { role, model } of distinct(modelRoles.map((role) => ({ role, model: roles[role] })))) {
    const tell = (doing: string): void => given.tell(model, doing);
    const caps = await probeModel(setup.settings, setup.deps, { model, role, signal: given.signal, tell });
    await home.store.write((tx) => saveModelCaps(tx, baseUrl, model, caps));
    found.push({ model, caps });
  }
  return found;
}
