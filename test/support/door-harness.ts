import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DoorSetup, Drill, type Step } from "../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../approvals/open-door.ts";
import type { DoorConnector } from "../../src/core/action.ts";
import type { DecidedBy, Origin } from "../../src/core/card.ts";
import { defaultPolicy, type Policy } from "../../src/core/policy.ts";
import type { Owner } from "../../src/core/thread.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { registerSource } from "../../src/store/sources.ts";
import { PostOffice, postConnector } from "./post-office.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const ownersOrigin: Omit<Origin, "requestId"> = {
  by: "owner",
  surface: "terminal",
  utterance: null,
  rule: null,
  itemsRead: [],
  openedThreads: [],
  callId: null,
};

/** Whoever sits at the terminal and typed what was asked. */
export const typed: DecidedBy = { surface: "terminal", session: "test", proof: "typed" };

const owner: Owner = {
  names: ["Clara Weiss"],
  identities: ["clara@weiss.example"],
  zone: "Europe/Berlin",
  region: "DE",
  languages: ["en", "de"],
};

/** A door over a real store and a small post office, whose process can be ended at any step. */
export class DoorHarness {
  readonly home = mkdtempSync(join(tmpdir(), "steward-door-"));
  readonly clock = new VirtualClock("2026-11-14T08:12:00Z");
  readonly post = new PostOffice(() => this.clock.now());
  policy: Policy = defaultPolicy();
  passkey = false;
  /** Ends the door there, once, as a kill does. */
  dieAt: Step | null = null;
  store!: Store;
  door!: OpenDoor;
  setup!: DoorSetup;
  readonly #connectors: readonly DoorConnector[];
  #ids = 0;

  constructor(connectors: readonly DoorConnector[] = [postConnector()]) {
    this.#connectors = connectors;
  }

  /** Opens store and door: a process that starts. */
  async start(): Promise<this> {
    this.store = await openStore(join(this.home, "steward.db"), { clock: this.clock, durability: "full" });
    await this.store.write((tx) =>
      registerSource(tx, {
        id: "post",
        connector: "post",
        kind: "post",
        location: "clara",
        label: "Clara's post",
        config: { account: "clara@weiss.example" },
      }),
    );
    this.setup = {
      store: this.store,
      clock: this.clock,
      newId: () => this.#newId(),
      connectors: this.#connectors,
      deps: {
        fetch: this.post.fetch,
        clock: this.clock,
        newId: () => this.#newId(),
        secret: async () => null,
        log: () => {},
        homePath: this.home,
      },
      owner: () => owner,
      policy: async () => this.policy,
      hasPasskey: async () => this.passkey,
      atStep: (step) => {
        if (step !== this.dieAt) return;
        this.dieAt = null;
        throw new Drill(step);
      },
    };
    this.door = await openDoor(this.setup);
    return this;
  }

  #newId(): string {
    this.#ids += 1;
    return `id-${String(this.#ids).padStart(6, "0")}`;
  }

  /** Ends the process and starts another one on the same files. */
  async restart(): Promise<void> {
    await this.store.close();
    await this.start();
  }

  async stopHere(): Promise<void> {
    await this.store.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Turns until nothing moves, or the door died; then it is started again when `revive` is set. */
  async turn(): Promise<"rest" | "died"> {
    try {
      while ((await this.door.turn(new AbortController().signal)) > 0);
      return "rest";
    } catch (error) {
      if (error instanceof Drill || (error instanceof Error && error.cause instanceof Drill)) return "died";
      throw error;
    }
  }

  /** Proposes one card and returns what was seen of it. */
  async propose(action: string, ask: unknown, given: Partial<Omit<Origin, "requestId">> = {}) {
    const answer = await this.door.propose([{ action, account: null, ask, after: null }], {
      ...ownersOrigin,
      ...given,
    });
    if (answer.kind === "refused") throw new Error(answer.text);
    const [view] = answer.bundle.cards;
    const [seen] = answer.bundle.open;
    if (view === undefined || seen === undefined) throw new Error("no card");
    return { ...seen, view };
  }

  async approve(...seen: { cardId: string; revision: number; sha256: string }[]) {
    const given = seen.map(({ cardId, revision, sha256 }) => ({ cardId, revision, sha256 }));
    return await this.door.decide({ seen: given, kind: "approve", reason: "", laterUntil: null, decidedBy: typed });
  }
}
