import { uuidv7 } from "../../../src/core/ids.ts";
import type { Model } from "../../../src/core/model.ts";
import { type ModelConfig, modelConfigSchema } from "../../../src/core/model-config.ts";
import { createModelWorld, type ModelWorld } from "../../../src/emulators/model/model-world.ts";
import type { Policy } from "../../../src/emulators/model/policy.ts";
import { type ProfileName, profiles } from "../../../src/emulators/model/profiles.ts";
import { openModel } from "../../../src/model/open-model.ts";
import { modelBooks, saveModelCaps } from "../../../src/store/model-calls.ts";
import type { Store } from "../../../src/store/open-store.ts";
import { type PassReport, runPass } from "../../../src/triage/judge-with-model/run-pass.ts";
import type { TriageReading } from "../../../src/triage/read-digest.ts";

const baseUrl = "http://127.0.0.1:1";

/** A server in process with a policy behind it, and the way to it that steward itself takes. */
export async function modelFor(
  store: Store,
  nowMs: number,
  policy: Policy,
  options: { profile?: ProfileName; budget?: Partial<ModelConfig["budget"]> } = {},
): Promise<{ world: ModelWorld; model: Model }> {
  const profile = profiles[options.profile ?? "anthropic"];
  const world = createModelWorld({ policy, profile, now: () => nowMs, sleep: async () => undefined });
  const config = modelConfigSchema.parse({ baseUrl, budget: options.budget ?? {} });
  const { countTokens, jsonFormat, cacheUsage } = profile;
  const contextTokens = Math.min(100_000, profile.contextTokens);
  const caps = { auth: true, countTokens, jsonFormat, cacheUsage, toolCall: true, images: false, contextTokens };
  await store.write(async (tx) => {
    for (const model of Object.values(config.roles)) await saveModelCaps(tx, baseUrl, model, caps);
  });
  const model = await openModel(
    { config, key: "a-test-key", zone: "Europe/Berlin" },
    {
      fetch: world.fetch,
      clock: { now: () => nowMs, sleep: async () => undefined },
      newId: () => uuidv7(nowMs),
      books: modelBooks(store),
      cassettes: null,
    },
  );
  return { world, model };
}

export async function passWith(store: Store, reading: TriageReading, model: Model): Promise<PassReport> {
  const { signal } = new AbortController();
  return await runPass(store, reading, { model, runId: uuidv7(reading.nowMs), signal });
}

/** Forgets what any model said, so that the next pass begins anew. */
export async function forgetJudgements(store: Store): Promise<void> {
  await store.write(async (tx) => {
    for (const table of [
      "judgements",
      "model_promises",
      "promise_readings",
      "judging_state",
      "verdicts",
      "model_calls",
    ]) {
      tx.sql.run(`DELETE FROM ${table}`);
    }
    tx.sql.run("DELETE FROM commitments WHERE source = 'model'");
  });
}
