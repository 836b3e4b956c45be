import type { ConnectorDeps } from "../core/connector.ts";
import { StewardError } from "../core/errors.ts";
import type { AnyConnector } from "../intake/intake.ts";
import type { CommandContext } from "./command-context.ts";

/** What connectors may use in this process: the network, and the secrets of this home. */
export function connectorDeps(context: CommandContext): ConnectorDeps {
  return {
    fetch: context.fetch,
    clock: context.clock,
    newId: context.newId,
    secret: async (name) => (await context.openSecrets(context.home)).get(name),
    log: (message) => {
      if (context.debug) context.terminal.err(`${message}\n`);
    },
  };
}

/** Every connector; those that read what lies on this computer get neither network nor secrets: they need none. */
export async function loadGuardedConnectors(context: CommandContext): Promise<AnyConnector[]> {
  const connectors = await context.loadConnectors();
  return connectors.map((connector) => (connector.local === true ? cutOff(connector) : connector));
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
