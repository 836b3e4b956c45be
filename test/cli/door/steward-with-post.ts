import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { homeDoor } from "../../../connectors/home/door.ts";
import { loadAsk } from "../../../src/cli/ask.ts";
import type { Machine } from "../../../src/cli/command-context.ts";
import { runSteward } from "../../../src/cli/run-steward.ts";
import { watchKeys } from "../../../src/cli/watch-keys.ts";
import { uuidv7 } from "../../../src/core/ids.ts";
import { openSecrets } from "../../../src/daemon/secrets/open-secrets.ts";
import { PostOffice, postConnector } from "../../support/post-office.ts";
import { nowAt } from "../terminal-harness.ts";

/** Steward as `main.ts` makes it, on the real terminal of this process, with a post office instead of the network. */
const [home = "", ...argv] = process.argv.slice(2);
/** The cards were made at the harness's instant. */
const offsetMs = Date.parse(nowAt) + 60_000 - Date.now();
const now = (): number => Date.now() + offsetMs;
const post = new PostOffice(now);
const interrupts = new AbortController();
process.on("SIGINT", () => interrupts.abort());

const machine: Machine = {
  terminal: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    columns: 78,
    isTTY: process.stdout.isTTY,
    errIsTTY: process.stderr.isTTY,
    interactive: process.stdout.isTTY && process.stdin.isTTY,
    colour: false,
  },
  clock: {
    now,
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
  },
  newId: () => uuidv7(now()),
  home,
  checkout: join(import.meta.dirname, "..", "..", ".."),
  self: "steward",
  userHome: home,
  platform: process.platform,
  systemZone: "Europe/Berlin",
  systemLocale: "en_US.UTF-8",
  editor: null,
  version: "0.0.0-test",
  loadConnectors: async () => [],
  loadDoorConnectors: async () => [postConnector(), homeDoor],
  fetch: post.fetch,
  openSecrets: async (place) =>
    openSecrets(place, { loadKeychain: null, passphrase: null, credentialsDirectory: null, askPassphrase: null }),
  openBrowser: async () => false,
  loadAsk,
  watchKeys: (onKey) => watchKeys(process.stdin, onKey),
  debug: true,
  takeInterrupts: () => interrupts.signal,
};
process.exitCode = await runSteward(argv, machine);
process.stdout.write(`\nsent: ${post.sent.length}\n`);
