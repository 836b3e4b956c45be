// Holds R100.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCalendarConnector } from "../../../connectors/calendar/index.ts";
import { makeContactsSheetConnector } from "../../../connectors/contacts-sheet/index.ts";
import { makeDriveConnector } from "../../../connectors/drive/index.ts";
import { makeGmailConnector } from "../../../connectors/gmail/index.ts";
import { restWords } from "../../../src/cli/google/rest-words.ts";
import { openSecrets } from "../../../src/daemon/secrets/open-secrets.ts";
import type { AnyConnector } from "../../../src/intake/intake.ts";
import { clientSecret } from "../../connectors/google-account/small-google.ts";
import { makeHarness } from "../terminal-harness.ts";
import { answering, type GoogleHarness, makeGoogleHarness } from "./google-harness.ts";

const account = "clara@weiss.example";
const scope = (name: string): string => `https://www.googleapis.com/auth/${name}.readonly`;
const identity = ["openid", "https://www.googleapis.com/auth/userinfo.email"];

let harness: GoogleHarness;
beforeEach(() => {
  harness = makeGoogleHarness();
});
afterEach(() => harness.remove());

interface Listed {
  connector: string;
  label: string;
  location: string;
  config: Record<string, unknown>;
}

async function sources(): Promise<Listed[]> {
  const { out } = await harness.run(["sources", "--json"], { machine: harness.machine });
  return JSON.parse(out) as Listed[];
}

function secretsOf(home: string) {
  return openSecrets(home, { loadKeychain: null, passphrase: null, credentialsDirectory: null, askPassphrase: null });
}

