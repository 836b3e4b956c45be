import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { filesConnector } from "../../connectors/files/index.ts";
import { recognisePath } from "../../connectors/files/recognise.ts";
import { loadTriageSetting } from "../../src/cli/triage-setting.ts";
import { type Clock, toInstant } from "../../src/core/clock.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import type { Owner } from "../../src/core/thread.ts";
import { loadWorld } from "../../src/emulators/world/load.ts";
import { worldLastReadAt, writeWorld } from "../../src/emulators/world/render.ts";
import { createIntake } from "../../src/intake/intake.ts";
import { syncContacts } from "../../src/intake/people/contacts-file.ts";
import { saveDigest } from "../../src/store/digests.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { inferOwner } from "../../src/store/person-owner.ts";
import { applyOwner } from "../../src/store/person-owner-apply.ts";
import { refreshPeople } from "../../src/store/person-stats.ts";
import { registerSource } from "../../src/store/sources.ts";
import type { TriageReading } from "../../src/triage/read-digest.ts";

export interface DemoLife {
  store: Store;
  reading: TriageReading;
  lastReadAt: string;
  /** The folder the exports lie in. */
  exports: string;
  /** The thread of a key such as `mid:...`, `uid:...`, `file:...`; null when none. */
  threadOfKey(key: string): number | null;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..");

function standingAt(nowMs: number): Clock {
  return { now: () => nowMs, sleep: async () => undefined };
}

/** The demo life imported as `npm run demo` does it, at a chosen moment, in a folder of its own. */
export async function openDemoLife(nowMs: number, clock: Clock = standingAt(nowMs)): Promise<DemoLife> {
  const folder = mkdtempSync(join(tmpdir(), "steward-demo-"));
  const world = loadWorld(join(root, "data", "demo"));
  const exports = join(folder, "exports");
  writeWorld(world, exports, { nowMs });
  const store = await openStore(join(folder, "steward.db"), { clock });
  const newId = (): string => uuidv7(nowMs);
  const intake = createIntake({
    store,
    connectors: [filesConnector],
    connectorDeps: { fetch, clock, newId, secret: async () => null, log: () => undefined },
    clock,
    newId,
    originalsDirectory: null,
    workers: 1,
  });
  const { zone, region } = world.persona;
  const { found } = await recognisePath(exports);
  for (const { kind, path, label } of found) {
    const source = { id: newId(), connector: "files", kind, location: path, label, config: { kind, path } };
    await intake.importSource(await store.write((tx) => registerSource(tx, source)), {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      read: { zone, region, recentDays: null },
    });
  }
  await intake.close();
  const owner = await settlePeople(store, readFileSync(join(exports, "contacts.csv"), "utf8"), {
    zone,
    region,
    languages: world.persona.languages,
    email: world.people[world.persona.owner]?.email ?? "",
    name: world.people[world.persona.owner]?.name ?? "",
  });
  const lastReadAt = worldLastReadAt(world, { nowMs });
  const looked = { sinceAt: toInstant(0), untilAt: lastReadAt, looked: true, entries: [] };
  await store.write((tx) => saveDigest(tx, looked));
  return {
    store,
    reading: { setting: await loadTriageSetting(root, owner), nowMs },
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

/** Says who the owner is and brings people in line with their contacts, as every reading does. */
export async function settlePeople(
  store: Store,
  contacts: string,
  persona: { zone: string; region: string; languages: string[]; email: string; name: string },
): Promise<Owner> {
  const inferred = await inferOwner(store);
  const certain = inferred.identities.filter((one) => one.certain).map((one) => one.value);
  const identities = [...new Set([persona.email, ...certain])];
  const names = [...new Set([persona.name, ...inferred.names])];
  await applyOwner(store, identities, names);
  await syncContacts(store, contacts, { region: persona.region });
  await refreshPeople(store, { added: true });
  return { names, identities, zone: persona.zone, region: persona.region, languages: persona.languages };
}
