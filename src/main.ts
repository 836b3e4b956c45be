import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { GoogleAccounts } from "../connectors/google-account/open-accounts.ts";
import type { SearchSetting } from "../connectors/web/door.ts";
import { loadAsk } from "./cli/ask.ts";
import type { Machine } from "./cli/command-context.ts";
import { openBrowser } from "./cli/google/open-browser.ts";
import { runSteward } from "./cli/run-steward.ts";
import type { Terminal } from "./cli/terminal.ts";
import { watchKeys } from "./cli/watch-keys.ts";
import type { DoorConnector } from "./core/action.ts";
import { uuidv7 } from "./core/ids.ts";
import type { Secrets } from "./daemon/secrets/open-secrets.ts";
import type { AnyConnector } from "./intake/intake.ts";

const checkout = join(dirname(fileURLToPath(import.meta.url)), "..");
const env = process.env;

function readTerminal(): Terminal {
  const isTTY = process.stdout.isTTY === true;
  const asked = Number.parseInt(env["COLUMNS"] ?? "", 10);
  const columns = asked > 0 ? asked : isTTY ? process.stdout.columns : 78;
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    columns: Math.max(20, columns || 78),
    isTTY,
    errIsTTY: process.stderr.isTTY === true,
    interactive: isTTY && process.stdin.isTTY === true,
    colour: wantsColour(isTTY),
  };
}

/** https://no-color.org and its opposite; a pipe and a dumb terminal get none. */
function wantsColour(isTTY: boolean): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"] ?? "";
  if (forced !== "") return forced !== "0";
  return isTTY && env["TERM"] !== "dumb";
}

/** Ctrl-C ends the program until a command asks to stop by itself; then the first one stops it and a second one ends it. */
function listenForInterrupts(): () => AbortSignal {
  const controller = new AbortController();
  let taken = false;
  let interruptedAt = 0;
  const interrupt = (): void => {
    const now = Date.now();
    // The launcher passes on what the terminal already sent to the whole group: that is one Ctrl-C, not two.
    if (interruptedAt > 0 && now - interruptedAt < 400) return;
    if (!taken || interruptedAt > 0) process.exit(130);
    interruptedAt = now;
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  process.on("SIGHUP", interrupt);
  // Only the inside has a channel: to the supervisor, which closes it to stop the inside, or by being killed.
  process.once("disconnect", () => {
    if (!taken) process.exit(130);
    controller.abort();
  });
  process.channel?.unref();
  return () => {
    taken = true;
    return controller.signal;
  };
}

function quietWhenPipeCloses(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : 70);
  });
}

function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  const version: unknown = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "version") : null;
  return typeof version === "string" ? version : "unknown";
}

function readMachine(): Machine {
  const userHome = env["HOME"] || homedir();
  const home = env["STEWARD_HOME"] ?? "";
  const openSecrets = openSecretsOnce();
  const options = new Intl.DateTimeFormat().resolvedOptions();
  return {
    terminal: readTerminal(),
    clock: {
      now: () => Date.now(),
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
    },
    newId: () => uuidv7(Date.now()),
    home: home === "" ? join(userHome, ".steward") : resolve(home),
    checkout,
    self: env["npm_command"] === "exec" || env["npm_lifecycle_event"] !== undefined ? "npx steward" : "steward",
    userHome,
    platform: process.platform,
    systemZone: options.timeZone,
    systemLocale: env["LC_ALL"] || env["LC_TIME"] || env["LANG"] || options.locale,
    editor: env["VISUAL"] || env["EDITOR"] || null,
    version: readVersion(),
    loadConnectors: loadConnectorsOnce(),
    loadDoorConnectors: loadDoorConnectorsOnce(openSecrets),
    fetch,
    openSecrets,
    openBrowser: (url) => openBrowser(url, { platform: process.platform, env }),
    loadAsk,
    watchKeys: (onKey) => watchKeys(process.stdin, onKey),
    debug: (env["STEWARD_DEBUG"] ?? "") !== "",
    takeInterrupts: listenForInterrupts(),
  };
}