describe("connect google", () => {
  it("says what is asked for and why before it goes there, then registers and reads what was allowed", async () => {
    const { code, out } = await harness.connect(["--drive-folder", "Steward", "--contacts-sheet", "Contacts"]);
    expect(out).toMatch(/View your email messages +what you missed/);
    expect(out.indexOf("View your email")).toBeLessThan(out.indexOf("/o/oauth2/v2/auth"));
    expect(out).toContain(`Connected ${account}`);
    expect(out).toContain("Reading the newest 30 days");
    expect(out).toContain("steward digest");
    expect(code).toBe(0);
    for (const line of out.split("\n")) if (!line.startsWith("http")) expect(line.length, line).toBeLessThanOrEqual(78);
    expect(harness.opened.map(({ connector }) => connector)).toEqual(["calendar", "contacts-sheet", "drive", "gmail"]);
    for (const { token, secret } of harness.opened) {
      expect([token, secret]).toEqual(["1//canary-refresh-token-1", clientSecret]);
    }
    expect((await sources()).map(({ connector, location }) => `${connector} ${location}`).sort()).toEqual([
      `calendar ${account}`,
      `contacts-sheet ${account}/sheet-contacts-6`,
      `drive ${account}/folder-steward-01`,
      `gmail ${account}`,
    ]);
  });

  it("takes the account for its owner's, unless the settings say that it is not", async () => {
    const addresses = (): unknown =>
      JSON.parse(readFileSync(join(harness.home, "config.json"), "utf8")).owner.addresses;
    await harness.connect(["--no-read"]);
    await harness.connect(["--no-read"]);
    expect(addresses()).toEqual([account]);
    const config = JSON.parse(readFileSync(join(harness.home, "config.json"), "utf8"));
    config.owner = { ...config.owner, addresses: [], notMe: [account] };
    writeFileSync(join(harness.home, "config.json"), JSON.stringify(config));
    await harness.connect(["--no-read"]);
    expect(addresses()).toEqual([]);
  });

  it("keeps no secret in the sources, only what a connector needs to know", async () => {
    await harness.connect(["--no-read", "--drive-folder", "Steward", "--contacts-sheet", "Contacts"]);
    const listed = await sources();
    expect(listed.find(({ connector }) => connector === "drive")?.config).toEqual({
      account,
      clientId: "1234-abc.apps.googleusercontent.com",
      scopes: expect.arrayContaining([scope("gmail"), ...identity]),
      baseUrl: harness.google.baseUrl,
      folderId: "folder-steward-01",
    });
    expect(JSON.stringify(listed)).not.toContain("canary");
  });

  it("registers what the connectors understand, to the last key", async () => {
    await harness.connect(["--no-read", "--drive-folder", "Steward", "--contacts-sheet", "Contacts"]);
    const accounts = { open: async () => Promise.reject(new Error("not opened here")) };
    const connectors = [
      makeCalendarConnector(accounts),
      makeContactsSheetConnector(accounts),
      makeDriveConnector(accounts),
      makeGmailConnector(accounts),
    ];
    const listed = await sources();
    for (const { name, config } of connectors) {
      const own = listed.find(({ connector }) => connector === name)?.config;
      expect(config.safeParse(own).error, name).toBeUndefined();
      const given = { ...own, recentSince: null, olderThan: null, zone: "UTC", region: "DE" };
      expect(config.safeParse(given).error, name).toBeUndefined();
    }
  });

  it("registers what was ticked, says what is missing and how to add it, and adds it", async () => {
    harness.visitor.ticks = [scope("gmail"), ...identity];
    const first = await harness.connect(["--no-read"]);
    expect(first.code).toBe(0);
    expect((await sources()).map(({ connector }) => connector)).toEqual(["gmail"]);
    for (const label of ["See your calendars", "See your Google Drive files", "See your Google Sheets"]) {
      expect(first.out).toContain(`Not allowed: ${label}`);
    }
    expect(first.out).toContain(`steward connect google --account ${account}`);
    harness.visitor.ticks = null;
    const second = await harness.run(
      [
        "connect",
        "google",
        "--account",
        account,
        "--drive-folder",
        "Steward",
        "--base-url",
        harness.google.baseUrl,
        "--no-read",
      ],
      { machine: harness.machine },
    );
    expect(second.code).toBe(0);
    expect(second.out).not.toContain("Not allowed");
    expect((await sources()).map(({ connector }) => connector).sort()).toEqual(["calendar", "drive", "gmail"]);
    expect(await secretsOf(harness.home).get(`google.${account}.refresh_token`)).toBe("1//canary-refresh-token-2");
    expect((await sources()).every(({ config }) => String(config["scopes"]).includes("drive.readonly"))).toBe(true);
  });

  it("keeps nothing when nothing was ticked, and gives the grant back", async () => {
    harness.visitor.ticks = identity;
    const { code, err } = await harness.connect();
    expect(code).toBe(4);
    expect(err).toContain("Nothing was ticked");
    expect(await secretsOf(harness.home).list()).toEqual([]);
    expect(await sources()).toEqual([]);
    expect(harness.google.state.revoked).toEqual(["1//canary-refresh-token-1"]);
  });

  it("claims a service only after a real call: an API that is off is named with the page that turns it on", async () => {
    harness.google.state.disabledApis.add("gmail");
    const { code, out } = await harness.connect();
    expect(code).toBe(1);
    expect(out).toContain("The Gmail API is not enabled in your Cloud project.");
    expect(out).toContain("console.cloud.google.com/apis/library/gmail.googleapis.com");
    expect((await sources()).map(({ connector }) => connector)).toEqual(["calendar"]);
  });

  it("keeps nothing of a client that Google does not know, of a no, and of another account", async () => {
    const wrong = join(harness.folder, "wrong.json");
    writeFileSync(wrong, JSON.stringify({ installed: { client_id: "9.apps", client_secret: "GOCSPX-no" } }));
    expect((await harness.connect(["--client", wrong])).code).toBe(11);
    harness.visitor.denies = true;
    const denied = await harness.connect();
    expect([denied.code, denied.err]).toEqual([12, expect.stringContaining("You said no")]);
    harness.visitor.denies = false;
    expect((await harness.connect(["--account", "ana@weiss.example"])).err).toContain("not as ana@weiss.example");
    expect(await secretsOf(harness.home).list()).toEqual([]);
    expect(await sources()).toEqual([]);
  });

  it("connects the same account again with a new token and the same sources, and another one beside it", async () => {
    await harness.connect(["--no-read"]);
    const [before] = [await sources()];
    await harness.connect(["--no-read"]);
    expect(await sources()).toEqual(before);
    harness.visitor.account = "ana@weiss.example";
    await harness.connect(["--no-read"]);
    expect((await sources()).map(({ location }) => location).sort()).toEqual([
      "ana@weiss.example",
      "ana@weiss.example",
      account,
      account,
    ]);
    const secrets = secretsOf(harness.home);
    expect(await secrets.get(`google.${account}.refresh_token`)).toBe("1//canary-refresh-token-2");
    expect(await secrets.get("google.ana@weiss.example.refresh_token")).toBe("1//canary-refresh-token-3");
    expect(harness.google.state.revoked).toEqual([]);
  });

  it("asks a source that waited for this sign-in again", async () => {
    await harness.connect(["--no-read"]);
    let fails = true;
    const { StewardError } = await import("../../../src/core/errors.ts");
    const loadConnectors = async () =>
      ((await harness.machine.loadConnectors?.()) ?? []).map((connector) => ({
        ...connector,
        pull: async (client: unknown, cursor: unknown, signal: AbortSignal) => {
          if (fails) throw new StewardError("needs_reauth", "Google ended it.", { cure: "steward connect google" });
          return await connector.pull(client, cursor, signal);
        },
      }));
    const machine = { ...harness.machine, loadConnectors };
    expect((await harness.run(["sync"], { machine })).code).toBe(12);
    fails = false;
    expect((await harness.run(["sync"], { machine })).code).toBe(12);
    expect((await harness.connect([], { loadConnectors })).code).toBe(0);
    expect((await harness.run(["sync"], { machine })).code).toBe(0);
  });

  it("offers the folders and sheets of the Drive where somebody can be asked", async () => {
    const { ask, offered } = answering({ yes: [true], picks: ["Clara's \\ things", "No sheet"] });
    const { code } = await harness.run(
      [
        "connect",
        "google",
        "--client",
        join(harness.folder, "client_secret_1.json"),
        "--base-url",
        harness.google.baseUrl,
        "--no-read",
      ],
      { machine: { ...harness.machine, loadAsk: async () => ask }, terminal: { interactive: true } },
    );
    expect(code).toBe(0);
    expect(offered[0]).toContain("Steward");
    expect(offered[1]).toContain("Contacts");
    expect((await sources()).map(({ location }) => location)).toContain(`${account}/folder-claras-02`);
  });

  it("takes a folder by address, by id, and by a name with quotes; and names what is wrong with another", async () => {
    const connected = async (folder: string): Promise<string> => {
      const { out } = await harness.connect(["--no-read", "--drive-folder", folder]);
      return out;
    };
    for (const folder of [
      "https://drive.google.com/drive/u/0/folders/folder-claras-02?usp=sharing",
      "folder-claras-02",
      "Clara's \\ things",
    ]) {
      expect(await connected(folder), folder).toContain("Drive folder Clara's");
    }
    expect(await connected("root")).toContain("Drive folder My Drive");
    expect(await connected("Twice")).toContain("Several folders are called Twice.");
    expect(await connected("Nowhere")).toContain("No folder in your Drive is called Nowhere.");
    expect(await connected("sheet-contacts-6")).toContain("Contacts is no folder.");
    expect(await connected("folder-binned-05")).toContain("Old is in the bin.");
    expect(await connected("https://example.org/x")).toContain("not that of a folder");
    const drives = (await sources()).filter(({ connector }) => connector === "drive");
    expect(drives.map(({ location }) => location).sort()).toEqual([`${account}/folder-claras-02`, `${account}/root`]);
  });

  it("asks for a client first, and says where the clicks are", async () => {
    const { code, err } = await harness.run(["connect", "google"], { machine: harness.machine });
    expect(code).toBe(2);
    expect(err).toContain("docs/connect-google.md");
    expect(harness.google.state.requests).toEqual([]);
  });

  it("sends nobody to Google while the secrets cannot be kept", async () => {
    await harness.connect(["--no-read"]);
    writeFileSync(join(harness.home, "secrets.enc"), "garbage");
    let opened = 0;
    const openBrowser = async (): Promise<boolean> => {
      opened += 1;
      return true;
    };
    const { code, err } = await harness.connect([], { openBrowser });
    expect(code).toBe(16);
    expect(err).toContain("secrets.enc is damaged");
    expect(opened).toBe(0);
    expect(readFileSync(join(harness.home, "secrets.enc"), "utf8")).toBe("garbage");
  });

  it("hands its secrets to a program on this computer only, when one stands for Google", async () => {
    for (const baseUrl of [
      "http://evil.example",
      "https://127.0.0.1.evil.example",
      "http://127.0.0.1@evil.example",
      "x",
    ]) {
      const { code } = await harness.run(["connect", "google", "--client", "x", "--base-url", baseUrl], {
        machine: harness.machine,
      });
      expect(code, baseUrl).toBe(2);
    }
  });

  it("keeps two homes apart", async () => {
    await harness.connect(["--no-read"]);
    const other = makeHarness();
    try {
      expect((await other.run(["secrets", "list"])).out).toContain("No secret");
      expect((await harness.run(["secrets", "list"])).out).toContain(`google.${account}.refresh_token`);
    } finally {
      other.remove();
    }
  });

  it("pastes where there is no browser, and needs a terminal for that", async () => {
    const noTerminal = await harness.connect(["--paste"]);
    expect([noTerminal.code, noTerminal.err]).toEqual([2, expect.stringContaining("needs a terminal")]);
    let shown = "";
    const { ask } = answering({});
    const pasting = {
      ...ask,
      text: async () => harness.google.answer(shown).href,
      one: ask.one,
    };
    const ran = await harness.run(
      [
        "connect",
        "google",
        "--paste",
        "--client",
        join(harness.folder, "client_secret_1.json"),
        "--base-url",
        harness.google.baseUrl,
        "--drive-folder",
        "none",
        "--contacts-sheet",
        "none",
        "--no-read",
      ],
      {
        machine: {
          ...harness.machine,
          loadAsk: async () => pasting,
          openBrowser: async () => Promise.reject(new Error("opened")),
        },
        terminal: {
          interactive: true,
          out: (text) => {
            shown = /^http\S+$/m.exec(String(text))?.[0] ?? shown;
          },
        },
      },
    );
    expect(ran.code).toBe(0);
    expect((await sources()).map(({ connector }) => connector).sort()).toEqual(["calendar", "gmail"]);
  });
});

