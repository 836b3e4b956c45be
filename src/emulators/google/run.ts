import { parseArgs } from "node:util";
import { loadWorld } from "../world/load.ts";
import { createGoogleWorld } from "./google-world.ts";
import { listen } from "./listen.ts";
import { createWorldClock } from "./world-clock.ts";

/**
 * The emulator as a process: `node run.ts [--world DIR] [--now MS] [--port N] [--account ADDRESS]...`. Prints one line of JSON with its
 * address, then serves until its standard input closes, so that it never outlives whoever started it.
 */
const { values } = parseArgs({
  options: {
    world: { type: "string" },
    now: { type: "string" },
    port: { type: "string", default: "0" },
    account: { type: "string", multiple: true, default: [] },
  },
});

const world = values.world === undefined ? undefined : loadWorld(values.world);
const owner = world?.people[world.persona.owner];
const startedAt = Date.now();
const fromMs = values.now === undefined ? startedAt : Number(values.now);
const google = createGoogleWorld({
  accounts: [
    ...(owner === undefined ? [] : [{ address: owner.email, name: owner.name }]),
    ...values.account.map((address) => ({ address, name: address.split("@")[0] ?? address })),
  ],
  clock: createWorldClock(() => fromMs + Date.now() - startedAt),
  ...(world === undefined ? {} : { world }),
});
const listening = await listen(google, Number(values.port));
process.stdout.write(`${JSON.stringify({ url: listening.url })}\n`);
process.stdin.resume();
process.stdin.on("close", () => process.exit(0));
process.on("SIGINT", () => undefined);
