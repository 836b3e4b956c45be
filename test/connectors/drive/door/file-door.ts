import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DoorSetup, Drill, isDrill, type Step } from "../../../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../../../approvals/open-door.ts";
import { driveDoor } from "../../../../connectors/drive/door.ts";
import { googleSecretName } from "../../../../connectors/google-account/secret-names.ts";
import { writeScopes } from "../../../../connectors/google-account/write-scopes.ts";
import type { CardState, DecidedBy, Origin } from "../../../../src/core/card.ts";
import { uuidv7 } from "../../../../src/core/ids.ts";
import { defaultPolicy } from "../../../../src/core/policy.ts";
import type { Owner } from "../../../../src/core/thread.ts";
import type { DriveState, SheetTab, StoredFile } from "../../../../src/emulators/google/drive/drive-state.ts";
import type { GoogleWorld, WorldSnapshot } from "../../../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../../../src/emulators/google/oauth/mount-oauth.ts";
import { createIntake } from "../../../../src/intake/intake.ts";
import { lookByExternalId } from "../../../../src/store/look-items.ts";
import { openStore, type Store } from "../../../../src/store/open-store.ts";
import { registerSource } from "../../../../src/store/sources.ts";
import { clara } from "../../../emulators/google/google-fixture.ts";
import { Drive, never, signIn } from "../drive-harness.ts";

const owner: Owner = {
  names: ["Clara Weiss"],
  identities: [clara],
  zone: "Europe/Berlin",
  region: "DE",
  languages: ["en", "de"],
};
const origin: Omit<Origin, "requestId"> = {
  by: "owner",
  surface: "terminal",
  utterance: null,
  rule: null,
  itemsRead: [],
  openedThreads: [],
  callId: null,
};
const typed: DecidedBy = { surface: "terminal", session: "test", proof: "typed" };

export const carText = "# Car\r\n\r\nPlate: NT 914\r\nDriver: Ana 😀\r\n";
export const header = ["steward_id", "name", "emails", "phones", "notes"];

/** A mirrored folder and a contacts sheet that were read once; every door over them begins from there. */
export class FileLife {
  readonly drive = new Drive();
  readonly folder = mkdtempSync(join(tmpdir(), "steward-file-door-"));
  readonly secrets = new Map<string, string>();
  readonly ids = { car: "", books: "", doc: "", shared: "", lists: "", picture: "", sheet: "" };
  contacts = "name,emails,phones,notes,steward_id\n";
  base = "";
  #snapshot: WorldSnapshot | null = null;
  #doors = 0;

  get world(): GoogleWorld {
    return this.drive.world;
  }

  get state(): DriveState {
    return this.drive.state;
  }

  /** The folder as it is read; `sheet` is the first tab of the contacts sheet, header included. */
  async begin(options: { tabs?: SheetTab[]; contacts?: string; base?: string } = {}): Promise<this> {
    const { drive, ids, world } = this;
    ids.lists = drive.folder("lists");
    ids.car = drive.file("car.md", carText);
    ids.books = drive.file("books.csv", "title,by\nEmma,Austen\n", ids.lists, "text/csv");
    ids.doc = drive.doc("Notes", "# Notes\n");
    ids.shared = drive.file("trip.md", "Trip to Porto\n");
    drive.get(ids.shared).sharedWith = [{ type: "user", role: "writer", emailAddress: "ana@weiss.example" }];
    ids.picture = drive.file("cat.png", "not text", drive.life, "image/png");
    ids.sheet = drive.sheet("Contacts", options.tabs ?? [{ title: "People", rows: [header] }], drive.state.rootId);
    this.contacts = options.contacts ?? this.contacts;
    this.base = options.base ?? "";
    const now = world.clock.now();
    const grant = grantDirectly(world.oauth(), { account: clara, scopes: writeScopes.map(({ scope }) => scope) }, now);
    this.secrets.set(googleSecretName(clara, "write_refresh_token"), grant.refreshToken);
    this.secrets.set(googleSecretName(clara, "client_secret"), grant.clientSecret);
    await this.#read();
    world.clock.advance(600_000);
    this.#snapshot = world.snapshot();
    return this;
  }