describe("the rest of a mailbox", () => {
  const words = (messages: number, secondsLeft: number | null = null, isEmulated = false): string | null =>
    restWords({ messages, secondsLeft, isEmulated, self: "steward" });

  it("is estimated at Google's pace, never better than that, and worse where it goes slower", () => {
    expect(words(0)).toBeNull();
    expect(words(50_000)).toContain("50,000 older messages are not read yet: about 4 hours more");
    expect(words(50_000, 60)).toContain("about 4 hours more");
    expect(words(50_000, 36_000)).toContain("about 10 hours more");
    expect(words(1)).toContain("1 older message is not read yet: about 1 minute more");
    expect(words(9000)).toContain("about 40 minutes more");
    expect(words(50_000, 90, true)).toContain("about 2 minutes more");
  });

  it("is said after the newest month was read", async () => {
    const reading: AnyConnector[] = ((await harness.machine.loadConnectors?.()) ?? []).map((connector) => ({
      ...connector,
      pull: async () => ({
        records: [],
        gone: [],
        failed: [],
        cursor: 1,
        done: connector.name !== "gmail",
        coverage: { from: "2026-09-01T00:00:00Z", to: "2026-11-14T08:00:00Z" },
        progress: { done: 600, total: 50_000, unit: "records" },
      }),
    }));
    const { code, out } = await harness.connect([], { loadConnectors: async () => reading });
    expect(code).toBe(0);
    expect(out).toContain("49,400 older messages are not read yet");
    expect(out).toMatch(/steward start\s+reads on/);
  });
});

