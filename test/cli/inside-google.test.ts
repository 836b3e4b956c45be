import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCalendarConnector } from "../../connectors/calendar/index.ts";
import { openGoogleAccounts } from "../../connectors/google-account/open-accounts.ts";
import { googleSecretName } from "../../connectors/google-account/secret-names.ts";
import { openSecrets, type Secrets } from "../../src/daemon/secrets/open-secrets.ts";
import { createGoogleWorld, type GoogleWorld } from "../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../src/emulators/google/oauth/mount-oauth.ts";
import { createWorldClock } from "../../src/emulators/google/world-clock.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { getHealth, listHealth } from "../../src/store/source-health.ts";
import { listSources, registerSource } from "../../src/store/sources.ts";
import { base, ben, clara, everyScope } from "../emulators/google/google-fixture.ts";
import { VirtualClock } from "../support/virtual-clock.ts";
import { type Harness, makeHarness, type Ran } from "./terminal-harness.ts";

let harness: Harness;
let clock: VirtualClock;
let world: GoogleWorld;
let store: Store;
let secrets: Secrets;
let stopping: AbortController;
let inside: Promise<Ran> | null;
/** Every request that left, as method and path. */
let requests: string[];

beforeEach(async () => {
  harness = makeHarness();
  clock = new VirtualClock("2026-11-14T08:12:00Z");
  stopping = new AbortController();
  requests = [];
  inside = null;
  world = createGoogleWorld({
    accounts: [
      { address: clara, name: "Clara Weiss" },
      { address: ben, name: "Ben Weiss" },
    ],
    clock: createWorldClock(() => clock.now()),
    sleep: async () => undefined,
  });
  await harness.run(["init", "--yes", "--address", clara, "--zone", "Europe/Berlin"]);
  store = await openStore(join(harness.home, "steward.db"), { clock });
  secrets = openSecrets(harness.home, {
    loadKeychain: null,
    passphrase: null,
    credentialsDirectory: null,
    askPassphrase: null,
  });
  for (const account of [clara, ben]) await signIn(account);
});
afterEach(async () => {
  stopping.abort();
  await inside;
  await store.close();
  harness.remove();
});

/** As `steward connect google` leaves it: new secrets, the source registered (again). */
async function signIn(account: string): Promise<string> {
  const granted = grantDirectly(world.oauth(), { account, scopes: everyScope }, clock.now());
  await secrets.set(googleSecretName(account, "client_secret"), granted.clientSecret);
  await secrets.set(googleSecretName(account, "refresh_token"), granted.refreshToken);
  const config = { account, clientId: granted.clientId, scopes: everyScope, baseUrl: base };
  const source = { connector: "calendar", kind: "calendar", location: account, label: `Calendar ${account}`, config };
  await store.write((tx) => registerSource(tx, { id: account, ...source }));
  return granted.refreshToken;
}

const counting: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  requests.push(`${request.method} ${new URL(request.url).pathname}`);
  return await world.fetch(input, init);
};

function start(): void {
  const accounts = openGoogleAccounts({ random: () => 0.5 });
  const machine = {
    clock,
    fetch: counting,
    openSecrets: async () => secrets,
    loadConnectors: async () => [makeCalendarConnector(accounts)],
    takeInterrupts: () => stopping.signal,
  };
  inside = harness.run(["inside"], { machine });
}

async function settle(): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    await wait(1);
    const now = new Date(clock.now()).toISOString();
    const healths = await listHealth(store);
    const planned = (await listSources(store)).every(({ id }) => {
      const health = healths.get(id);
      return health?.state === "needs_reauth" || (health?.nextPollAt ?? "") > now;
    });
    if (planned && clock.sleeping > 0) return;
  }
  throw new Error("The inside does not come to rest.");
}
const pass = (ms: number): Promise<void> => clock.advance(ms, settle);

const api = (): string[] => requests.filter((one) => !one.includes("/token"));
const tokens = (): number => requests.length - api().length;

describe("the inside, against an emulated Google", () => {
  it("asks no more than the poll when nothing changed, and connects once", async () => {
    start();
    await pass(90_000);
    const before = api().length;
    await pass(600_000);
    // Two accounts, each its list of calendars and one calendar, ten times.
    expect(api().length - before).toBeGreaterThanOrEqual(36);
    expect(api().length - before).toBeLessThanOrEqual(44);
    expect(tokens()).toBe(2);
  });

  it("leaves the other account running when one is revoked while it is read, and hammers nothing", async () => {
    const old = await signIn(ben);
    start();
    await pass(90_000);
    await world.fetch(`${base}/revoke`, { method: "POST", body: new URLSearchParams({ token: old }) });
    await pass(180_000);
    expect(await getHealth(store, ben)).toMatchObject({
      state: "needs_reauth",
      detail: `steward connect google --account ${ben}`,
    });
    const asked = { api: api().length, tokens: tokens() };
    expect(tokens()).toBeLessThanOrEqual(4);
    await pass(600_000);
    expect(tokens()).toBe(asked.tokens);
    // Clara's ten polls and nothing of Ben's.
    expect(api().length - asked.api).toBeLessThanOrEqual(22);
    expect(api().length - asked.api).toBeGreaterThanOrEqual(18);
    expect((await getHealth(store, clara))?.state).toBe("ok");
    await signIn(ben);
    await clock.advance(2000, () => wait(100));
    await pass(5000);
    expect((await getHealth(store, ben))?.state).toBe("ok");
  });

  it("is well again by itself after Google was away for an hour", async () => {
    start();
    await pass(90_000);
    world.faults.add({ match: /calendar/, nth: "every", when: "before", do: "status", status: 503 });
    const before = api().length;
    await clock.advance(3_600_000, () => wait(0));
    const asked = api().length - before;
    expect(await getHealth(store, clara)).toMatchObject({ state: "degraded" });
    // Two accounts; a reading tries eight times, and is tried ever less often.
    expect(asked).toBeLessThanOrEqual(2 * 90);
    world.faults.clear();
    await clock.advance(1_200_000, () => wait(0));
    await pass(1000);
    for (const account of [clara, ben]) expect(await getHealth(store, account)).toMatchObject({ state: "ok" });
  });
});
