import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DoorSetup, Drill, type Step } from "../../../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../../../approvals/open-door.ts";
import { gmailDoor } from "../../../../connectors/gmail/door.ts";
import { googleSecretName } from "../../../../connectors/google-account/secret-names.ts";
import { writeScopes } from "../../../../connectors/google-account/write-scopes.ts";
import type { CardState, DecidedBy, Origin } from "../../../../src/core/card.ts";
import { uuidv7 } from "../../../../src/core/ids.ts";
import { defaultPolicy } from "../../../../src/core/policy.ts";
import type { Owner } from "../../../../src/core/thread.ts";
import { deliverMail } from "../../../../src/emulators/google/gmail/deliver-mail.ts";
import type { GmailState, StoredMessage } from "../../../../src/emulators/google/gmail/gmail-state.ts";
import type { WorldSnapshot } from "../../../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../../../src/emulators/google/oauth/mount-oauth.ts";
import { lookByExternalId } from "../../../../src/store/look-items.ts";
import { openStore, type Store } from "../../../../src/store/open-store.ts";
import { base, clara, configOf, type GmailSetup, readScope, setUpGmail } from "../gmail-fixture.ts";
import { openStoredMailbox } from "../stored-mailbox.ts";

export const alias = "clara@lumen.example";
export const owner: Owner = {
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

/** A mail as it arrives, `fields` by name. */
export function rawMail(fields: Record<string, string>, text: string): Uint8Array {
  const head = Object.entries({ "Content-Type": "text/plain; charset=utf-8", ...fields });
  return Buffer.from(`${head.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n${text}\r\n`);
}

/** A mailbox that was read into a store once; every door that is opened over it begins from there. */
export class MailLife {
  readonly setup: GmailSetup = setUpGmail();
  readonly folder = mkdtempSync(join(tmpdir(), "steward-mail-door-"));
  readonly ids = { paul: "", news: [] as string[] };
  #snapshot: WorldSnapshot | null = null;
  #doors = 0;

  get state(): GmailState {
    return this.setup.world.state("gmail", clara);
  }

  arrive(fields: Record<string, string>, text: string, labelIds = ["INBOX", "UNREAD"]): StoredMessage {
    this.setup.worldClock.advance(60_000);
    const date = new Date(this.setup.worldClock.now()).toUTCString().replace("GMT", "+0000");
    const raw = rawMail({ Date: date, ...fields }, text);
    return deliverMail(this.setup.world, this.state, clara, { raw, labelIds });
  }

  /** Two mails with Paul, five from a shop, and whatever else, as the mailbox has them when it is read. */
  async begin(more: (life: MailLife) => void = () => undefined): Promise<this> {
    const { world, worldClock, secrets } = this.setup;
    this.state.sendAs.push(
      {
        sendAsEmail: alias,
        displayName: "Clara W.",
        isPrimary: false,
        isDefault: false,
        verificationStatus: "accepted",
      },
      {
        sendAsEmail: "no@lumen.example",
        displayName: "",
        isPrimary: false,
        isDefault: false,
        verificationStatus: "pending",
      },
    );
    this.state.ownLabels.set("Label_7", "Travel");
    const first = { "Message-ID": "<t1@adler.example>", Subject: "Tuesday", From: "Paul Adler <paul@adler.example>" };
    this.arrive({ ...first, To: clara }, "Shall we meet on Tuesday?");
    const answer = { "Message-ID": "<t2@weiss.example>", Subject: "Re: Tuesday", From: `Clara <${clara}>` };
    const threaded = { "In-Reply-To": "<t1@adler.example>", References: "<t1@adler.example>" };
    this.arrive({ ...answer, ...threaded, To: "paul@adler.example" }, "When?", ["SENT"]);
    this.ids.paul = this.arrive(
      {
        ...first,
        "Message-ID": "<t3@adler.example>",
        Subject: "Re: Tuesday",
        "In-Reply-To": "<t2@weiss.example>",
        References: "<t1@adler.example> <t2@weiss.example>",
        To: `Clara <${alias}>`,
        Cc: "Ana <ana@weiss.example>",
      },
      "Can you confirm Tuesday 14:00?",
    ).id;
    for (const n of [1, 2, 3, 4, 5]) {
      const letter = { "Message-ID": `<n${n}@shop.example>`, From: "Shop <news@shop.example>", To: clara };
      const labels = ["INBOX", "UNREAD", ...(n === 3 ? ["STARRED", "Label_7"] : [])];
      this.ids.news.push(this.arrive({ ...letter, Subject: `Offer ${n}` }, "Buy now.", labels).id);
    }
    more(this);
    const scopes = writeScopes.map(({ scope }) => scope);
    const grant = grantDirectly(world.oauth(), { account: clara, scopes }, worldClock.now());
    secrets.set(googleSecretName(clara, "write_refresh_token"), grant.refreshToken);
    const { clientId } = configOf(this.setup);
    const reading = { deps: this.setup.deps, clientId, scopes: [readScope], baseUrl: base };
    const home = await openStoredMailbox({ ...reading, folder: join(this.folder, "read") });
    await home.read(clara);
    await home.close();
    worldClock.advance(600_000);
    this.#snapshot = world.snapshot();
    return this;
  }

  /** A door over a copy of everything as it was when it had been read. */
  async open(): Promise<MailDoor> {
    if (this.#snapshot === null) throw new Error("not begun");
    this.setup.world.faults.clear();
    this.setup.world.restore(this.#snapshot);
    this.#doors += 1;
    const home = join(this.folder, `door-${this.#doors}`);
    mkdirSync(home);
    cpSync(join(this.folder, "read", "steward.db"), join(home, "steward.db"));
    return await new MailDoor(this, home).start();
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The real door, store and executor, with nothing but Gmail behind it. */
export class MailDoor {
  readonly life: MailLife;
  readonly home: string;
  dieAt: Step | null = null;
  /** Stands between the door and the network. */
  network: typeof fetch;
  requests: string[] = [];
  store!: Store;
  door!: OpenDoor;

  constructor(life: MailLife, home: string) {
    this.life = life;
    this.home = home;
    this.network = life.setup.world.fetch;
  }

  get clock() {
    return this.life.setup.deps.clock;
  }

  async start(): Promise<this> {
    const { clock } = this;
    this.store = await openStore(join(this.home, "steward.db"), { clock, durability: "full" });
    const newId = (): string => uuidv7(clock.now());
    const setup: DoorSetup = {
      store: this.store,
      clock,
      newId,
      connectors: [gmailDoor],
      deps: {
        ...this.life.setup.deps,
        newId,
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

  async threadOf(id: string): Promise<number> {
    return (await lookByExternalId(this.store, "gmail", id))?.threadId ?? 0;
  }

  async itemOf(id: string): Promise<number> {
    return (await lookByExternalId(this.store, "gmail", id))?.id ?? 0;
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
    const { worldClock } = this.life.setup;
    for (let turn = 0; turn < turns; turn += 1) {
      worldClock.advance(turn < 4 ? 30_000 : 90_000);
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

  /** What of the owner's is really in Sent with a key of steward's. */
  sent(): StoredMessage[] {
    return [...this.life.state.messages.values()].filter(
      ({ labelIds, raw }) =>
        labelIds.includes("SENT") && /^X-Steward-Action: /m.test(Buffer.from(raw).toString("latin1")),
    );
  }

  labelsOf(id: string): string[] {
    return [...(this.life.state.messages.get(id)?.labelIds ?? [])].sort();
  }

  undo(cardId: string) {
    return this.door.undo(cardId, typed);
  }

  by(): DecidedBy {
    return typed;
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}
