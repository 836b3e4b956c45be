import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DoorSetup, Drill, type Step } from "../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../approvals/open-door.ts";
import { googleSecretName } from "../../connectors/google-account/secret-names.ts";
import { writeScopes } from "../../connectors/google-account/write-scopes.ts";
import type { DoorConnector } from "../../src/core/action.ts";
import type { CardState } from "../../src/core/card.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import { defaultPolicy } from "../../src/core/policy.ts";
import type { Owner } from "../../src/core/thread.ts";
import type { Fault } from "../../src/emulators/google/faults.ts";
import type { WorldSnapshot } from "../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../src/emulators/google/oauth/mount-oauth.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { registerSource } from "../../src/store/sources.ts";
import { base, clara, makeWorld } from "../emulators/google/google-fixture.ts";
import { ownersOrigin, typed } from "./door-harness.ts";

const owner: Owner = {
  names: ["Clara Weiss"],
  identities: [clara],
  zone: "Europe/Berlin",
  region: "DE",
  languages: ["en", "de"],
};

/** One action as it is asked for over a `WritingLife`, and what it does to the world. */
export interface WritingSample {
  /** Told apart where an action has several. */
  name: string;
  action: string;
  ask: unknown;
  /** How often it really happened: 0, 1 or, which must never be, more. */
  count(door: WritingDoor): number;
  /** The request that does it. */
  effect: RegExp;
  /** Settings of the emulator for a service that shows what happened only later. */
  lag: Record<string, number>;
}

/** An emulated Google with a life in it; every door that is opened over it begins from there. */
export class WritingLife {
  readonly world = makeWorld();
  readonly folder = mkdtempSync(join(tmpdir(), "steward-writing-"));
  readonly connectors: readonly DoorConnector[];
  readonly secrets = new Map<string, string>();
  #snapshot: WorldSnapshot | null = null;
  #startMs = 0;
  #doors = 0;

  constructor(connectors: readonly DoorConnector[]) {
    this.connectors = connectors;
  }

  /** `fill` puts into the world what is there before, and says what each source's config has besides the account. */
  async begin(fill: (life: this) => Record<string, object>): Promise<this> {
    const scopes = writeScopes.map(({ scope }) => scope);
    const more = fill(this);
    const grant = grantDirectly(this.world.oauth(), { account: clara, scopes }, this.world.clock.now());
    this.secrets.set(googleSecretName(clara, "write_refresh_token"), grant.refreshToken);
    this.secrets.set(googleSecretName(clara, "client_secret"), grant.clientSecret);
    const store = await openStore(join(this.folder, "steward.db"), { clock: this.clock });
    for (const { name } of this.connectors) {
      const config = { account: clara, clientId: grant.clientId, scopes: [], baseUrl: base, ...more[name] };
      const source = { id: `${name}-source`, connector: name, kind: name, location: clara, label: name, config };
      await store.write((tx) => registerSource(tx, source));
    }
    await store.close();
    this.#startMs = this.world.clock.now();
    this.#snapshot = this.world.snapshot();
    return this;
  }

  get clock() {
    return { now: () => this.world.clock.now(), sleep: async (ms: number) => this.advance(ms) };
  }

  advance(ms: number): void {
    this.world.clock.advance(ms);
  }

