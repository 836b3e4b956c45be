import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { makeCalendarConnector } from "../../connectors/calendar/index.ts";
import { makeDriveConnector } from "../../connectors/drive/index.ts";
import { filesConnector } from "../../connectors/files/index.ts";
import { recognisePath } from "../../connectors/files/recognise.ts";
import { makeGmailConnector } from "../../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../../connectors/google-account/open-accounts.ts";
import { loadTriageSetting } from "../../src/cli/triage-setting.ts";
import { toInstant } from "../../src/core/clock.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import { createGoogleWorld, type GoogleWorld } from "../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../src/emulators/google/oauth/mount-oauth.ts";
import { createWorldClock, type WorldClock } from "../../src/emulators/google/world-clock.ts";
import { renderContacts } from "../../src/emulators/world/contacts.ts";
import { loadWorld } from "../../src/emulators/world/load.ts";
import { worldLastReadAt, writeWorld } from "../../src/emulators/world/render.ts";
import { createIntake } from "../../src/intake/intake.ts";
import { saveDigest } from "../../src/store/digests.ts";
import { openStore } from "../../src/store/open-store.ts";
import { registerSource } from "../../src/store/sources.ts";
import { type DemoLife, settlePeople } from "./demo-life.ts";

const root = join(import.meta.dirname, "..", "..");
const scopes = ["gmail", "drive", "calendar"].map((name) => `https://www.googleapis.com/auth/${name}.readonly`);

/** The demo life with the world it was read from. */
export interface LiveLife extends DemoLife {
  google: GoogleWorld;
  worldClock: WorldClock;
  account: string;
  contacts: string;
}

/**
 * The demo life as `npm run demo` reads it: mail, calendar and Drive live from the emulated Google, chats from exports. `fill` puts
 * more into that Google before anything is read.
 */
export async function openLiveLife(nowMs: number, fill?: (google: GoogleWorld) => Promise<void>): Promise<LiveLife> {
  const folder = mkdtempSync(join(tmpdir(), "steward-live-"));
  const clock = { now: () => nowMs, sleep: async () => undefined };
  const world = loadWorld(join(root, "data", "demo"));
  const owner = world.people[world.persona.owner];
  const account = owner?.email ?? "";
  const worldClock = createWorldClock(Date.now, nowMs);
  const google = createGoogleWorld({
    accounts: [{ address: account, name: owner?.name ?? "" }],
    clock: worldClock,
    world,
  });
  await fill?.(google);
  const granted = grantDirectly(google.oauth(), { account, scopes }, nowMs);
  const exports = join(folder, "exports");
  writeWorld(world, exports, { nowMs, only: ["WhatsApp", "Telegram"] });
  const store = await openStore(join(folder, "steward.db"), { clock });
  let made = 0;
  const newId = (): string => {
    made += 1;
    return uuidv7(nowMs + made);
  };
  const accounts = openGoogleAccounts({ unitsPerMinute: { gmail: null, drive: null, calendar: null, sheets: null } });
  const intake = createIntake({
    store,
    connectors: [
      filesConnector,
      makeGmailConnector(accounts),
      makeCalendarConnector(accounts),
      makeDriveConnector(accounts),
    ],
    connectorDeps: {
      fetch: google.fetch,
      clock,
      newId,
      secret: async (name) => (name.endsWith("client_secret") ? granted.clientSecret : granted.refreshToken),
      log: () => undefined,
    },
    clock,
    newId,
    originalsDirectory: null,
    workers: 1,
  });
  const config = { account, clientId: granted.clientId, scopes, baseUrl: "http://127.0.0.1:1" };
  const life = [...google.state("drive", account).files.values()].find(({ name }) => name === "Life")?.id ?? "";
  const { zone, region } = world.persona;
  const live = [
    { connector: "gmail", kind: "gmail", location: account, config },
    { connector: "calendar", kind: "calendar", location: account, config },
    { connector: "drive", kind: "drive", location: life, config: { ...config, folderId: life } },
  ];
  const files = (await recognisePath(exports)).found.map(({ kind, path }) => ({
    connector: "files",
    kind,
    location: path,
    config: { kind, path },
  }));
  for (const one of [...live, ...files]) {
    const source = await store.write((tx) => registerSource(tx, { id: newId(), label: one.kind, ...one }));
    await intake.importSource(source, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      read: { zone, region, recentDays: null },
    });
  }
  await intake.close();
  const settled = await settlePeople(store, Buffer.from(renderContacts(world)).toString("utf8"), {
    zone,
    region,
    languages: world.persona.languages,
    email: account,
    name: owner?.name ?? "",
  });
  const lastReadAt = worldLastReadAt(world, { nowMs });
  await store.write((tx) => saveDigest(tx, { sinceAt: toInstant(0), untilAt: lastReadAt, looked: true, entries: [] }));
  return {
    google,
    worldClock,
    account,
    contacts: Buffer.from(renderContacts(world)).toString("utf8"),
    store,
    reading: { setting: await loadTriageSetting(root, settled), nowMs },
    lastReadAt,
    exports,
    threadOfKey: (key) =>
      store.read.get(z.object({ thread_id: z.number() }), "SELECT thread_id FROM thread_keys WHERE key = ?", key)
        ?.thread_id ?? null,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
