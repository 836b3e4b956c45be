import { readFile } from "node:fs/promises";
import type { DoorSetup } from "../../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../../approvals/open-door.ts";
import { toStewardError } from "../../core/errors.ts";
import { parsePolicy } from "../../core/parse-policy.ts";
import { defaultPolicy, type Policy } from "../../core/policy.ts";
import { hasPasskey } from "../../store/passkeys.ts";
import type { CommandContext } from "../command-context.ts";
import { connectorDeps } from "../connector-deps.ts";
import { type OpenHome, withHome } from "../open-home.ts";

/** An opened home with its door. */
export interface HomeWithDoor {
  home: OpenHome;
  door: OpenDoor;
  setup: DoorSetup;
}

/**
 * Opens the home with every commit on disk, and the door over it. Only what the owner does by hand, and the door's own process,
 * come through here: the reading side never does. `policy: "unread"` is for what has to work while policy.yaml is broken: stopping,
 * and looking back. Errors: those of `withHome`; `config` when policy.yaml cannot be read.
 */
export async function withDoor<T>(
  context: CommandContext,
  work: (opened: HomeWithDoor) => Promise<T>,
  options: { policy: "read" | "unread" } = { policy: "read" },
): Promise<T> {
  return await withHome(context, { create: false, durability: "full" }, async (home) => {
    const setup = await makeDoorSetup(context, home);
    if (options.policy === "read") await setup.policy();
    return await work({ home, setup, door: await openDoor(setup) });
  });
}

/** What the door of a home is made of. */
export async function makeDoorSetup(context: CommandContext, home: OpenHome): Promise<DoorSetup> {
  const connectors = await context.loadDoorConnectors();
  const actions = connectors.flatMap((connector) => connector.actions.map(({ name }) => name));
  return {
    store: home.store,
    clock: context.clock,
    newId: context.newId,
    connectors,
    deps: { ...connectorDeps(context), homePath: context.home },
    owner: () => home.owner,
    policy: () => readPolicy(home.paths.policy, actions),
    hasPasskey: () => hasPasskey(home.store),
  };
}

/** The owner's policy.yaml as it stands at this moment; the defaults where there is none. Errors: `config`. */
export async function readPolicy(path: string, actions: readonly string[]): Promise<Policy> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return defaultPolicy();
    throw named;
  }
  return parsePolicy(text, path, { actions });
}
