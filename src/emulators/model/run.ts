import { parseArgs } from "node:util";
import { byzantine } from "./byzantine/byzantine.ts";
import { createModelWorld } from "./model-world.ts";
import { obedient } from "./obedient/obedient.ts";
import type { Policy } from "./policy.ts";
import { isProfileName, profiles } from "./profiles.ts";
import { scenario } from "./scenario/scenario.ts";
import { serveModel } from "./serve-model.ts";

/**
 * The scripted model as a process: `node run.ts [--policy scenario|obedient|byzantine] [--profile NAME] [--any-model] [--web FILE] [--port N] [--seed N]`.
 * Prints one line of JSON with its address, then serves until its standard input closes, so that it never outlives whoever started it.
 */
const { values } = parseArgs({
  options: {
    policy: { type: "string", default: "scenario" },
    profile: { type: "string", default: "anthropic" },
    "any-model": { type: "boolean", default: false },
    web: { type: "string" },
    port: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});

const policies: Record<string, () => Policy> = {
  scenario,
  obedient,
  byzantine: () => byzantine(Number(values.seed)),
};
const policy = policies[values.policy]?.();
if (policy === undefined) throw new Error(`no such policy: ${values.policy}`);

const profile = values.profile;
if (!isProfileName(profile)) throw new Error(`no such profile: ${profile}`);

const world = createModelWorld({
  policy,
  profile: values["any-model"] ? { ...profiles[profile], models: "any" } : profile,
  now: Date.now,
  ...(values.web === undefined ? {} : { webPath: values.web }),
});
const served = await serveModel(world, Number(values.port));
process.stdout.write(`${JSON.stringify({ url: served.url })}\n`);
process.stdin.resume();
process.stdin.on("close", () => process.exit(0));
process.on("SIGINT", () => undefined);
