import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesConnector } from "../../connectors/files/index.ts";
import type { Machine } from "../../src/cli/command-context.ts";
import { runSteward } from "../../src/cli/run-steward.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import { openSecrets } from "../../src/daemon/secrets/open-secrets.ts";

export const checkout = join(import.meta.dirname, "..", "..");
export const nowAt = "2026-11-14T08:12:00Z";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export interface Harness {
  folder: string;
  home: string;
  run(argv: readonly string[], options?: { terminal?: Partial<Terminal>; machine?: Partial<Machine> }): Promise<Ran>;
  remove(): void;
}

/** A temporary home and a screen made of strings, at a fixed instant. */
export function makeHarness(): Harness {
  const folder = mkdtempSync(join(tmpdir(), "steward-cli-"));
  const home = join(folder, "home");
  const run: Harness["run"] = async (argv, options = {}) => {
    const ran: Ran = { code: 0, out: "", err: "" };
    const machine: Machine = {
      terminal: {
        out: (text) => {
          ran.out += typeof text === "string" ? text : new TextDecoder().decode(text);
        },
        err: (text) => {
          ran.err += text;
        },
        columns: 78,
        isTTY: false,
        errIsTTY: false,
        interactive: false,
        colour: false,
        ...options.terminal,
      },
      clock: { now: () => Date.parse(nowAt), sleep: async () => undefined },
      newId: () => uuidv7(Date.parse(nowAt)),
      home,
      checkout,
      self: "steward",
      userHome: folder,
      platform: "linux",
      systemZone: "Europe/Berlin",
      systemLocale: "de_DE.UTF-8",
      editor: null,
      version: "0.0.0-test",
      debug: false,
      loadConnectors: async () => [filesConnector],
      loadDoorConnectors: async () => [],
      fetch: async () => Promise.reject(new Error("This test has no network.")),
      openSecrets: async (place) =>
        openSecrets(place, { loadKeychain: null, passphrase: null, credentialsDirectory: null, askPassphrase: null }),
      openBrowser: async () => false,
      loadAsk: async () => Promise.reject(new Error("Nobody can be asked here.")),
      watchKeys: () => () => undefined,
      takeInterrupts: () => new AbortController().signal,
      ...options.machine,
    };
    ran.code = await runSteward(argv, machine);
    return ran;
  };
  return { folder, home, run, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** One mail in mbox form. */
export function mailText(mail: {
  from: string;
  to: string;
  subject: string;
  at: string;
  id: string;
  text: string;
  headers?: readonly string[];
}): string {
  return [
    `From x@example ${new Date(mail.at).toUTCString()}`,
    `From: ${mail.from}`,
    `To: ${mail.to}`,
    `Subject: ${mail.subject}`,
    `Date: ${new Date(mail.at).toUTCString()}`,
    `Message-ID: <${mail.id}>`,
    ...(mail.headers ?? []),
    "Content-Type: text/plain; charset=utf-8",
    "",
    mail.text,
    "",
    "",
  ].join("\n");
}
