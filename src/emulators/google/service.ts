import type { Hono } from "hono";
import type { World } from "../world/schema.ts";
import type { FaultScript } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { Quotas } from "./quota.ts";
import type { WorldClock } from "./world-clock.ts";

/** What a request carries once its bearer token was checked. */
export interface RequestIdentity {
  /** The account's address. */
  account: string;
  scopes: readonly string[];
}

export type EmulatorEnv = { Variables: { identity: RequestIdentity } };

/**
 * What all services of one emulated world share. `S` of a service is plain data (structured-cloneable), kept by the world
 * under the service's name and account, so that a world can be inspected, reset and snapshotted as a whole.
 */
export interface SharedWorld {
  clock: WorldClock;
  ledger: Ledger;
  faults: FaultScript;
  quotas: Quotas;
  /** Switches that tests and the page set: index lag, cursor expiry and so on; each service names its own. */
  settings: Map<string, number>;
  accounts(): string[];
}

/**
 * One emulated service in a folder of its own. `mount` adds its routes to the app (paths as at Google, without the host);
 * `seed` makes the state of one account from the demo world, `blank` an empty one.
 */
export interface EmulatedService<State> {
  name: "gmail" | "drive" | "calendar";
  blank(account: string): State;
  seed(world: World, nowMs: number): State;
  mount(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: (account: string) => State): void;
}
