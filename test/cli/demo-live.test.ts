import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCalendarConnector } from "../../connectors/calendar/index.ts";
import { makeContactsSheetConnector } from "../../connectors/contacts-sheet/index.ts";
import { makeDriveConnector } from "../../connectors/drive/index.ts";
import { filesConnector } from "../../connectors/files/index.ts";
import { makeGmailConnector } from "../../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../../connectors/google-account/open-accounts.ts";
import type { Machine } from "../../src/cli/command-context.ts";
import { demoClient } from "../../src/emulators/google/oauth/oauth-state.ts";
import { checkout, type Harness, makeHarness, nowAt, type Ran } from "./terminal-harness.ts";

let harness: Harness;
let stopping: AbortController;
let running: Promise<Ran> | null;
let printed: string;

beforeEach(() => {
  harness = makeHarness();
  stopping = new AbortController();
  running = null;
  printed = "";
});
afterEach(async () => {
  stopping.abort();
  await running;
  harness.remove();
});

/** A machine whose checkout is a folder of its own, with the real network (of this machine) and a real, shifted clock. */
function liveMachine(): Partial<Machine> {
  const folder = join(harness.folder, "checkout");
  mkdirSync(folder, { recursive: true });
  for (const name of ["src", "data"]) {
    if (!readdirSync(folder).includes(name)) symlinkSync(join(checkout, name), join(folder, name));
  }
  const began = Date.now();
  const google = openGoogleAccounts({ unitsPerMinute: { gmail: null, drive: null, calendar: null, sheets: null } });
  return {
    checkout: folder,
    clock: {
      now: () => Date.parse(nowAt) + Date.now() - began,
      sleep: async (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }),
    },
    fetch,
    loadConnectors: async () => [
      filesConnector,
      makeGmailConnector(google),
      makeCalendarConnector(google),
      makeContactsSheetConnector(google),
      makeDriveConnector(google),
    ],
    takeInterrupts: () => stopping.signal,
  };
}

async function until<T>(look: () => Promise<T | null> | T | null, seconds: number): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(200)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error(`Nothing in ${seconds} s. Printed: ${printed}`);
}

describe("the demo", { timeout: 90_000 }, () => {
  it("connects her Google by the real sign-in, and shows a mail sent into it in the next digest", async () => {
    const machine = liveMachine();
    const collect = (text: string | Uint8Array): void => {
      printed += String(text);
    };
    running = harness.run(["demo", "--stay"], {
      machine: {
        ...machine,
        terminal: {
          out: collect,
          err: collect,
          columns: 78,
          isTTY: false,
          errIsTTY: false,
          interactive: false,
          colour: false,
        },
      },
    });
    const url = await until(() => /Her Google is at (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1] ?? null, 60);
    expect(printed).toMatch(/Gmail clara@weiss\.example +391 new/);
    expect(printed).toMatch(/Seen: (?=.*Gmail)(?=.*Calendar)(?=.*Drive)/);
    expect(printed).not.toContain(demoClient.clientSecret);
    const home = join(harness.folder, "checkout", ".demo");
    expect(readFileSync(join(home, "drive", "Car", "car.md"), "utf8")).toContain("B-NT 914");

    const fields = {
      account: "clara@weiss.example",
      from: "Inès Moreau <ines@moreau-conseil.example>",
      subject: "Tuesday?",
      text: "Could you confirm Tuesday 14:00 for the call with Tom?",
    };
    await fetch(`${url}/page/mail`, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    const digest = await until(async () => {
      const { out } = await harness.run(["--home", home, "digest", "--peek", "--since", "10min"], { machine });
      return out.includes("confirm Tuesday 14:00") ? out : null;
    }, 30);
    expect(printed.slice(printed.indexOf("Watching"))).not.toContain("catching up");
    expect(digest).toMatch(/REPLY +\d+ Inès Moreau +“Could you confirm Tuesday 14:00/);

    stopping.abort();
    await running;
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  it("ends after the digest where nobody sits, and says how to keep it", async () => {
    const machine = liveMachine();
    const { code, out } = await harness.run(["demo"], { machine });
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, " ")).toContain("everybody in it is invented, and nothing leaves this machine");
    expect(out).toContain("npm run demo -- --stay");
    expect(out).toContain("steward --demo why 1");
    const status = await harness.run(["--home", join(harness.folder, "checkout", ".demo"), "status"], { machine });
    expect(status.out).toMatch(/Gmail clara@weiss\.example/);
  });

  it("refuses to run twice at once", async () => {
    const machine = liveMachine();
    const home = join(harness.folder, "checkout", ".demo");
    mkdirSync(home);
    writeFileSync(join(home, ".running"), `${process.ppid}\n`);
    const { code, err } = await harness.run(["demo"], { machine });
    expect(code).toBe(9);
    expect(err).toContain("Another demo is running");
  });
});