  async #read(): Promise<void> {
    const { connector, config, deps } = signIn(this.world);
    const { clock } = deps;
    const newId = (): string => uuidv7(clock.now());
    mkdirSync(join(this.folder, "read"));
    const store = await openStore(join(this.folder, "read", "steward.db"), { clock });
    const intake = createIntake({
      store,
      connectors: [connector],
      connectorDeps: deps,
      clock,
      newId,
      originalsDirectory: null,
      workers: 1,
    });
    const named = { label: clara, location: clara };
    const drive = { connector: "drive", kind: "drive", ...named, config: { ...config, folderId: this.drive.life } };
    const sheetConfig = { ...config, spreadsheetId: this.ids.sheet, region: "DE" };
    const sheet = { connector: "contacts-sheet", kind: "contacts-sheet", ...named, config: sheetConfig };
    const source = await store.write((tx) => registerSource(tx, { id: newId(), ...drive }));
    await store.write((tx) => registerSource(tx, { id: newId(), ...sheet }));
    await intake.importSource(source, {
      signal: never,
      onProgress: () => undefined,
      read: { zone: "UTC", region: "DE", recentDays: null },
    });
    await intake.close();
    await store.close();
  }

  /** A door over a copy of everything as it was when it had been read. */
  async open(connectors: DoorSetup["connectors"] = [driveDoor]): Promise<FileDoor> {
    if (this.#snapshot === null) throw new Error("not begun");
    this.world.faults.clear();
    this.world.restore(this.#snapshot);
    this.#doors += 1;
    const home = join(this.folder, `door-${this.#doors}`);
    mkdirSync(home);
    cpSync(join(this.folder, "read", "steward.db"), join(home, "steward.db"));
    writeFileSync(join(home, "contacts.csv"), this.contacts);
    writeFileSync(join(home, "contacts.base.csv"), this.base);
    return await new FileDoor(this, home, connectors).start();
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The real door, store and executor, with nothing but Drive and Sheets behind it. */
export class FileDoor {
  readonly life: FileLife;
  readonly home: string;
  readonly #connectors: DoorSetup["connectors"];
  dieAt: Step | null = null;
  /** Stands between the door and the network. */
  network: typeof fetch;
  requests: string[] = [];
  store!: Store;
  door!: OpenDoor;

  constructor(life: FileLife, home: string, connectors: DoorSetup["connectors"]) {
    this.life = life;
    this.home = home;
    this.#connectors = connectors;
    this.network = life.world.fetch;
  }

  get state(): DriveState {
    return this.life.state;
  }

  async start(): Promise<this> {
    const { clock } = signIn(this.life.world).deps;
    this.store = await openStore(join(this.home, "steward.db"), { clock, durability: "full" });
    const newId = (): string => uuidv7(clock.now());
    const setup: DoorSetup = {
      store: this.store,
      clock,
      newId,
      connectors: this.#connectors,
      deps: {
        clock,
        newId,
        secret: async (name) => this.life.secrets.get(name) ?? null,
        log: () => undefined,
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

  async itemOf(fileId: string): Promise<number> {
    return (await lookByExternalId(this.store, "drive", fileId))?.id ?? 0;
  }

  async propose(action: string, ask: unknown) {
    const answer = await this.door.propose([{ action, account: null, ask, after: null }], origin);
    if (answer.kind === "refused") throw new Error(answer.text);
    const [view] = answer.bundle.cards;
    const [seen] = answer.bundle.open;
    if (view === undefined || seen === undefined) throw new Error("no card");
    return { seen, view };
  }

  async approve(seen: { cardId: string; revision: number; sha256: string }): Promise<void> {
    const { cardId, revision, sha256 } = seen;
    const request = { seen: [{ cardId, revision, sha256 }], reason: "", laterUntil: null, decidedBy: typed };
    const answer = await this.door.decide({ ...request, kind: "approve" });
    if (answer.kind === "refused") throw new Error(answer.text);
  }

  /** Turns, with time between them, until nothing is under way; what died is started again. */
  async live(cardId: string, turns = 20): Promise<{ state: CardState; reason: string }> {
    for (let turn = 0; turn < turns; turn += 1) {
      this.life.world.clock.advance(turn < 4 ? 30_000 : 90_000);
      try {
        while ((await this.door.turn(never)) > 0);
      } catch (error) {
        if (!isDrill(error)) throw error;
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

  /** Proposed, approved and carried out. */
  async run(action: string, ask: unknown) {
    const { seen, view } = await this.propose(action, ask);
    await this.approve(seen);
    return { ...(await this.live(seen.cardId)), cardId: seen.cardId, view };
  }

  fileNamed(name: string): StoredFile | undefined {
    return [...this.state.files.values()].find((file) => file.name === name && !file.trashed);
  }

  textOf(fileId: string): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      this.life.drive.get(fileId).content ?? new Uint8Array(),
    );
  }

  /** How often something happened in the emulated world. */
  happened(kind: string): number {
    return this.life.world.ledger.all().filter((entry) => entry.kind === kind).length;
  }

  undo(cardId: string) {
    return this.door.undo(cardId, typed);
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}