describe("what lies on this computer", () => {
  it("is checked without network and secrets", async () => {
    await harness.connect(["--no-read"]);
    writeFileSync(join(harness.folder, "a.ics"), "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n");
    expect((await harness.run(["import", join(harness.folder, "a.ics")])).code).toBe(0);
    const { filesConnector } = await import("../../../connectors/files/index.ts");
    const given: unknown[] = [];
    const spying: AnyConnector = {
      ...filesConnector,
      config: filesConnector.config,
      connect: async (config, deps) => {
        const answer = await deps.fetch("http://127.0.0.1:9/gmail").then(
          () => "reached",
          (error: unknown) => String(error),
        );
        given.push(answer, await deps.secret(`google.${account}.refresh_token`));
        return await filesConnector.connect(filesConnector.config.parse(config), deps);
      },
      check: async () => ({ state: "ok" }),
      pull: async () => Promise.reject(new Error("not pulled here")),
    };
    const { code } = await harness.run(["sources"], {
      machine: { ...harness.machine, loadConnectors: async () => [spying] },
    });
    expect(code).toBe(0);
    expect(given).toEqual([expect.stringContaining("never uses the network"), null]);
  });
});

describe("disconnect google", () => {
  it("takes the permission back, deletes secrets and sources, and keeps the other account", async () => {
    await harness.connect(["--no-read"]);
    harness.visitor.account = "ana@weiss.example";
    await harness.connect(["--no-read"]);
    const unnamed = await harness.run(["disconnect", "google"], { machine: harness.machine });
    expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringContaining("Several accounts")]);
    const { code, out } = await harness.run(["disconnect", "google", "--account", account], {
      machine: harness.machine,
    });
    expect(code).toBe(0);
    expect(out).toContain(`Disconnected ${account}`);
    expect(harness.google.state.revoked).toEqual(["1//canary-refresh-token-1"]);
    expect(await secretsOf(harness.home).list()).toEqual([
      "google.ana@weiss.example.client_secret",
      "google.ana@weiss.example.refresh_token",
    ]);
    expect((await sources()).map(({ location }) => location)).toEqual(["ana@weiss.example", "ana@weiss.example"]);
  });

  it("works without a network, and says what is left to do by hand", async () => {
    await harness.connect(["--no-read"]);
    const machine = { ...harness.machine, fetch: async () => Promise.reject(new TypeError("fetch failed")) };
    const { code, out } = await harness.run(["disconnect", "google"], { machine });
    expect(code).toBe(1);
    expect(out).toContain("https://myaccount.google.com/connections");
    expect(await secretsOf(harness.home).list()).toEqual([]);
    expect((await harness.run(["disconnect", "google"], { machine })).code).toBe(3);
  });
});

