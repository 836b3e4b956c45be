import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type DoorSetup, Drill, type Step } from "../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../approvals/open-door.ts";
import { googleSecretName } from "../../connectors/google-account/secret-names.ts";
import { writeScopes } from "../../connectors/google-account/write-scopes.ts";
import type { DoorConnector } from "../../src/core/action.ts";
import type { Origin } from "../../src/core/card.ts";
import { defaultPolicy, type Policy } from "../../src/core/policy.ts";
import type { Owner } from "../../src/core/thread.ts";
import { grantDirectly } from "../../src/emulators/google/oauth/mount-oauth.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { ownersOrigin, typed } from "./door-harness.ts";
import { type LiveLife, openLiveLife } from "./live-life.ts";
import { VirtualClock } from "./virtual-clock.ts";

const startAt = "2026-11-14T08:12:00Z";

/** The demo life, read once; every life after it begins from a copy. */
export interface GoogleBase {
  life: LiveLife;
  copy: string;
  snapshot: ReturnType<LiveLife["google"]["snapshot"]>;
  secrets: Map<string, string>;
  owner: Owner;
  connectors: readonly DoorConnector[];
  close(): Promise<void>;
}

/** `fill` puts more into the emulated Google before it is read. */
export async function makeGoogleBase(
  connectors: readonly DoorConnector[],
  fill?: (google: LiveLife["google"]) => Promise<void>,
): Promise<GoogleBase> {
  const nowMs = Date.parse(startAt);
  const life = await openLiveLife(nowMs, fill);
  const { account, google } = life;
  const scopes = writeScopes.map(({ scope }) => scope);
  const grant = grantDirectly(google.oauth(), { account, scopes }, nowMs);
  const secrets = new Map([
    [googleSecretName(account, "write_refresh_token"), grant.refreshToken],
    [googleSecretName(account, "client_secret"), grant.clientSecret],
  ]);
  const folder = mkdtempSync(join(tmpdir(), "steward-base-"));
  const copy = join(folder, "base.db");
  const reader = new DatabaseSync(life.store.path, { readOnly: true });
  reader.prepare("VACUUM INTO ?").run(copy);
  reader.close();
  return {
    life,
    copy,
    snapshot: google.snapshot(),
    secrets,
    owner: life.reading.setting.owner,
    connectors,
    close: async () => {
      await life.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A door over a copy of the demo life and its emulated Google. */
export class GoogleDoor {
  readonly base: GoogleBase;
  readonly home = mkdtempSync(join(tmpdir(), "steward-gdoor-"));
  readonly clock = new VirtualClock(startAt);
  policy: Policy = defaultPolicy();
  /** Ends the door there, once, as a kill does. */
  dieAt: Step | null = null;
  store!: Store;
  door!: OpenDoor;
  setup!: DoorSetup;
  #ids = 0;

  constructor(base: GoogleBase) {
    this.base = base;
    copyFileSync(base.copy, join(this.home, "steward.db"));
    writeFileSync(join(this.home, "contacts.csv"), base.life.contacts);
    base.life.google.restore(base.snapshot);
    base.life.google.faults.clear();
    base.life.worldClock.advance(Date.parse(startAt) - base.life.worldClock.now());
  }

  get google() {
    return this.base.life.google;
  }

  async start(): Promise<this> {
    this.store = await openStore(join(this.home, "steward.db"), { clock: this.clock, durability: "full" });
    const newId = (): string => {
      this.#ids += 1;
      return `id-${String(this.#ids).padStart(6, "0")}`;
    };
    this.setup = {
      store: this.store,
      clock: this.clock,
      newId,
      connectors: this.base.connectors,
      deps: {
        fetch: this.google.fetch,
        clock: this.clock,
        newId,
        secret: async (name) => this.base.secrets.get(name) ?? null,
        log: () => {},
        homePath: this.home,
      },
      owner: () => this.base.owner,
      policy: async () => this.policy,
      hasPasskey: async () => false,
      atStep: (step) => {
        if (step !== this.dieAt) return;
        this.dieAt = null;
        throw new Drill(step);
      },
    };
    this.door = await openDoor(this.setup);
    return this;
  }

  jump(ms: number): void {
    this.clock.jump(ms);
    this.base.life.worldClock.advance(ms);
  }

  async restart(): Promise<void> {
    await this.store.close();
    await this.start();
  }

  async stopHere(): Promise<void> {
    await this.store.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  async turn(): Promise<"rest" | "died"> {
    try {
      while ((await this.door.turn(new AbortController().signal)) > 0);
      return "rest";
    } catch (error) {
      if (error instanceof Drill || (error instanceof Error && error.cause instanceof Drill)) return "died";
      throw error;
    }
  }

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

  async approve({ cardId, revision, sha256 }: { cardId: string; revision: number; sha256: string }) {
    const seen = [{ cardId, revision, sha256 }];
    return await this.door.decide({ seen, kind: "approve", reason: "", laterUntil: null, decidedBy: typed });
  }
}
