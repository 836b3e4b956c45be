import type { Action, DoorConnector, DoorDeps } from "../src/core/action.ts";
import type { Clock } from "../src/core/clock.ts";
import { StewardError } from "../src/core/errors.ts";
import type { Policy } from "../src/core/policy.ts";
import type { Owner } from "../src/core/thread.ts";
import type { Store } from "../src/store/open-store.ts";

/** Where in an execution something stands: for the drills that end it there. */
export const steps = [
  "before_prepare",
  "prepared_unwritten",
  "prepared",
  "committing",
  "executed_unwritten",
  "done",
] as const;
export type Step = (typeof steps)[number];

/** What the door is made of. */
export interface DoorSetup {
  /** Opened with `durability: "full"`. */
  store: Store;
  clock: Clock;
  newId(): string;
  /** Handed in by `main.ts`: the door knows services only through these objects. */
  connectors: readonly DoorConnector[];
  deps: DoorDeps;
  owner(): Owner;
  /** The owner's policy.yaml as it is now. Throws where it cannot be read: then nothing happens. */
  policy(): Promise<Policy>;
  /** Whether a passkey is enrolled: then a red card takes nothing less. */
  hasPasskey(): Promise<boolean>;
  /** Told at each step of an execution; a drill throws or kills there. */
  atStep?(step: Step, cardId: string): void | Promise<void>;
}

/** The connector an action belongs to, and the action. Null when no connector has it. */
export function findAction(
  connectors: readonly DoorConnector[],
  name: string,
): { connector: DoorConnector; action: Action } | null {
  for (const connector of connectors) {
    const action = connector.actions.find((one) => one.name === name);
    if (action !== undefined) return { connector, action };
  }
  return null;
}

/** As `findAction`; an action that is gone from the code ends what was approved with it. Errors: `not_found`. */
export function needAction(
  connectors: readonly DoorConnector[],
  name: string,
): { connector: DoorConnector; action: Action } {
  const found = findAction(connectors, name);
  if (found === null) throw new StewardError("not_found", `This steward has no action ${name}.`);
  return found;
}

/** A drill ends everything at once, as a kill does: nothing more is written. */
export class Drill extends Error {}

export function isDrill(error: unknown): boolean {
  return error instanceof Drill || (error instanceof Error && error.cause instanceof Drill);
}
