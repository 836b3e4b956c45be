import { isWriteSecret } from "../../connectors/google-account/secret-names.ts";
import type { ConnectorDeps } from "../core/connector.ts";
import { StewardError } from "../core/errors.ts";
import type { AnyConnector } from "../intake/intake.ts";
import type { CommandContext } from "./command-context.ts";
import { modelKeyName } from "./model-key-name.ts";

/** What connectors may use in this process: the network, and the secrets of this home. */
export function connectorDeps(context: CommandContext): ConnectorDeps {
  return {
    fetch: context.fetch,
    clock: context.clock,
    newId: context.newId,
    secret: async (name) => {
      // The door's deps are these, too: what acts has no way to a model, and no service gets the key to one.
      if (name === modelKeyName) throw new StewardError("internal", "No connector asks for the key to the model.");
      return await (await context.openSecrets(context.home)).get(name);
    },
    log: (message) => {
      if (context.debug) context.terminal.err(`${message}\n`);
    },
  };
}

/**
 * Every connector that reads; those that read what lies on this computer get neither network nor secrets, and none gets a
 * secret that opens something to be changed: such are the door's.
 */
export async function loadGuardedConnectors(context: CommandContext): Promise<AnyConnector[]> {
  const connectors = await context.loadConnectors();
  return connectors.map((connector) => (connector.local === true ? cutOff(connector) : readingOnly(connector)));
}

function readingOnly(connector: AnyConnector): AnyConnector {
  return {
    ...connector,
    connect: (config, deps) =>
      connector.connect(config, {
        ...deps,
        secret: async (name) => {
          if (isWriteSecret(name))
            throw new StewardError("internal", "Reading never asks for a right to change things.");
          return await deps.secret(name);
        },
      }),
  };
}

function cutOff(connector: AnyConnector): AnyConnector {
  return {
    ...connector,
    connect: (config, deps) => connector.connect(config, { ...deps, fetch: refuseNetwork, secret: async () => null }),
  };
}

const refuseNetwork: typeof fetch = async () => {
  throw new StewardError("internal", "Reading files never uses the network.");
};
