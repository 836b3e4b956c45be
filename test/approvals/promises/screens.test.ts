// Holds R89.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pushNotices } from "../../../approvals/push-notices.ts";
import { filesDoor } from "../../../connectors/files/door.ts";
import { handoffDoor } from "../../../connectors/handoff/door.ts";
import { homeDoor } from "../../../connectors/home/door.ts";
import { eventPrinter } from "../../../src/cli/daemon/event-printer.ts";
import { openEventLog } from "../../../src/daemon/event-log.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { registerSource } from "../../../src/store/sources.ts";
import { type Harness, mailText, makeHarness, nowAt, type Ran } from "../../cli/terminal-harness.ts";
import { DoorHarness } from "../../support/door-harness.ts";
import { PostOffice, postConnector } from "../../support/post-office.ts";

/** Clears the screen, hides a link, sets the title, turns the line around, starts a new one. */
const drive =
  "\u001b[2J\u001b]8;;https://evil.example\u0007here\u001b]8;;\u0007\u001b]0;owned\u0007\u009b31m\u202eevas\u2066\r";
const driving = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

let harness: Harness;
const post = new PostOffice(() => Date.parse(nowAt));
const run = (...argv: string[]): Promise<Ran> =>
  harness.run(argv, {
    machine: {
      fetch: post.fetch,
      loadDoorConnectors: async () => [postConnector(), homeDoor, filesDoor, handoffDoor],
    },
  });

beforeAll(async () => {
  harness = makeHarness();
  await harness.run(["init", "--yes", "--address", "clara@weiss.example", "--zone", "Europe/Berlin"]);
  const mails = [0, 1, 2, 3].map((at) =>
    mailText({
      from: `"Paul ${drive.replace(/[\r"]/g, "")} Adler" <paul@adler.example>`,
      to: "clara@weiss.example",
      subject: `Can you confirm ${at}? ${drive.replace("\r", "")}`,
      at: `2026-11-1${at}T08:00:00Z`,
      id: `m${at}@adler.example`,
      text: `Can you confirm Tuesday 14:00? ${drive} Please answer by Friday, invoice ${drive} 120 EUR.`,
    }),
  );
  const mbox = join(harness.folder, "mail.mbox");
  writeFileSync(mbox, mails.join(""));
  await harness.run(["import", mbox, "--yes"]);
  const store = await openStore(join(harness.home, "steward.db"), {
    clock: { now: () => Date.parse(nowAt), sleep: async () => undefined },
  });
  const source = { id: "post", connector: "post", kind: "post", location: "clara", label: `Post ${drive}` };
  await store.write((tx) => registerSource(tx, { ...source, config: { account: "clara@weiss.example" } }));
  await store.close();
}, 60_000);
afterAll(() => harness.remove());

const asks: [string, unknown][] = [
  ["post.send_letter", { to: [`eve${drive}@evil.example`], text: `Yes ${drive}` }],
  ["post.flag", { ids: [`a${drive}`, "b"] }],
  ["home.note", { text: `Remember ${drive}` }],
  ["home.remind", { text: `Call ${drive}`, at: "2026-11-28T09:00" }],
  ["files.write_mail", { to: ["paul@adler.example"], subject: `Hi ${drive.replace("\r", "")}`, text: `Yes ${drive}` }],
  ["handoff.checklist", { title: `Move ${drive}`, steps: [{ title: `Tell ${drive}` }] }],
  [`no.such${drive}`, {}],
];

describe("a terminal is driven by nobody but steward", () => {
  it("whatever a mail, a name, a card, a refusal or the ledger says", async () => {
    const said: [string, Ran][] = [];
    const note = async (...argv: string[]) => said.push([argv.join(" "), await run(...argv)]);
    for (const argv of [["digest"], ["show", "1"], ["why", "1"], ["search", "Tuesday"], ["week"], ["commitments"]])
      await note(...argv);
    for (const argv of [["people"], ["people", "paul"], ["sources"], ["status"], ["doctor"], [`search`, drive]])
      await note(...argv);
    for (const [action, ask] of asks) await note("propose", action, "--json", JSON.stringify(ask));
    await note("cards");
    for (const number of ["1", "2", "3", "4", "5", "6"]) await note("cards", number);
    await note("reject", "1", `no ${drive}`);
    await note("cards", "1");
    await note("ledger");
    await note("stop", `because ${drive}`);
    await note("cards");
    await note("resume");
    expect(said.filter(([, { code }]) => code === 0).length).toBeGreaterThan(15);
    const driven = said.filter(([, { out, err }]) => driving.test(out) || driving.test(err));
    expect(driven.map(([argv]) => argv.replaceAll(drive, "…"))).toEqual([]);
  }, 60_000);

  it("by what the running door says and writes into its log", async () => {
    const door = await new DoorHarness([postConnector(), homeDoor]).start();
    try {
      for (const [action, ask] of asks.slice(0, 4)) await door.propose(action, ask, { by: "model" }).catch(() => null);
      await door.door.stop({ surface: "terminal" }, `because ${drive}`);
      const printed: string[] = [];
      const terminal = { out: (text: string | Uint8Array) => printed.push(String(text)), columns: 78, colour: false };
      const home = { config: { zone: "Europe/Berlin" } };
      const say: (line: string) => void = Reflect.apply(eventPrinter, null, [{ terminal, clock: door.clock }, home]);
      const lines = await pushNotices(door.setup);
      expect(lines.length).toBeGreaterThan(0);
      const path = join(door.home, "steward.log");
      const log = openEventLog(path, door.clock);
      for (const line of [...lines, `Stopped: ${(await door.door.stopped())?.why}`]) {
        say(line);
        log.write(line);
      }
      expect(printed.join("")).not.toMatch(driving);
    } finally {
      await door.stopHere();
    }
  });
});
