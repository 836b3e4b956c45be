import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { calendarDoor } from "../../connectors/calendar/door.ts";
import { makeCalendarConnector } from "../../connectors/calendar/index.ts";
import { driveDoor } from "../../connectors/drive/door.ts";
import { makeDriveConnector } from "../../connectors/drive/index.ts";
import { filesDoor } from "../../connectors/files/door.ts";
import { filesConnector } from "../../connectors/files/index.ts";
import { gmailDoor } from "../../connectors/gmail/door.ts";
import { makeGmailConnector } from "../../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../../connectors/google-account/open-accounts.ts";
import { handoffDoor } from "../../connectors/handoff/door.ts";
import { makeWebDoor } from "../../connectors/web/door.ts";
import { evalReportSchema } from "../../src/agent/eval/eval-report.ts";
import type { Machine } from "../../src/cli/command-context.ts";
import { type Harness, makeHarness } from "./terminal-harness.ts";

const nothing = { target: async () => ({ baseUrl: "", model: "" }), otherKey: async () => null, run: async () => null };
/** Everything that `main.ts` gives; her Google is in this process. */
const machine: Partial<Machine> = {
  // What an account is told (its tokens, its pauses) is of one life.
  loadConnectors: async () => {
    const unlimited = { gmail: null, drive: null, calendar: null, sheets: null };
    const accounts = openGoogleAccounts({ unitsPerMinute: unlimited });
    return [
      filesConnector,
      makeGmailConnector(accounts),
      makeCalendarConnector(accounts),
      makeDriveConnector(accounts),
    ];
  },
  loadDoorConnectors: async () => [gmailDoor, calendarDoor, driveDoor, handoffDoor, filesDoor, makeWebDoor(nothing)],
};

let harness: Harness;
beforeEach(() => {
  harness = makeHarness();
});
afterEach(() => harness.remove());

describe("steward eval", () => {
  it("measures the scripted model on the demo life, the same each time, without network or a home", async () => {
    const file = join(harness.folder, "scripted.json");
    const first = await harness.run(["eval", "--model", "scripted", "--drafts", "3", "--out", file], { machine });
    expect({ err: first.err, code: first.code }).toEqual({ err: "", code: 0 });
    const report = evalReportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    expect(report.models).toEqual(["scripted-model"]);
    expect(report.drafts?.asked).toBe(3);
    expect(report.cost.calls).toBeGreaterThan(3);
    expect(report.rules.find(({ class: name }) => name === "reply")?.recall).toBeGreaterThan(0.9);
    expect(report.stories?.map(({ name, why }) => [name, why])).toEqual(
      ["introduction", "licence plate", "inbox zero", "promises", "an hour with both", "dictated"].map((name) => [
        name,
        "",
      ]),
    );
    expect(first.out).toMatch(/stories that end as meant +6 of 6\n/);
    const second = await harness.run(["eval", "--model", "scripted", "--drafts", "3", "--json"], { machine });
    expect(JSON.parse(second.out)).toEqual(report);
    expect(readdirSync(harness.folder)).toEqual(["scripted.json"]);
  }, 60_000);

  it("sets an earlier report beside the rules", async () => {
    const file = join(harness.folder, "before.json");
    const scores = { class: "reply", said: 2, precision: 0.5, meant: 2, recall: 1 };
    const cost = { calls: 1, input: 2, cacheWrite: 0, cacheRead: 0, output: 1, usd: 0.5 };
    const before = {
      version: 1,
      models: ["other"],
      rules: [scores],
      judged: [scores],
      drafts: null,
      stories: null,
      cost,
    };
    writeFileSync(file, JSON.stringify(before));
    const { out, code } = await harness.run(["eval", "--model", "rules", "--compare", file]);
    expect(code).toBe(0);
    expect(out).toMatch(/rules +other\n/);
    expect(out).toMatch(/reply \(\d+\) +0\.\d\d \/ 0\.\d\d +0\.50 \/ 1\.00/);
  }, 60_000);

  it.each([
    [["--model", "clever"], 2],
    [["--drafts", "many"], 2],
    [["--model", "rules", "--compare", "/nowhere.json"], 3],
    [[], 3],
  ])("refuses what it cannot do: %j", async (flags, code) => {
    expect((await harness.run(["eval", ...flags])).code).toBe(code);
  });
});
