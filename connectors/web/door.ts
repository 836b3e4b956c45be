import { z } from "zod";
import type { DoorConnector, DoorDeps } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { isLocalServer } from "../../src/core/model-config.ts";
import { search } from "./actions/search.ts";
import type { SearchRequest, WebClient } from "./web-client.ts";

const configSchema = z.strictObject({});
/** The search's own key; only the door asks for it. */
const keyName = "search.key";
const withinMs = 60_000;

/** Where searches go, and how the child is started. */
export interface SearchSetting {
  /** The server and model of this home. */
  target(homePath: string): Promise<{ baseUrl: string; model: string }>;
  /** What goes to the child where the search has no key of its own: the model's, which no connector may ask for. */
  otherKey(homePath: string): Promise<string | null>;
  /** Starts the child, gives it the request on its input, and returns what it said. */
  run(request: SearchRequest, signal: AbortSignal): Promise<unknown>;
}

/** The web, as something that is asked. The door holds no model: a child process asks, with the query and a key. */
export function makeWebDoor(setting: SearchSetting): DoorConnector<z.output<typeof configSchema>, WebClient> {
  return {
    name: "web",
    config: configSchema,
    needsAccount: false,
    connect: async (_config, deps) => makeClient(setting, deps),
    access: async () => ({ state: "ok" }),
    isReading: () => false,
    actions: [search],
  };
}

function makeClient({ target, otherKey, run }: SearchSetting, { secret, homePath }: DoorDeps): WebClient {
  const readKey = async (): Promise<string | null> => (await secret(keyName)) ?? (await otherKey(homePath));
  return {
    missing: async () => {
      const { baseUrl } = await target(homePath);
      if (isLocalServer(baseUrl) || (await readKey()) !== null) return null;
      return "The web cannot be searched without a key. Give one: steward model key";
    },
    search: async (query, signal) => {
      const { baseUrl, model } = await target(homePath);
      const key = await readKey();
      const patience = AbortSignal.timeout(withinMs);
      try {
        return await run({ query, key, baseUrl, model }, AbortSignal.any([signal, patience]));
      } catch (error) {
        if (patience.aborted) throw new StewardError("unavailable", "The search took too long.", { cause: error });
        throw error;
      }
    },
  };
}
