import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCalendarConnector } from "../../../connectors/calendar/index.ts";
import { makeContactsSheetConnector } from "../../../connectors/contacts-sheet/index.ts";
import { makeDriveConnector } from "../../../connectors/drive/index.ts";
import { makeGmailConnector } from "../../../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import type { Machine } from "../../../src/cli/command-context.ts";
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
  run(["connect", "google", "--client", join(harness.folder, "client.json"), "--base-url", baseUrl, ...argv]);

describe("a connected Google account", () => {
  it("is read at once, and its digest comes from live mail", async () => {
    const connected = await connect("--drive-folder", "Life", "--contacts-sheet", "Contacts");
    expect([connected.code, connected.err]).toEqual([0, ""]);
    expect(connected.out).toContain("Connected clara@weiss.example");
    expect(connected.out).toContain("Drive folder Life");
    expect(connected.out).toContain("Contacts sheet Contacts");
    const synced = await run(["sync"]);
    expect([synced.code, synced.err]).toEqual([0, ""]);
    const digest = await run(["digest"]);
    expect(digest.out).toContain("Nordbank");
    expect(readdirSync(join(harness.home, "drive"), { recursive: true, encoding: "utf8" })).toContain(
      join("Car", "car.md"),
    );
  });

  it("is asked for reading only, and changed in nothing", async () => {
    const before = world.ledger.all().length;
    await connect("--drive-folder", "Life", "--contacts-sheet", "Contacts");
    await run(["sync"]);
    await run(["sources"]);
    expect([...new Set(sent.filter((line) => !line.startsWith("GET ")))].sort()).toEqual(
      ["POST /batch/gmail/v1", "POST /token"].filter((line) => sent.includes(line)),
    );
    expect(world.ledger.all()).toHaveLength(before);
  });

  it("gives only what was ticked", async () => {
    person.unticks = ["https://www.googleapis.com/auth/gmail.readonly"];
    const connected = await connect("--drive-folder", "Life");
    expect(connected.out).toContain("Not allowed: View your email messages");
    expect(sent.filter((line) => line.includes("/gmail/"))).toEqual([]);
    expect((await run(["sync"])).code).toBe(0);
  });

  it("that was ended at Google says how to come back, hammers nothing, and comes back", async () => {
    await connect("--drive-folder", "Life");
    const [token = ""] = Object.keys(world.oauth().refreshTokens);
    const grant = world.oauth().refreshTokens[token];
    if (grant !== undefined) grant.revoked = true;
    world.oauth().accessTokens = {};
    const accounts = openGoogleAccounts();
    const loadConnectors = async () => [
      makeGmailConnector(accounts),
      makeCalendarConnector(accounts),
      makeDriveConnector(accounts),
    ];
    const before = world.oauth().tokenRequests;
    const ended = await run(["sync"], { loadConnectors });
    expect(ended.code).toBe(12);
    expect(ended.out + ended.err).toContain(`steward connect google --account ${clara}`);
    await run(["sync"], { loadConnectors });
    expect(world.oauth().tokenRequests - before).toBe(1);
    expect((await connect("--account", clara)).code).toBe(0);
    expect((await run(["sync"], { loadConnectors })).code).toBe(0);
  });

  it("stands beside another one, and goes without it", async () => {
    await connect("--drive-folder", "Life");
    person.account = ana;
    expect((await connect("--drive-folder", "none", "--contacts-sheet", "none")).code).toBe(0);
    expect((await run(["sync"])).code).toBe(0);
    const gone = await run(["disconnect", "--account", clara]);
    expect([gone.code, gone.out]).toEqual([0, expect.stringContaining("Google confirms")]);
    expect((await run(["sync"])).code).toBe(0);
    expect((await run(["search", "Nordbank"])).out).toContain("Nordbank");
  });

  it("leaves its secrets nowhere: not in the home, not on the screen, whatever fails", async () => {
    const said: string[] = [];
    const note = ({ out, err }: Ran): void => void said.push(out, err);
    note(await connect("--drive-folder", "Life", "--contacts-sheet", "Contacts"));
    note(await run(["sync"], { debug: true }));
    for (const fault of ["drop", "garbage", "truncate", "status"] as const) {
      world.faults.clear();
      world.faults.add({ match: /./, nth: "every", when: "after", do: fault, status: 403, body: { error: "odd" } });
      note(await run(["sync"], { debug: true }));
      note(await run(["sources"], { debug: true }));
    }
    world.faults.clear();
    world.settings.set("oauth.refuse", 1);
    world.oauth().accessTokens = {};
    note(await run(["sync"], { debug: true }));
    const { refreshTokens, accessTokens, codes } = world.oauth();
    const secrets = [demoClient.clientSecret, ...Object.keys({ ...refreshTokens, ...accessTokens, ...codes })];
    const files = readdirSync(harness.home, { recursive: true, encoding: "utf8" })
      .map((name) => join(harness.home, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => [path, readFileSync(path)] as const);
    expect(said.join("")).toContain("Connected");
    expect(files.length).toBeGreaterThan(5);
    for (const secret of secrets) {
      const slices = [secret.slice(0, 14), secret.slice(-14)];
      for (const slice of slices) {
        for (const form of ["utf8", "base64", "hex"] as const) {
          const needle = Buffer.from(slice).toString(form).replace(/=+$/, "").slice(0, -1);
          expect(said.join("").includes(needle), `${form} on the screen`).toBe(false);
          expect(files.filter(([, bytes]) => bytes.includes(needle)).map(([path]) => path)).toEqual([]);
        }
      }
    }
  });
});