/** Every service that can be read: adding one is a folder and a line here. Google's share one sign-in and one quota. */
function loadConnectorsOnce(): () => Promise<AnyConnector[]> {
  const load = async (): Promise<AnyConnector[]> => {
    const { openGoogleAccounts } = await import("../connectors/google-account/open-accounts.ts");
    const real = openGoogleAccounts();
    // An emulator has no quota of its own accord, and the demo no hours.
    const emulated = openGoogleAccounts({ unitsPerMinute: { gmail: null, drive: null, calendar: null, sheets: null } });
    const google: GoogleAccounts = {
      open: (config, deps) => (config.baseUrl === null ? real : emulated).open(config, deps),
    };
    return [
      (await import("../connectors/files/index.ts")).filesConnector,
      (await import("../connectors/gmail/index.ts")).makeGmailConnector(google),
      (await import("../connectors/calendar/index.ts")).makeCalendarConnector(google),
      (await import("../connectors/contacts-sheet/index.ts")).makeContactsSheetConnector(google),
      (await import("../connectors/drive/index.ts")).makeDriveConnector(google),
    ];
  };
  let loaded: Promise<AnyConnector[]> | null = null;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

/** The write sides: nothing but this imports them, and nothing but the door and the owner's own commands asks for it. */
function loadDoorConnectorsOnce(openSecrets: Machine["openSecrets"]): () => Promise<DoorConnector[]> {
  const load = async (): Promise<DoorConnector[]> => [
    (await import("../connectors/handoff/door.ts")).handoffDoor,
    (await import("../connectors/home/door.ts")).homeDoor,
    (await import("../connectors/files/door.ts")).filesDoor,
    (await import("../connectors/gmail/door.ts")).gmailDoor,
    (await import("../connectors/calendar/door.ts")).calendarDoor,
    (await import("../connectors/drive/door.ts")).driveDoor,
    (await import("../connectors/contacts-sheet/door.ts")).contactsSheetDoor,
    (await import("../connectors/web/door.ts")).makeWebDoor(await searchInChild(openSecrets)),
  ];
  let loaded: Promise<DoorConnector[]> | null = null;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

/** What the child that searches has of the environment: how to reach the web from here, and no secret. */
const searchEnvironment = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "SystemRoot"];

async function searchInChild(openSecrets: Machine["openSecrets"]): Promise<SearchSetting> {
  const { readSearchTarget, spawnSearch } = await import("./cli/web/spawn-search.ts");
  const { modelKeyName } = await import("./cli/model-key-name.ts");
  const given = searchEnvironment.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return {
    target: readSearchTarget,
    otherKey: async (home) => (await openSecrets(home)).get(modelKeyName),
    run: spawnSearch(Object.fromEntries(given)),
  };
}

/** One opened store a home, so that a passphrase is asked for, and its key derived, once. */
function openSecretsOnce(): (home: string) => Promise<Secrets> {
  const opened = new Map<string, Promise<Secrets>>();
  return (home) => {
    const secrets = opened.get(home) ?? openSecretsOf(home);
    opened.set(home, secrets);
    return secrets;
  };
}

async function openSecretsOf(home: string): Promise<Secrets> {
  const { openSecrets } = await import("./daemon/secrets/open-secrets.ts");
  const { loadKeychain } = await import("./daemon/secrets/keychain.ts");
  // The demo's secrets are invented: they have no place in a person's keychain.
  const inFile = env["STEWARD_SECRETS"] === "file" || home === join(checkout, ".demo");
  const passphrase = env["STEWARD_PASSPHRASE"] ?? "";
  const isAskable = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return openSecrets(home, {
    loadKeychain: inFile ? null : loadKeychain,
    passphrase: passphrase === "" ? null : passphrase,
    credentialsDirectory: env["CREDENTIALS_DIRECTORY"] ?? null,
    askPassphrase: isAskable ? async () => (await loadAsk()).secret("Passphrase of steward's secrets") : null,
  });
}

quietWhenPipeCloses(process.stdout);
quietWhenPipeCloses(process.stderr);
process.exitCode = await runSteward(process.argv.slice(2), readMachine());