describe("the secrets of a connected account", () => {
  /** Every file of the home, and what it holds. */
  function everything(folder: string): [string, Buffer][] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => [path, readFileSync(path)]);
  }

  it("are in no file of the home, in no output and in no error, after connecting, reading and failing", async () => {
    const failing = async (kind: number) =>
      ((await harness.machine.loadConnectors?.()) ?? []).map((connector) => ({
        ...connector,
        pull: async () => {
          const { token, secret } = harness.opened.at(-1) ?? { token: "", secret: "" };
          const error = new Error(`Request failed with ${token} and ${secret}`);
          throw kind === 0
            ? error
            : Object.assign(error, { config: { headers: { authorization: `Bearer ${token}` } } });
        },
      }));
    const said: string[] = [];
    const note = ({ out, err }: { out: string; err: string }): void => void said.push(out, err);
    note(await harness.connect(["--drive-folder", "Steward"]));
    note(await harness.run(["sync"], { machine: { ...harness.machine, loadConnectors: () => failing(0) } }));
    note(
      await harness.run(["sync"], { machine: { ...harness.machine, debug: true, loadConnectors: () => failing(1) } }),
    );
    note(await harness.run(["sources"], { machine: harness.machine }));
    note(await harness.run(["status"], { machine: harness.machine }));
    note(await harness.run(["doctor"], { machine: harness.machine }));
    note(await harness.run(["secrets", "list", "--json"], { machine: harness.machine }));
    harness.google.state.tokenAnswer = () => ({ status: 500, body: {} });
    note(await harness.connect([], { debug: true }));
    note(await harness.run(["backup", join(harness.folder, "copy")], { machine: harness.machine }));
    expect(said.join("")).toContain("Connected");
    for (const canary of [
      "1//canary-refresh-token",
      "ya29.canary-access-token",
      "canary-client-secret",
      "0canary-code",
    ]) {
      for (const form of ["utf8", "base64", "hex"] as const) {
        const needle = Buffer.from(canary).toString(form).replace(/=+$/, "").slice(0, -1);
        expect(said.join("").includes(needle), `${canary} as ${form} on the screen`).toBe(false);
        const holding = [...everything(harness.home), ...everything(join(harness.folder, "copy"))]
          .filter(([, bytes]) => bytes.includes(needle))
          .map(([path]) => path);
        expect(holding, `${canary} as ${form}`).toEqual([]);
      }
    }
    expect(readdirSync(join(harness.folder, "copy")).filter((name) => /^secrets\.(enc|key)/.test(name))).toEqual([]);
  });
});