  async open(): Promise<WritingDoor> {
    if (this.#snapshot === null) throw new Error("not begun");
    this.world.faults.clear();
    this.world.restore(this.#snapshot);
    this.advance(this.#startMs - this.world.clock.now());
    this.#doors += 1;
    const home = join(this.folder, `door-${this.#doors}`);
    mkdirSync(home);
    copyFileSync(join(this.folder, "steward.db"), join(home, "steward.db"));
    return await new WritingDoor(this, home).start();
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The real door, store and executor over the emulated services. */
export class WritingDoor {
  readonly life: WritingLife;
  readonly home: string;
  dieAt: Step | null = null;
  /** Stands between the door and the network. */
  network: typeof fetch;
  requests: string[] = [];
  store!: Store;
  door!: OpenDoor;

  constructor(life: WritingLife, home: string) {
    this.life = life;
    this.home = home;
    this.network = life.world.fetch;
  }

  get world() {
    return this.life.world;
  }

  async start(): Promise<this> {
    const { clock, connectors, secrets } = this.life;
    this.store = await openStore(join(this.home, "steward.db"), { clock, durability: "full" });
    const newId = (): string => uuidv7(clock.now());
    const setup: DoorSetup = {
      store: this.store,
      clock,
      newId,
      connectors,
      deps: {
        clock,
        newId,
        secret: async (name) => secrets.get(name) ?? null,
        log: () => {},
        homePath: this.home,
        fetch: async (input, init) => {
          const { pathname, search } = new URL(String(input));
          this.requests.push(`${init?.method ?? "GET"} ${pathname}${search}`);
          return await this.network(input, init);
        },
      },
      owner: () => owner,
      policy: async () => defaultPolicy(),
      hasPasskey: async () => false,
      atStep: (step) => {
        if (step !== this.dieAt) return;
        this.dieAt = null;
        throw new Drill(step);
      },
    };
    this.door = await openDoor(setup);
    return this;
  }

  async propose(action: string, ask: unknown) {
    const answer = await this.door.propose([{ action, account: null, ask, after: null }], ownersOrigin);
    if (answer.kind === "refused") throw new Error(answer.text);
    const [view] = answer.bundle.cards;
    const [seen] = answer.bundle.open;
    if (view === undefined || seen === undefined) throw new Error("no card");
    return { seen, view };
  }

  async approve({ cardId, revision, sha256 }: { cardId: string; revision: number; sha256: string }): Promise<void> {
    const seen = [{ cardId, revision, sha256 }];
    const request = { seen, reason: "", laterUntil: null, decidedBy: typed };
    const answer = await this.door.decide({ ...request, kind: "approve" });
    if (answer.kind === "refused") throw new Error(answer.text);
  }

  /** Asked for, approved and lived to its end. */
  async done(action: string, ask: unknown): Promise<{ cardId: string; state: CardState; reason: string }> {
    const { seen } = await this.propose(action, ask);
    await this.approve(seen);
    return { cardId: seen.cardId, ...(await this.live(seen.cardId)) };
  }

  /** Turns, with time between them, until nothing is under way; what died is started again. */
  async live(cardId: string, turns = 12): Promise<{ state: CardState; reason: string }> {
    for (let turn = 0; turn < turns; turn += 1) {
      this.life.advance(turn < 4 ? 30_000 : 90_000);
      try {
        while ((await this.door.turn(new AbortController().signal)) > 0);
      } catch (error) {
        if (!(error instanceof Drill || (error instanceof Error && error.cause instanceof Drill))) throw error;
        await this.store.close();
        await this.start();
      }
      const { state } = await this.stateOf(cardId);
      if (["done", "failed", "unknown", "superseded", "expired"].includes(state)) break;
    }
    return await this.stateOf(cardId);
  }

  async stateOf(cardId: string): Promise<{ state: CardState; reason: string }> {
    const view = await this.door.card(cardId);
    if (view === null) throw new Error("The card is lost.");
    return { state: view.card.state, reason: view.card.reason };
  }

  async receiptOf(cardId: string): Promise<string | null> {
    return (await this.door.card(cardId))?.receipt ?? null;
  }

  undo(cardId: string) {
    return this.door.undo(cardId, typed);
  }

  /** What really happened, of a kind. */
  ledger(kind: string) {
    return this.world.ledger.all().filter((entry) => entry.kind === kind);
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** One approved card, with what goes wrong on its way. */
export async function liveSample(
  life: WritingLife,
  sample: WritingSample,
  mishap: { fault: Omit<Fault, "status"> | null; death: Step | null; lagging?: boolean },
): Promise<{ state: CardState; count: number; reason: string }> {
  const door = await life.open();
  const { faults, settings } = life.world;
  try {
    const { seen } = await door.propose(sample.action, sample.ask);
    await door.approve(seen);
    if (mishap.lagging === true) for (const [name, value] of Object.entries(sample.lag)) settings.set(name, value);
    if (mishap.fault !== null) faults.add({ ...mishap.fault, status: 503 });
    door.dieAt = mishap.death;
    const came = await door.live(seen.cardId);
    return { ...came, count: sample.count(door) };
  } finally {
    for (const name of Object.keys(sample.lag)) settings.delete(name);
    await door.close();
  }
}
