// Holds R140.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCalendarConnector } from "../../../connectors/calendar/index.ts";
import { makeContactsSheetConnector } from "../../../connectors/contacts-sheet/index.ts";
import { makeDriveConnector } from "../../../connectors/drive/index.ts";
import { gmailDoor } from "../../../connectors/gmail/door.ts";
import { makeGmailConnector } from "../../../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import type { Machine } from "../../../src/cli/command-context.ts";
import { openSecrets } from "../../../src/daemon/secrets/open-secrets.ts";
import { createGoogleWorld, type GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { demoClient } from "../../../src/emulators/google/oauth/oauth-state.ts";
import { createWorldClock } from "../../../src/emulators/google/world-clock.ts";
import { loadWorld } from "../../../src/emulators/world/load.ts";
import { answerConsent, type Person } from "../../connectors/google-account/consent-robot.ts";
import { checkout, type Harness, makeHarness, nowAt, type Ran } from "../terminal-harness.ts";

const clara = "clara@weiss.example";
const ana = "ana@weiss.example";
const baseUrl = "http://127.0.0.1:9";

let harness: Harness;
let world: GoogleWorld;
let person: Person;
let machine: Partial<Machine>;
let sent: string[];

beforeEach(() => {
  harness = makeHarness();
  world = createGoogleWorld({
    accounts: [
      { address: clara, name: "Clara Weiss" },
      { address: ana, name: "Ana Weiss" },
    ],
    clock: createWorldClock(() => 0, Date.parse(nowAt)),
    world: loadWorld(join(checkout, "data", "demo")),
    sleep: async () => undefined,
  });
  person = {};
  sent = [];
  const accounts = openGoogleAccounts({ unitsPerMinute: { gmail: null, drive: null, calendar: null, sheets: null } });
  machine = {
    fetch: async (input, init) => {
      sent.push(`${init?.method ?? "GET"} ${new URL(input instanceof Request ? input.url : input).pathname}`);
      return await world.fetch(input, init);
    },
    openBrowser: async (url) => {
      await fetch(await answerConsent(world.fetch, url, person));
      return true;
    },
    loadConnectors: async () => [
      makeGmailConnector(accounts),
      makeCalendarConnector(accounts),
      makeContactsSheetConnector(accounts),
      makeDriveConnector(accounts),
    ],
  };
  const client = { client_id: demoClient.clientId, client_secret: demoClient.clientSecret };
  writeFileSync(join(harness.folder, "client.json"), JSON.stringify({ installed: client }));
});
afterEach(() => harness.remove());

const run = (argv: string[], more: Partial<Machine> = {}): Promise<Ran> =>
  harness.run(argv, { machine: { ...machine, ...more } });

const connect = (...argv: string[]): Promise<Ran> =>
  run([
    "connect",
    "google",
    "--client",
    join(harness.folder, "client.json"),
    "--base-url",
    baseUrl,
    "--no-read",
    ...argv,
  ]);

const secret = (name: string): Promise<string | null> =>
  openSecrets(harness.home, {
    loadKeychain: null,
    passphrase: null,
    credentialsDirectory: null,
    askPassphrase: null,
  }).get(`google.${clara}.${name}`);

/** Without the line breaks of a screen. */
const flat = (text: string): string => text.replace(/\s+/g, " ");

const scope = (name: string): string => `https://www.googleapis.com/auth/${name}`;
const modify = scope("gmail.modify");

describe("connect google --write", () => {
  it("says each right and what it is for before it goes there, asks for these only, and keeps a token of its own", async () => {
    await connect("--drive-folder", "Life", "--contacts-sheet", "Contacts");
    const reading = await secret("refresh_token");
    const { code, out } = await run(["connect", "google", "--write"]);
    expect(code).toBe(0);
    const said = flat(out);
    for (const words of [
      "Read, compose and send emails",
      "View and edit calendar events",
      "your yes",
      "narrower right",
    ]) {
      expect(said).toContain(words);
      expect(said.indexOf(words)).toBeLessThan(said.indexOf("/o/oauth2/v2/auth"));
    }
    const asked = new URL(/^http\S+$/m.exec(out)?.[0] ?? "").searchParams.get("scope")?.split(" ");
    expect(asked).toEqual([
      modify,
      scope("calendar.events"),
      scope("drive"),
      scope("spreadsheets"),
      "openid",
      scope("userinfo.email"),
    ]);
    expect(out).toContain(`Steward may act as ${clara}`);
    for (const line of out.split("\n")) if (!line.startsWith("http")) expect(line.length, line).toBeLessThanOrEqual(78);
    expect(await secret("refresh_token")).toBe(reading);
    const writing = await secret("write_refresh_token");
    expect(writing).not.toBe(reading);
    expect(world.oauth().refreshTokens[writing ?? ""]?.scopes).toContain(modify);
    expect(world.oauth().refreshTokens[reading ?? ""]?.scopes).not.toContain(modify);
    expect((await run(["secrets", "list"])).out).toContain(`google.${clara}.write_refresh_token`);
    expect((await run(["sync"])).code).toBe(0);
  });

  it("asks for what is read, or for what is named beside what was granted before", async () => {
    await connect("--drive-folder", "none", "--contacts-sheet", "none");
    person.unticks = [scope("calendar.events")];
    const first = await run(["connect", "google", "--write"]);
    expect(first.out).not.toContain("Drive");
    expect(first.out).toContain("Not allowed: View and edit calendar events");
    expect(flat(first.out)).toContain(`steward connect google --write calendar --account ${clara}`);
    expect((await secret("write_scopes"))?.split(" ")).toContain(modify);
    person.unticks = [];
    const second = await run(["connect", "google", "--write", "calendar", "--account", clara]);
    expect(second.out).not.toContain("Not allowed");
    expect((await secret("write_scopes"))?.split(" ")).toEqual(
      expect.arrayContaining([modify, scope("calendar.events")]),
    );
  });

  it("tells the door what is missing, and what to type", async () => {
    await connect("--drive-folder", "none", "--contacts-sheet", "none");
    const config = gmailDoor.config.parse({ account: clara, clientId: demoClient.clientId, scopes: [], baseUrl });
    const deps = { fetch, clock: world.clock, newId: () => "", log: () => undefined, homePath: harness.home };
    const access = () =>
      gmailDoor.access(config, {
        ...deps,
        clock: { now: () => 0, sleep: async () => undefined },
        secret: (name) => secret(name.replace(`google.${clara}.`, "")),
      });
    expect(await access()).toEqual({
      state: "needs_consent",
      why: expect.stringContaining("needs your consent to send"),
      cure: `steward connect google --write gmail --account ${clara}`,
    });
    await run(["connect", "google", "--write", "calendar"]);
    expect((await access()).state).toBe("needs_consent");
    await run(["connect", "google", "--write", "gmail"]);
    expect(await access()).toEqual({ state: "ok" });
  });

  it("keeps nothing when nothing was ticked, on a no, and for another account; reading goes on", async () => {
    await connect("--drive-folder", "none", "--contacts-sheet", "none");
    person.unticks = [modify, scope("calendar.events")];
    const nothing = await run(["connect", "google", "--write"]);
    expect([nothing.code, nothing.err]).toEqual([4, expect.stringContaining("Nothing was ticked")]);
    person = { cancels: true };
    expect((await run(["connect", "google", "--write"])).code).toBe(12);
    person = { account: ana };
    expect((await run(["connect", "google", "--write"])).err).toContain(`You signed in as ${ana}`);
    expect(await secret("write_refresh_token")).toBeNull();
    expect((await run(["sync"])).code).toBe(0);
  });

  it("claims success only after a real call, and writes nothing to try it out", async () => {
    await connect("--drive-folder", "none", "--contacts-sheet", "none");
    world.settings.set("gmail.disabled", 1);
    const before = world.ledger.all().length;
    sent = [];
    const { code, out } = await run(["connect", "google", "--write"]);
    expect(code).toBe(1);
    expect(out).toContain("The Gmail API is not enabled in your Cloud project.");
    expect(out).not.toMatch(/^ {2}Read, compose and send emails$/m);
    expect(sent.filter((line) => !line.startsWith("GET "))).toEqual(["POST /token"]);
    expect(world.ledger.all()).toHaveLength(before);
  });

  it("needs an account that is read, and a service that is one", async () => {
    const none = await run(["connect", "google", "--write"]);
    expect([none.code, none.err]).toEqual([3, expect.stringContaining("no steward home")]);
    await connect("--drive-folder", "none", "--contacts-sheet", "none");
    expect((await run(["connect", "google", "--write", "photos"])).code).toBe(2);
    person.account = ana;
    await connect("--drive-folder", "none", "--contacts-sheet", "none");
    const several = await run(["connect", "google", "--write"]);
    expect(several.err).toContain("connect google --write --account ADDRESS");
  });

  it("is never seen by the side that reads", async () => {
    await connect("--drive-folder", "Life", "--contacts-sheet", "Contacts");
    await run(["connect", "google", "--write"]);
    const writing = (await secret("write_refresh_token")) ?? "";
    const used: string[] = [];
    const watching: typeof fetch = async (input, init) => {
      used.push(String(init?.body ?? ""));
      return await world.fetch(input, init);
    };
    expect((await run(["sync"], { fetch: watching })).code).toBe(0);
    expect((await run(["sources"], { fetch: watching })).code).toBe(0);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((body) => body.includes(encodeURIComponent(writing)))).toEqual([]);
    const [connector] = (await machine.loadConnectors?.()) ?? [];
    if (connector === undefined) throw new Error("no connector");
    const got: unknown[] = [];
    const curious = {
      ...connector,
      connect: async (_config: unknown, deps: { secret(name: string): Promise<string | null> }) => {
        const asked = deps.secret(`google.${clara}.write_refresh_token`);
        got.push(await asked.catch((error: unknown) => Reflect.get(Object(error), "code")));
      },
    };
    await run(["sync"], { loadConnectors: async () => [curious] });
    expect(got.length).toBeGreaterThan(0);
    expect([...new Set(got)]).toEqual(["internal"]);
  });

  it("is taken back with the account, and wiped with the rest", async () => {
    await connect("--drive-folder", "none", "--contacts-sheet", "none");
    await run(["connect", "google", "--write"]);
    const writing = (await secret("write_refresh_token")) ?? "";
    const gone = await run(["disconnect", "google"]);
    expect([gone.code, gone.out]).toEqual([0, expect.stringContaining("Google confirms")]);
    expect(world.oauth().refreshTokens[writing]?.revoked).toBe(true);
    expect((await run(["secrets", "list"])).out).toContain("No secret");
  });
});
