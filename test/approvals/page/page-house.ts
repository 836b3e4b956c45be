import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BundleView } from "../../../approvals/door.ts";
import type { DoorSetup } from "../../../approvals/door-setup.ts";
import { type OpenDoor, openDoor } from "../../../approvals/open-door.ts";
import { createPage, type Page, type PageDeps } from "../../../approvals/page/create-page.ts";
import { csrfOf } from "../../../approvals/page/visits.ts";
import type { Origin } from "../../../src/core/card.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { defaultPolicy } from "../../../src/core/policy.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { startSession } from "../../../src/store/page-sessions.ts";
import { hasPasskey } from "../../../src/store/passkeys.ts";
import { sleepFor } from "./sleep-for.ts";
import { type Staged, stageConnector, staged } from "./stage.ts";

/** A page over an empty house with a few cards: for what the shell does, whatever stands on the cards. */
export interface PageHouse {
  folder: string;
  store: Store;
  door: OpenDoor;
  page: Page;
  clock: { nowMs: number } & Clock;
  lines: string[];
  propose(preview: Staged, verb?: "send_message" | "archive"): Promise<BundleView>;
  /** A device that is signed in: the headers it sends. */
  signIn(id?: string): Promise<Device>;
  close(): Promise<void>;
}

export interface Device {
  id: string;
  token: string;
  cookie: string;
  csrf: string;
}

const origin: Omit<Origin, "requestId"> = {
  by: "owner",
  surface: "page",
  utterance: "do it",
  rule: null,
  itemsRead: [],
  openedThreads: [],
  callId: null,
};

export async function openPageHouse(options: Partial<PageDeps> & { realTime?: boolean } = {}): Promise<PageHouse> {
  const folder = mkdtempSync(join(tmpdir(), "steward-page-"));
  const startMs = Date.parse("2026-11-21T09:00:00Z");
  const begun = performance.now();
  const clock = {
    nowMs: startMs,
    now: (): number => (options.realTime === true ? startMs + Math.round(performance.now() - begun) : clock.nowMs),
    sleep: sleepFor,
  };
  const store = await openStore(join(folder, "steward.db"), { clock, durability: "full" });
  let ids = 0;
  const newId = (): string => `id-${String(++ids).padStart(6, "0")}`;
  const setup: DoorSetup = {
    store,
    clock,
    newId,
    connectors: [
      stageConnector("gmail", [
        ["send_message", "send"],
        ["archive", "change"],
      ]),
    ],
    deps: { fetch, clock, newId, secret: async () => null, log: () => undefined, homePath: folder },
    owner: () => ({ names: ["Clara"], identities: [], zone: "UTC", region: "DE", languages: ["en"] }),
    policy: async () => defaultPolicy(),
    hasPasskey: () => hasPasskey(store),
  };
  const door = await openDoor(setup);
  const lines: string[] = [];
  const page = await createPage({
    door,
    store,
    clock,
    newId,
    settings: { port: 7373, address: null, ipv6: false },
    zone: () => "UTC",
    verifyLedger: async () => ({ ok: true, entries: 0 }),
    pullThePlug: null,
    log: (line) => lines.push(line),
    uid: null,
    times: { pollMs: 10, beatMs: 40 },
    ...options,
  });
  return {
    ...{ folder, store, door, page, clock, lines },
    propose: async (preview, verb = "archive") => {
      const step = { action: `gmail.${verb}`, account: "clara@weiss.example", ask: staged(preview), after: null };
      const made = await door.propose([step], origin);
      if (made.kind === "refused") throw new Error(made.text);
      return made.bundle;
    },
    signIn: async (id = "device-1") => {
      const token = await store.write((tx) => startSession(tx, { id, name: "Firefox on Linux" }));
      return { id, token, cookie: `${page.authority().cookieName}=${token}`, csrf: csrfOf(token) };
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
