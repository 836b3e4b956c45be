import type { DoorConnector } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { Secrets } from "../daemon/secrets/open-secrets.ts";
import type { AnyConnector } from "../intake/intake.ts";
import type { Ask } from "./ask.ts";
import type { Terminal } from "./terminal.ts";

/** What `main.ts` read from the environment, and nothing else does. */
export interface Machine {
  terminal: Terminal;
  clock: Clock;
  newId(): string;
  /** $STEWARD_HOME, or `.steward` in the person's home folder. Absolute. */
  home: string;
  /** The checkout, for `.demo/` and the templates in `data/`. */
  checkout: string;
  /** `steward`, or `npx steward` when it was called so. For hints. */
  self: string;
  /** The person's own home folder and operating system, for the usual places. */
  userHome: string;
  platform: string;
  /** Zone and language of the machine: offered by `init`, used before there is a config. */
  systemZone: string;
  systemLocale: string;
  /** $VISUAL or $EDITOR; null when neither is set. */
  editor: string | null;
  version: string;
  /** Every service steward can read, listed in `main.ts`; loaded only by commands that read. */
  loadConnectors(): Promise<AnyConnector[]>;
  /** The write sides of services, listed in `main.ts`; loaded only by what the owner does by hand and by the door. */
  loadDoorConnectors(): Promise<DoorConnector[]>;
  /** The network. Reading files never gets it. */
  fetch: typeof fetch;
  /** The secrets of a steward home, opened (and its key derived) once a process, when the first one is asked for. */
  openSecrets(home: string): Promise<Secrets>;
  /** Opens a page in the person's browser; false when there is none on this machine. */
  openBrowser(url: string): Promise<boolean>;
  /** The questions, where a person can be asked (`terminal.interactive`). */
  loadAsk(): Promise<Ask>;
  /** Gives every key pressed, where a person can be asked, until the returned function is called. `enter`, `ctrl-c`, or a letter. */
  watchKeys(onKey: (key: string) => void): () => void;
  /** Print stacks of errors. */
  debug: boolean;
  /** From now on Ctrl-C aborts this signal instead of ending the program; a second one ends it. */
  takeInterrupts(): AbortSignal;
}

/** What every command gets. */
export interface CommandContext extends Machine {
  /** Sets the exit code of a command that ended without an error but not as wished. */
  endWith(exitCode: number): void;
}
